// Package siblingtest has small servers that answer as the portal's other services
// do, in the shapes of their captured exchanges, for tests of the
// clients and of whole servers. They can be made to fail in every way that a service
// fails. It is for tests only.
package siblingtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Fault is how a service fails.
type Fault string

const (
	Well       Fault = ""
	Killed     Fault = "killed"      // the connection breaks
	Slow       Fault = "slow"        // no answer before the caller has left
	HTML       Fault = "html"        // 200 and a page of something else
	Error500   Fault = "500"         // an error page
	Half       Fault = "half a body" // the answer breaks off
	WrongToken Fault = "wrong token" // it does not know the caller
)

// Faults are all of them.
var Faults = []Fault{Killed, Slow, HTML, Error500, Half, WrongToken}

// object is JSON in the order it is written.
type object = map[string]any

// server is what both fakes share: faults, and a log of what was asked.
type server struct {
	URL   string
	mu    sync.Mutex
	fault Fault
	asked []string // "GET /api/users/2/", without the query
}

func (s *server) start(t testing.TB, h http.Handler, refusal string) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.Path)
		fault := s.fault
		s.mu.Unlock()
		switch fault {
		case Killed:
			panic(http.ErrAbortHandler)
		case Slow:
			_, _ = io.Copy(io.Discard, r.Body) // else the caller's leaving is not seen
			<-r.Context().Done()
		case HTML:
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, "<!doctype html><title>Upstream secret page</title>")
		case Error500:
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusInternalServerError)
			io.WriteString(w, "<h1>Server Error (500)</h1> upstream secret")
		case Half:
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, `{"id": 2, "upstream secret`)
		case WrongToken:
			reply(w, http.StatusForbidden, object{"detail": refusal})
		default:
			h.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	s.URL = srv.URL
}

// Fail makes the service fail from now on; Well mends it.
func (s *server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Asked gives what was asked since it was called last.
func (s *server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.asked
	s.asked = nil
	return list
}

// Count counts the questions that begin so.
func Count(asked []string, prefix string) (n int) {
	for _, a := range asked {
		if strings.HasPrefix(a, prefix) {
			n++
		}
	}
	return n
}

func reply(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b)
}

func detail(w http.ResponseWriter, model string) {
	reply(w, http.StatusNotFound, object{"detail": "No " + model + " matches the given query."})
}

// stamp is a time as the service's serializers write it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// offset is one as it writes it where code calls isoformat.
func offset(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

func id(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func query(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(r.URL.Query().Get(name), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func body(r *http.Request) object {
	var v object
	d := json.NewDecoder(r.Body)
	d.UseNumber()
	if r.ContentLength < 0 || d.Decode(&v) != nil { // it reads no chunked bodies
		return object{}
	}
	return v
}

func whole(v any) (int64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return i, err == nil
}

func words(v any) string {
	s, ok := v.(string)
	if !ok && v != nil {
		return fmt.Sprint(v)
	}
	return s
}
