package siblingtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// exchange is a captured question with its answer.
type exchange struct {
	Name    string
	Request struct {
		Method, Path string
		Headers      map[string]string
		Body         *string
	}
	Response struct {
		Status  int
		Headers map[string]string
		JSON    json.RawMessage
		Body    *string
	}
}

// Replay serves the captured exchanges in dir, byte for byte: whoever asks what was
// asked then, with the same method, path, query, proof of identity and body, gets what
// was answered then. Anything else fails the test. It gives the address.
func Replay(t testing.TB, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no exchanges in %s: %v", dir, err)
	}
	var all []exchange
	for _, f := range files {
		b, err := os.ReadFile(f)
		var e exchange
		if err == nil {
			err = json.Unmarshal(b, &e)
		}
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		all = append(all, e)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for _, e := range all {
			if e.matches(r, body) {
				e.answer(w)
				return
			}
		}
		t.Errorf("nobody asked %s %s with %q then", r.Method, r.URL.RequestURI(), body)
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func (e exchange) matches(r *http.Request, body []byte) bool {
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

func (e exchange) answer(w http.ResponseWriter) {
	for k, v := range e.Response.Headers {
		w.Header().Set(k, v)
	}
	w.WriteHeader(e.Response.Status)
	var compact bytes.Buffer
	if e.Response.Body != nil {
		compact.WriteString(*e.Response.Body)
	} else {
		_ = json.Compact(&compact, e.Response.JSON) // as that service writes it
	}
	_, _ = w.Write(compact.Bytes())
}
