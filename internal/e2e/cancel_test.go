//go:build linux

package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// Cancelling ends the engines and the page worker in the middle of their pages.
func TestCancelEndsItsProcesses(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	job := ann.analyze(ann.upload(id, "scan.pdf", bound(t, letterScans(), 30)))
	running := func(what string) bool {
		for _, args := range children(s.cmd.Process.Pid) {
			if strings.Contains(args, what) {
				return true
			}
		}
		return false
	}
	s.eventually("a page to be read", func() bool { return running("__page-worker") && running("--psm") })
	status, o := ann.post("/api/clinician/ocr/job/"+job+"/cancel/", nil)
	if status != http.StatusOK {
		t.Fatalf("cancel: %d %v", status, o)
	}
	// A page takes longer than a second; how long exactly it took depends on what
	// else the machine does.
	s.eventually("the processes to end", func() bool { return len(children(s.cmd.Process.Pid)) == 0 })
}
