package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
)

//go:embed static
var staticFiles embed.FS

// asset is a file that pages load.
type asset struct {
	content []byte
	mime    string
	version string // changes with the content
}

var mimeOf = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// readAssets reads what is in the program.
func readAssets() map[string]asset {
	out := map[string]asset{}
	entries, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		content, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(content)
		out[e.Name()] = asset{content, mimeOf[path.Ext(e.Name())], hex.EncodeToString(sum[:8])}
	}
	return out
}

// staticPath is the address of an asset, another for each content.
func (s *Site) staticPath(name string) string {
	return pathStatic + name + "?v=" + s.static[name].version
}

// staticFile answers an asset. One that was asked for by its version never changes.
func (s *Site) staticFile(g *guest) error {
	a, ok := s.static[g.r.PathValue("file")]
	if !ok {
		return errNoPage
	}
	h := g.w.Header()
	h.Del("Vary")
	h.Set("Content-Type", a.mime)
	h.Set("ETag", `"`+a.version+`"`)
	h.Set("Cache-Control", "no-cache")
	if g.r.URL.Query().Get("v") == a.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if g.r.Header.Get("If-None-Match") == `"`+a.version+`"` {
		g.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Length", strconv.Itoa(len(a.content)))
	g.w.WriteHeader(http.StatusOK)
	if g.r.Method != http.MethodHead {
		_, _ = g.w.Write(a.content) // the caller may be gone
	}
	return nil
}
