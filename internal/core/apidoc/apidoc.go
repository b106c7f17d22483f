// Package apidoc holds the description of the HTTP API (OpenAPI 3.1) and the pages that
// show it. openapi.yaml is made by `go generate` of the hand-written parts, the Go types
// that travel, with their comments, and answers of a real server; tests hold it against
// the table of routes and against every exchange.
package apidoc

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/swaggest/swgui/v5/static"
)

//go:generate go test -run TestDescription$ -update .

//go:embed openapi.yaml openapi.json.gz reference.html.gz page
var made embed.FS

// Names of the description and of the pages, for Open. The files of Swagger UI and of
// the pages have their own.
const (
	JSON      = "openapi.json"
	YAML      = "openapi.yaml"
	Swagger   = "swagger.html"
	Reference = "reference.html"
)

// File is a file as it travels.
type File struct {
	Type   string // for Content-Type
	Data   []byte
	Packed bool // Data is gzip's
}

// Open gives a file; false when there is none of that name.
func Open(name string) (File, bool) {
	f := File{Type: types[path.Ext(name)]}
	if f.Type == "" || strings.Contains(name, "/") {
		return File{}, false
	}
	for _, at := range []struct {
		fsys   fs.FS
		name   string
		packed bool
	}{{made, name, false}, {made, name + ".gz", true}, {made, "page/" + name, false}, {static.FS, name, false}, {static.FS, name + ".gz", true}} {
		if data, err := fs.ReadFile(at.fsys, at.name); err == nil {
			f.Data, f.Packed = data, at.packed
			return f, true
		}
	}
	return File{}, false
}

var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".png":  "image/png",
	".json": "application/json",
	".yaml": "application/yaml",
}

// Plain gives the file's bytes for those who do not take gzip.
func (f File) Plain() ([]byte, error) {
	if !f.Packed {
		return f.Data, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(f.Data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
