package httpapi

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestPlainCallersAreSentToHTTPS(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	srv.Config.ConnContext = KeepConn
	srv.Listener = ToHTTPS(srv.Listener)
	srv.StartTLS()
	defer srv.Close()

	resp, err := srv.Client().Get(srv.URL)
	must(t, err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusTeapot {
		t.Errorf("by https: %s", resp.Status)
	}

	silent, err := net.Dial("tcp", srv.Listener.Addr().String()) // holds up nobody
	must(t, err)
	defer silent.Close()
	host := strings.TrimPrefix(srv.URL, "https://")
	resp, err = (&http.Transport{DisableKeepAlives: true}).RoundTrip(httptest.NewRequest("GET", "http://"+host+"/clinician/patients/?q=a%20b", nil))
	must(t, err)
	resp.Body.Close()
	if got := resp.Header.Get("Location"); resp.StatusCode != http.StatusPermanentRedirect || got != "https://"+host+"/clinician/patients/?q=a%20b" {
		t.Errorf("by http: %s to %q", resp.Status, got)
	}

	_, err = silent.Write([]byte("SSH-2.0-x\r\n\r\n"))
	must(t, err)
	must(t, silent.SetReadDeadline(time.Now().Add(time.Minute)))
	if n, _ := silent.Read(make([]byte, 100)); n > 7+64 { // a TLS alert at most, no page
		t.Errorf("what speaks neither got %d bytes", n)
	}
}
