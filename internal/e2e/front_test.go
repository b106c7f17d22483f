package e2e

import (
	"net"
	"net/http"
	"net/http/httputil"
	"testing"

	"clinician/internal/core/apidoc/apidoctest"
)

// front stands before a server process and holds every exchange against the description
// of the API. It is there while the process is: one that was killed refuses connections.
type front struct{ srv *http.Server }

// openFront passes what comes to addr on to the server at back.
func openFront(t testing.TB, addr, back string) *front {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", back
			for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Proto"} { // as if nothing stood between
				if v := r.In.Header[name]; v != nil {
					r.Out.Header[name] = v
				}
			}
		},
		Transport:     &http.Transport{DisableCompression: true},
		FlushInterval: -1,
		// A server that is gone has no words.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	f := &front{&http.Server{Handler: apidoctest.Handler(t, proxy)}}
	go func() { _ = f.srv.Serve(l) }() // ends with close
	return f
}

func (f *front) close() {
	if f != nil {
		_ = f.srv.Close() // what is under way lost its server already
	}
}
