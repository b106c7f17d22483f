package httpapi

import (
	"bytes"
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
		{get, "/swagger/", clinical, docPage(apidoc.Swagger)},
		{get, "/swagger/{asset}", clinical, public(swaggerAsset)},
		{get, "/redoc/", clinical, docPage(apidoc.Reference)},
	}
}

// docPage answers a page, or with format=openapi what it shows, as the service this one
// replaces does.
func docPage(name string) action {
	return public(func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.Query().Get("format") != "openapi" {
			return serveDoc(w, r, name)
		}
		if strings.Contains(r.Header.Get("Accept"), "yaml") {
			return serveDoc(w, r, apidoc.YAML)
		}
		return serveDoc(w, r, apidoc.JSON)
	})
}

func swaggerAsset(w http.ResponseWriter, r *http.Request) error {
	return serveDoc(w, r, r.PathValue("asset"))
}

func serveDoc(w http.ResponseWriter, r *http.Request, name string) error {
	f, ok := apidoc.Open(name)
	if !ok {
		return errNoSuchPath
	}
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
