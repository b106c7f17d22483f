package siblingtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Replay serves the captured exchanges in testdata, byte for byte: whoever asks what was
// asked then, with the same method, path, query, proof of identity and body, gets what
// was answered then. Anything else fails the test. It gives the address.
func Replay(t testing.TB) string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no exchanges in testdata: %v", err)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(filepath.Base(f), ".json")
	}
	all := Load(t, names...)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for _, e := range all {
			if e.matches(r, body) {
				e.give(w)
				return
			}
		}
		t.Errorf("nobody asked %s %s with %q then", r.Method, r.URL.RequestURI(), body)
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func (e Exchange) matches(r *http.Request, body []byte) bool {
	then, err := http.NewRequest(e.Request.Method, e.Request.Path, nil)
	if err != nil || r.Method != then.Method || r.URL.Path != then.URL.Path || !reflect.DeepEqual(r.URL.Query(), then.URL.Query()) {
		return false
	}
	for _, h := range []string{"X-Service-Token", "Authorization"} {
		if r.Header.Get(h) != e.Request.Headers[h] && !(h == "X-Service-Token" && e.Request.Path == "/health/") {
			return false
		}
	}
	if e.Request.Body == nil {
		return len(body) == 0
	}
	var a, b any
	return json.Unmarshal(body, &a) == nil && json.Unmarshal([]byte(*e.Request.Body), &b) == nil && reflect.DeepEqual(a, b)
}

func (e Exchange) give(w http.ResponseWriter) {
	for k, v := range e.Response.Headers {
		w.Header().Set(k, v)
	}
	w.WriteHeader(e.Response.Status)
	_, _ = w.Write(e.Answer())
}
