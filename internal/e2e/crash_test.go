package e2e

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// marker stands in documents that must never be on disk in clear.
const marker = "HAEMOGLOBIN-IN-CLEAR"

// document makes a text document of about n bytes that holds the marker often.
func document(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "%s %d\n", marker, r.Uint64())
	}
	return b.Bytes()
}

// sound fails the test when the audit log or a stored document is not as it should be, or
// stands in clear.
func (s *server) sound() {
	s.t.Helper()
	s.admin("", "audit", "verify")
	s.admin("", "vault", "check", "--read-data")
	s.noClear()
}

// noClear fails the test when the marker stands anywhere below the data directory.
func (s *server) noClear() {
	s.t.Helper()
	err := filepath.WalkDir(s.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(marker)) {
			s.t.Errorf("%s holds a document in clear", path)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// Uploads that were acknowledged survive a kill at any moment, byte for byte;
// those that were not are nowhere to be seen.
func TestKillDuringUploads(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")

	var (
		mu    sync.Mutex
		acked = map[string][]byte{}
		wg    sync.WaitGroup
	)
	enough := make(chan struct{})
	for i := range 4 {
		wg.Go(func() {
			for n := 0; ; n++ {
				content := document(uint64(i*1000+n), 300_000)
				status, o, err := ann.tryUpload(id, fmt.Sprintf("d%d-%d.txt", i, n), bytes.NewReader(content))
				if err != nil || status != http.StatusCreated {
					return // the server was killed
				}
				mu.Lock()
				if acked[o.str("file_id")] = content; len(acked) == 12 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(patience):
		t.Fatal("no uploads were taken")
	}
	s.stop(syscall.SIGKILL)
	wg.Wait()
	s.noClear()
	s.start()

	listed := ann.mustGet(fmt.Sprintf("/api/clinician/patients/%d/records/", id))
	for _, r := range listed["results"].([]any) {
		record := object(r.(map[string]any))
		got := ann.download(record.str("file_id")) // every listed record can be read, acknowledged or not
		if want, ok := acked[record.str("file_id")]; ok && !bytes.Equal(got, want) {
			t.Errorf("record %s came back changed", record.str("file_id"))
		}
		delete(acked, record.str("file_id"))
	}
	if len(acked) > 0 {
		t.Errorf("%d acknowledged uploads are lost", len(acked))
	}
	s.admin("", "audit", "verify")
}

// A file that was only half sent is never a record and never on disk in clear.
func TestKillInTheMiddleOfAFile(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	r, w := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if status, _, err := ann.tryUpload(id, "half.txt", r); err == nil && status == http.StatusCreated {
			t.Errorf("half a file was taken: %d", status)
		}
	}()
	if _, err := w.Write(document(1, 2_000_000)); err != nil {
		t.Fatal(err)
	}
	s.eventually("some of the file to be on disk", func() bool {
		return dirSize(t, filepath.Join(s.data, "vault")) > 500_000
	})
	s.noClear()
	s.stop(syscall.SIGKILL)
	w.CloseWithError(io.ErrClosedPipe)
	<-ended
	s.noClear()
	s.start()
	if o := ann.mustGet(fmt.Sprintf("/api/clinician/patients/%d/records/", id)); o["count"] != 0.0 {
		t.Errorf("records: %v", o)
	}
}

func dirSize(t *testing.T, dir string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // it may have been renamed under us
		}
		if info, err := d.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A job survives a kill: it comes to its end once, with all pages.
func TestKillDuringOCR(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	job := ann.analyze(ann.upload(id, "scan.pdf", scan(t, 8)))
	status := func() object { return ann.mustGet("/api/clinician/ocr/job/" + job + "/status/").sub("job") }
	s.eventually("the first pages", func() bool { n, _ := status()["page"].(float64); return n >= 2 })
	before, _ := status()["page"].(float64)
	s.stop(syscall.SIGKILL)
	s.start()
	if after, _ := status()["page"].(float64); after < before {
		t.Errorf("%v pages were done before the kill, %v are after it", before, after)
	}
	s.eventually("the job to end", func() bool { return status().str("status") == "completed" })
	result := ann.mustGet("/api/clinician/ocr/job/" + job + "/result/")
	pages, _ := result["pages"].([]any)
	if result["page_count"] != 8.0 || len(pages) != 8 || result["failed_pages"] != 0.0 {
		t.Fatalf("result: %v pages, %v failed", result["page_count"], result["failed_pages"])
	}
	var ended []object
	decode(t, s.admin("", "audit", "list", "--type", "ocr_job_ended", "--json"), &ended)
	if len(ended) != 1 {
		t.Errorf("the job ended %d times: %v", len(ended), ended)
	}
}

// Temporary views are sealed, and gone after a crash, on close and on logout.
func TestTemporaryViewsLeaveNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	record := ann.upload(id, "letter.txt", document(7, 10_000))
	view := func() object {
		status, o := ann.post("/api/files/medical-records/"+record+"/view/", nil)
		if status != http.StatusOK || o["success"] != true {
			t.Fatalf("view: %d %v", status, o)
		}
		if status, o := ann.get(o.str("temp_url")); status != http.StatusOK || !bytes.Contains([]byte(o.str("raw")), []byte(marker)) {
			t.Fatalf("temporary view: %d", status)
		}
		return o
	}
	gone := func(v object, why string) {
		t.Helper()
		if status, _ := ann.get(v.str("temp_url")); status != http.StatusNotFound {
			t.Errorf("after %s the view answers %d", why, status)
		}
		s.eventually("the file to be gone after "+why, func() bool { return dirSize(t, filepath.Join(s.data, "temp")) == 0 })
	}
	v := view()
	s.noClear()
	if _, o := ann.post("/api/files/temp/cleanup/", object{"temp_id": v.str("temp_id")}); o["success"] != true {
		t.Fatalf("cleanup: %v", o)
	}
	gone(v, "cleanup")

	v = view()
	s.stop(syscall.SIGKILL)
	s.noClear()
	s.start()
	gone(v, "a crash")

	v = view()
	ann.post("/api/clinician/auth/logout/", nil)
	_, o := s.call("POST", "/api/clinician/auth/login/", "", object{"email": ann.email, "password": password})
	ann.access = o.sub("tokens").str("access")
	gone(v, "logout")
}
