//go:build linux

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Twelve people who look at pages at once get them from at most as many workers as
// there are processors; who cannot be served in time hears when to come again. What a
// person has looked at is open no longer than the session.
func TestPageImagesAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	scan := bound(t, letterScans(), 3)
	var records []string
	for i := range 4 {
		records = append(records, ann.upload(id, fmt.Sprintf("scan%d.pdf", i), scan))
	}
	workers := func() (n int) {
		for _, args := range children(s.cmd.Process.Pid) {
			if strings.Contains(args, "__page-worker") {
				n++
			}
		}
		return n
	}
	s.eventually("PDFium to be compiled", func() bool { return workers() == 0 })
	most, stop := 0, make(chan struct{})
	var counting, asking sync.WaitGroup
	counting.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				most = max(most, workers())
			}
		}
	})
	for i := range 12 {
		asking.Go(func() {
			req, err := http.NewRequest("GET", s.url("/api/clinician/records/"+records[i%4]+fmt.Sprintf("/pages/%d/image/", 1+i/4)), nil)
			if err != nil {
				t.Error(err)
				return
			}
			req.Header.Set("Authorization", "Bearer "+ann.access)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			switch {
			case err != nil:
				t.Error(err)
			case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
			case resp.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), "\x89PNG"):
				t.Errorf("%d %.200s", resp.StatusCode, body)
			}
		})
	}
	asking.Wait()
	close(stop)
	counting.Wait()
	if allowed := max(2, runtime.NumCPU()); most > allowed || most == 0 {
		t.Errorf("%d workers at once, at most %d are allowed", most, allowed)
	}
	if status, _ := ann.get("/api/clinician/records/" + records[0] + "/pages/1/image/"); status != http.StatusOK {
		t.Errorf("a page after that: %d", status)
	}
	if n := workers(); n != 1 {
		t.Errorf("%d documents are kept open for one viewer", n)
	}
	if status, o := ann.post("/api/clinician/auth/logout/", object{"refresh": ann.refresh}); status != http.StatusOK {
		t.Fatalf("logout: %d %v", status, o)
	}
	s.eventually("the document to be closed with the session", func() bool { return workers() == 0 })
}
