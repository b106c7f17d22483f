package httpapi

import (
	"bytes"
	"html"
	"net/http"
	"strings"
	"time"

	"clinician/internal/core/apidoc"
)

// docRoutes serve the description of the API; none when it is closed.
func (a *API) docRoutes() []route {
	if !a.APIDocs {
		return nil
	}
	file := func(name string) action {
		return public(func(w http.ResponseWriter, r *http.Request) error { return serveDoc(w, r, name) })
	}
	const get = http.MethodGet
	return []route{
		{get, "/swagger.json", clinical, file(apidoc.JSON)},
		{get, "/swagger.yaml", clinical, file(apidoc.YAML)},
		{get, "/swagger/", clinical, a.docPage(apidoc.Swagger)},
		{get, "/swagger/{asset}", clinical, public(swaggerAsset)},
		{get, "/redoc/", clinical, a.docPage(apidoc.Reference)},
	}
}

// docPage answers a page, or with format=openapi what it shows, as the service this one
// replaces does.
func (a *API) docPage(name string) action {
	return public(func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.Query().Get("format") != "openapi" {
			return a.serveDocPage(w, r, name)
		}
		if strings.Contains(r.Header.Get("Accept"), "yaml") {
			return serveDoc(w, r, apidoc.YAML)
		}
		return serveDoc(w, r, apidoc.JSON)
	})
}

// serveDocPage says on the page, too, when this is no real server.
func (a *API) serveDocPage(w http.ResponseWriter, r *http.Request, name string) error {
	f, ok := apidoc.Open(name)
	if a.Development == "" || !ok {
		return serveDoc(w, r, name)
	}
	plain, err := f.Plain()
	if err != nil {
		return err
	}
	notice := `<body><p role="note"><strong>` + html.EscapeString(a.Development) + `</strong></p>`
	f.Data, f.Packed = bytes.Replace(plain, []byte("<body>"), []byte(notice), 1), false
	return serveFile(w, r, f)
}

func swaggerAsset(w http.ResponseWriter, r *http.Request) error {
	return serveDoc(w, r, r.PathValue("asset"))
}

func serveDoc(w http.ResponseWriter, r *http.Request, name string) error {
	f, ok := apidoc.Open(name)
	if !ok {
		return errNoSuchPath
	}
	return serveFile(w, r, f)
}

func serveFile(w http.ResponseWriter, r *http.Request, f apidoc.File) error {
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Cache-Control", "no-cache") // asked for again after an update
	h.Set("Vary", "Accept, Accept-Encoding")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "+
		"frame-ancestors 'self'; base-uri 'none'; form-action 'none'")
	data := f.Data
	switch {
	case f.Packed && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"):
		h.Set("Content-Encoding", "gzip")
	case f.Packed:
		var err error
		if data, err = f.Plain(); err != nil {
			return err
		}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return nil
}
