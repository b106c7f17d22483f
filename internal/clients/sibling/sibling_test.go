package sibling_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"clinician/internal/clients/sibling"
	"clinician/internal/core"
)

// door makes a client of what answer says, and counts how often it was asked.
func door(t *testing.T, answer http.HandlerFunc) (c *sibling.Client, asked *atomic.Int32, url string) {
	t.Helper()
	asked = new(atomic.Int32)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked.Add(1); answer(w, r) }))
	t.Cleanup(srv.Close)
	return client(t, srv.URL, nil), asked, srv.URL
}

func client(t *testing.T, url string, via http.RoundTripper) *sibling.Client {
	t.Helper()
	c, err := sibling.New(sibling.Options{Name: "file-service", URL: url, HTTP: via, Headers: http.Header{"X-Service-Token": {"secret token"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// refused checks a failure: its code, and that what people read names the service and
// nothing of where it is or what it said.
func refused(t *testing.T, err error, code core.Code, hidden ...string) {
	t.Helper()
	if core.CodeOf(err) != code {
		t.Fatalf("error is %v, want code %q", err, code)
	}
	said := core.MessageOf(err)
	if !strings.HasPrefix(said, "file-service ") {
		t.Errorf("people read %q, which does not name the service", said)
	}
	for _, h := range append(hidden, "127.0.0.1", "http", "secret") {
		if strings.Contains(said, h) {
			t.Errorf("people read %q, which gives %q away", said, h)
		}
		if h == "secret" && strings.Contains(err.Error(), h) {
			t.Errorf("the log reads %q, which gives a secret away", err)
		}
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	c, asked, _ := door(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Service-Token") != "secret token" || r.Header.Get("X-Request-Id") != "abc" || r.Header.Get("Accept") != "application/json" {
			t.Errorf("asked with %v", r.Header)
		}
		b, _ := io.ReadAll(r.Body)
		if r.URL.EscapedPath() != "/users/a%2Fb%3Fc/" || r.URL.RawQuery != "q=x" || string(b) != `{"n":1}` || r.ContentLength != 7 || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("asked for %s with %q", r.URL, b)
		}
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"error": "User not found"}`)
	})
	a, err := c.Call(core.WithRequestID(t.Context(), "abc"), sibling.Request{Method: "POST", Path: sibling.Path("/users/%v/", "a/b?c"),
		Query: map[string][]string{"q": {"x"}}, JSON: map[string]int{"n": 1}})
	if err != nil {
		t.Fatal(err)
	}
	var v struct{ Error string }
	if err := a.JSON(&v); err != nil || a.Status != 404 || v.Error != "User not found" || asked.Load() != 1 {
		t.Errorf("answered %d %+v %v after %d tries", a.Status, v, err, asked.Load())
	}
	refused(t, a.Unexpected(), core.CodeBadGateway, "404")
	if got := sibling.Path("/a/%v/%v/", "..", 7); got != "/a/%2E%2E/7/" {
		t.Errorf("path is %s", got)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	get := sibling.Request{Path: "/x/", Query: map[string][]string{"token": {"secret"}}}
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		code   core.Code
		tries  int
	}{
		"html": {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>upstream words</html>") }, core.CodeBadGateway, 1},
		"500": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(500)
			io.WriteString(w, "upstream words")
		}, core.CodeBadGateway, 1},
		"503": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, core.CodeUnavailable, 3},
		"half a body": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, `{"count": 1, "upstream words`)
		}, core.CodeBadGateway, 3},
		"endless": {func(w http.ResponseWriter, _ *http.Request) {
			w.Write(bytes.Repeat([]byte("x"), 5<<20))
		}, core.CodeBadGateway, 1},
		"killed": {func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }, core.CodeUnavailable, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, asked, url := door(t, test.answer)
			a, err := c.Call(t.Context(), get)
			if err == nil {
				err = a.JSON(new(struct{}))
			}
			refused(t, err, test.code, url, "upstream words")
			if int(asked.Load()) != test.tries {
				t.Errorf("asked %d times, want %d", asked.Load(), test.tries)
			}
			asked.Store(0)
			if _, err := c.Call(t.Context(), sibling.Request{Method: "POST", Path: "/x/"}); asked.Load() > 1 {
				t.Errorf("what is not safe to repeat was sent %d times (%v)", asked.Load(), err)
			}
		})
	}
	t.Run("away", func(t *testing.T) {
		t.Parallel()
		srv := httptest.NewServer(nil)
		srv.Close()
		_, err := client(t, srv.URL, nil).Call(t.Context(), get)
		refused(t, err, core.CodeUnavailable, srv.URL)
		var e *core.Error
		if !errors.As(err, &e) || e.RetryAfter == 0 {
			t.Errorf("%v does not say when to try again", err)
		}
	})
	t.Run("a redirect is an answer", func(t *testing.T) {
		t.Parallel()
		c, asked, _ := door(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere/", http.StatusMovedPermanently)
		})
		a, err := c.Call(t.Context(), get)
		if err != nil || a.Status != 301 || asked.Load() != 1 {
			t.Errorf("%v %v after %d tries", a, err, asked.Load())
		}
	})
	t.Run("500 that is an answer", func(t *testing.T) {
		t.Parallel()
		c, _, _ := door(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) })
		a, err := c.Call(t.Context(), sibling.Request{Path: "/", Answers: []int{500}})
		if err != nil || a.Status != 500 {
			t.Errorf("%v %v", a, err)
		}
	})
}

