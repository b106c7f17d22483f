package siblingtest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Exchange is one recorded question with its answer, of which a file may be part. Of
// bodies that are not text the beginning is kept.
type Exchange struct {
	Name    string
	Request struct {
		Method  string
		Path    string // with its query
		Headers map[string]string
		Body    *string
		Head    []byte `json:"body_head_base64"`
	}
	Response struct {
		Status  int
		Headers map[string]string
		JSON    json.RawMessage
		Body    *string
		Head    []byte `json:"body_head_base64"`
	}
}

// Load reads testdata/<name>.json for each name.
func Load(t testing.TB, names ...string) []Exchange {
	t.Helper()
	var list []Exchange
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var e Exchange
		if err := json.Unmarshal(b, &e); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list = append(list, e)
	}
	return list
}

// Token is the token that the question was asked with; "" for none.
func (e Exchange) Token() string {
	return strings.TrimPrefix(e.Request.Headers["Authorization"], "Bearer ")
}

// sent is the body of the question, or its beginning.
func (e Exchange) sent() []byte {
	if e.Request.Body != nil {
		return []byte(*e.Request.Body)
	}
	return e.Request.Head
}

// Answer is the body of the answer, byte for byte, or its beginning.
func (e Exchange) Answer() []byte {
	switch {
	case e.Response.Body != nil:
		return []byte(*e.Response.Body)
	case len(e.Response.JSON) > 0 && string(e.Response.JSON) != "null":
		var b bytes.Buffer
		if json.Compact(&b, e.Response.JSON) == nil {
			return b.Bytes()
		}
	}
	return e.Response.Head
}

// ReplayInOrder is a small server that gives recorded answers to the recorded questions, one
// after the other, and fails the test for any other question: another method or path, another
// token, other fields of a form or another name or kind of its file.
func ReplayInOrder(t testing.TB, list ...Exchange) *httptest.Server {
	t.Helper()
	var mu sync.Mutex
	left := list
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if len(left) == 0 {
			t.Errorf("asked for %s %s after the last exchange", r.Method, r.URL)
			w.WriteHeader(http.StatusTeapot)
			return
		}
		e := left[0]
		left = left[1:]
		e.compare(t, r)
		for k, v := range e.Response.Headers {
			w.Header().Set(k, v)
		}
		w.WriteHeader(e.Response.Status)
		_, _ = w.Write(e.Answer()) // who asked has left
	}))
	t.Cleanup(func() {
		srv.Close()
		if len(left) > 0 {
			t.Errorf("%d exchanges were not asked for, the next is %s", len(left), left[0].Name)
		}
	})
	return srv
}

// compare fails the test when r is not the recorded question.
func (e Exchange) compare(t testing.TB, r *http.Request) {
	t.Helper()
	if r.Method != e.Request.Method || r.URL.RequestURI() != e.Request.Path {
		t.Errorf("%s: asked for %s %s, recorded was %s %s", e.Name, r.Method, r.URL.RequestURI(), e.Request.Method, e.Request.Path)
	}
	if got := r.Header.Get("Authorization"); got != e.Request.Headers["Authorization"] {
		t.Errorf("%s: another token was shown", e.Name)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Errorf("%s: %v", e.Name, err)
	}
	kind, params, _ := mime.ParseMediaType(e.Request.Headers["Content-Type"])
	if kind != "multipart/form-data" {
		return
	}
	if r.ContentLength != int64(len(body)) {
		t.Errorf("%s: Content-Length is %d of %d bytes", e.Name, r.ContentLength, len(body))
	}
	_, own, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		t.Fatalf("%s: %v", e.Name, err)
	}
	sent, want := form(body, own["boundary"]), form(e.sent(), params["boundary"])
	if len(sent) != len(want) {
		t.Errorf("%s: sent %d fields, recorded were %d", e.Name, len(sent), len(want))
		return
	}
	for i := range want {
		if sent[i].head != want[i].head || !bytes.HasPrefix(sent[i].body, want[i].body) {
			t.Errorf("%s: field %d is %s, recorded was %s", e.Name, i, sent[i].head, want[i].head)
		}
	}
}

type field struct {
	head string
	body []byte
}

// form takes a form apart, also one of which only the beginning is there.
func form(body []byte, boundary string) (list []field) {
	in := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		p, err := in.NextRawPart()
		if err != nil {
			return list
		}
		b, _ := io.ReadAll(p) // the end may be missing
		list = append(list, field{p.Header.Get("Content-Disposition") + " " + p.Header.Get("Content-Type"), b})
	}
}

// Content is the file of the question's form, or its beginning, with its name.
func (e Exchange) Content() (name string, content []byte) {
	_, params, _ := mime.ParseMediaType(e.Request.Headers["Content-Type"])
	for _, f := range form(e.sent(), params["boundary"]) {
		head, _, _ := strings.Cut(f.head, " application/")
		if _, p, err := mime.ParseMediaType(head); err == nil && p["filename"] != "" {
			return p["filename"], f.body
		}
	}
	return "", nil
}

// Sick are ways in which a service, or what stands before it, answers when it is not
// well. Each answers whatever it is asked; "hangs" until the question is given up.
var Sick = map[string]http.HandlerFunc{
	"answers HTML": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html><body>Welcome to nginx at 10.1.2.3</body></html>")
	},
	"answers 500": func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "Traceback: connection to db.internal:5432 refused", http.StatusInternalServerError)
	},
	"answers 502": func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<html>upstream http://10.1.2.3:8006</html>", http.StatusBadGateway)
	},
	"answers 302": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://10.1.2.3/login", http.StatusFound)
	},
	"answers half a body": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"success": tr`)
	},
	"answers other JSON": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `["10.1.2.3"]`)
	},
	"hangs up": func(w http.ResponseWriter, _ *http.Request) {
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = c.Close()
		}
	},
	"hangs": func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server sees that who asked has left only when it has read
		<-r.Context().Done()
	},
}
