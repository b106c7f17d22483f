package httpapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core/apidoc"
)

// TestEveryRouteIsDescribed holds the table of routes against the description, both ways.
func TestEveryRouteIsDescribed(t *testing.T) {
	t.Parallel()
	f, _ := apidoc.Open(apidoc.JSON)
	plain, err := f.Plain()
	must(t, err)
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	must(t, json.Unmarshal(plain, &doc))
	described := map[string]bool{}
	for path, item := range doc.Paths {
		for method := range item {
			if method != "parameters" {
				described[strings.ToUpper(method)+" "+path] = true
			}
		}
	}
	a := &API{Config: Config{APIDocs: true}}
	for _, rt := range a.routes() {
		name := rt.method + " " + rt.path
		if !described[name] {
			t.Errorf("%s is not described: add it to a file in internal/core/apidoc/parts and run go generate ./internal/core/apidoc", name)
			continue
		}
		delete(described, name)
		var op struct {
			Security  *[]map[string][]string     `json:"security"`
			Responses map[string]json.RawMessage `json:"responses"`
		}
		must(t, json.Unmarshal(doc.Paths[rt.path][strings.ToLower(rt.method)], &op))
		if open := op.Security != nil && (len(*op.Security) == 0 || slices.ContainsFunc(*op.Security, func(s map[string][]string) bool { return len(s) == 0 })); open != (rt.action.access == anybody) {
			t.Errorf("%s: the description says that anybody may call it: %v", name, open)
		}
		if cookie := op.Security != nil && strings.Contains(mustJSON(op.Security), "cookie"); cookie != (rt.action.access == viewer) {
			t.Errorf("%s: the description says that it takes a cookie: %v", name, cookie)
		}
		words := map[family]string{clinical: "/Clinical", files: "/Files", ocr: "/Ocr"}[rt.family]
		if !strings.Contains(string(op.Responses["default"]), words) {
			t.Errorf("%s: its errors are described as %s", name, op.Responses["default"])
		}
	}
	for name := range described {
		t.Errorf("%s is described, but there is no such route", name)
	}
}

// TestDescriptionIsServed fetches the description in its forms, the pages, and what
// the pages need; and nothing of it when it is closed.
func TestDescriptionIsServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, want := range map[string]string{
		"/swagger.json": "application/json", "/swagger/?format=openapi": "application/json", "/redoc/?format=openapi": "application/json",
		"/swagger.yaml": "application/yaml", "/swagger/": "text/html; charset=utf-8", "/redoc/": "text/html; charset=utf-8",
		"/swagger/swagger-ui-bundle.js": "text/javascript; charset=utf-8", "/swagger/swagger-ui.css": "text/css; charset=utf-8",
		"/swagger/swagger.js": "text/javascript; charset=utf-8", "/swagger/reference.css": "text/css; charset=utf-8", "/swagger/favicon-32x32.png": "image/png",
	} {
		for _, encoding := range []string{"gzip", "identity"} {
			a := w.call("GET", path, "", nil, "Accept-Encoding", encoding).want(200)
			if got := a.header.Get("Content-Type"); got != want {
				t.Errorf("%s has the type %q, want %q", path, got, want)
			}
			if packed := a.header.Get("Content-Encoding") == "gzip"; packed && encoding != "gzip" {
				t.Errorf("%s is packed for those who do not take that", path)
			}
			if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("%s has the policy %q", path, csp)
			}
		}
	}
	yaml := w.call("GET", "/swagger/?format=openapi", "", nil, "Accept", "application/yaml").want(200)
	if !strings.Contains(string(yaml.body), "\nopenapi: 3.1.0\n") {
		t.Error("the description does not come as YAML")
	}
	var doc map[string]any
	w.call("GET", "/swagger.json", "", nil, "Accept-Encoding", "identity").want(200).into(&doc)
	if doc["openapi"] != "3.1.0" {
		t.Errorf("the description begins with %v", doc["openapi"])
	}
	for _, path := range []string{"/swagger/", "/redoc/"} {
		page := string(w.call("GET", path, "", nil, "Accept-Encoding", "identity").want(200).body)
		for _, inline := range []string{"<style", " style=", "<script>", " onclick=", "javascript:", `="http`, `="//`} {
			if strings.Contains(page, inline) {
				t.Errorf("%s has %q, which its policy forbids or which is elsewhere", path, inline)
			}
		}
	}
	w.call("GET", "/swagger", "", nil).want(http.StatusMovedPermanently)
	w.call("GET", "/swagger/page%2fswagger.js", "", nil).want(http.StatusNotFound)

	closed := newWorld(t, func(c *Config) { c.APIDocs = false })
	for _, path := range []string{"/swagger/", "/swagger.json", "/swagger.yaml", "/redoc/", "/swagger/swagger.js", "/swagger/?format=openapi"} {
		closed.call("GET", path, "", nil).want(http.StatusNotFound)
	}
}

// Pages of the description, too, say when this is no real server.
func TestDescriptionSaysDevelopmentMode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Development = "Only <example> secrets." })
	for _, path := range []string{"/swagger/", "/redoc/"} {
		for _, encoding := range []string{"gzip", "identity"} {
			a := w.call("GET", path, "", nil, "Accept-Encoding", encoding).want(200)
			if !strings.Contains(string(a.body), "Only &lt;example&gt; secrets.") {
				t.Errorf("%s does not say it", path)
			}
		}
	}
}