// tripper answers without a network, so that time can be the test's own.
type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func ok(body io.Reader) *http.Response {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(body), ContentLength: -1}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := client(t, "http://files.internal:8006", tripper(func(r *http.Request) (*http.Response, error) {
			tries++
			return nil, sleep(r.Context(), 30*time.Second)
		}))
		start := time.Now()
		_, err := c.Call(t.Context(), sibling.Request{Path: "/"})
		refused(t, err, core.CodeGatewayTimeout, "files.internal")
		if took := time.Since(start); took != 5*time.Second || tries != 1 {
			t.Errorf("took %s and %d tries", took, tries)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Call(ctx, sibling.Request{Path: "/"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the caller left, and the error is %v", err)
		}
	})
}

func TestCircuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries, well := 0, false
		c := client(t, "http://files.internal:8006", tripper(func(r *http.Request) (*http.Response, error) {
			if tries++; well {
				return ok(strings.NewReader("{}")), nil
			}
			return nil, errors.New("connection refused")
		}))
		ask := func() error {
			_, err := c.Call(t.Context(), sibling.Request{Method: "POST", Path: "/"})
			return err
		}
		for range 5 {
			refused(t, ask(), core.CodeUnavailable)
		}
		refused(t, ask(), core.CodeUnavailable)
		if tries != 5 || !c.Open() {
			t.Fatalf("asked %d times, the circuit is open: %v", tries, c.Open())
		}
		time.Sleep(3 * time.Second)
		refused(t, ask(), core.CodeUnavailable) // the one that may try
		refused(t, ask(), core.CodeUnavailable)
		if tries != 6 {
			t.Errorf("asked %d times", tries)
		}
		well = true
		time.Sleep(3 * time.Second)
		for range 3 {
			if err := ask(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestStream: a file may take as long as it likes while it moves.
func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, "http://files.internal:8006", tripper(func(r *http.Request) (*http.Response, error) {
			if b, err := io.ReadAll(r.Body); err != nil || len(b) != 10 || r.ContentLength != 10 {
				t.Errorf("%d bytes came of %d: %v", len(b), r.ContentLength, err)
			}
			return ok(&paced{ctx: r.Context(), left: 10, every: 10 * time.Second}), nil
		}))
		upload := &paced{ctx: t.Context(), left: 10, every: 10 * time.Second}
		s, err := c.Stream(t.Context(), sibling.Request{Method: "POST", Path: "/", Body: upload, Length: 10})
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(s); err != nil || len(b) != 10 {
			t.Errorf("%d bytes came back: %v", len(b), err)
		}
		s.Close()

		c = client(t, "http://files.internal:8006", tripper(func(r *http.Request) (*http.Response, error) {
			return ok(&paced{ctx: r.Context(), left: 10, every: time.Minute}), nil
		}))
		if s, err = c.Stream(t.Context(), sibling.Request{Path: "/"}); err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		_, err = io.ReadAll(s)
		refused(t, err, core.CodeGatewayTimeout, "files.internal")
	})
}

// paced gives a byte from time to time.
type paced struct {
	ctx   context.Context
	left  int
	every time.Duration
}

func (p *paced) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	p.left--
	b[0] = 'x'
	return 1, sleep(p.ctx, p.every)
}

func TestCheckURL(t *testing.T) {
	for u, good := range map[string]bool{"http://db:8004": true, "https://x/y/": true, "db:8004": false, "": false, "http://u:p@x": false, "redis://x": false} {
		if err := sibling.CheckURL(u); (err == nil) != good {
			t.Errorf("%q: %v", u, err)
		}
	}
}
