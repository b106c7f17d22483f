package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// What comes in is read by itself, unless its kind or whoever brings it says otherwise;
// the rest is the backlog, which an administrator has read. Whoever asks for a reading
// that is there gets it, in the shape of every answer.
func TestDocumentsAreReadOnArrival(t *testing.T) {
	t.Parallel()
	s := newServer(t, "CLINICIAN_READ_ON_ARRIVAL=on", "CLINICIAN_READ_ON_ARRIVAL_EXCEPT=treatment plans, Imaging Reports")
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	record := func(id string) object { return ann.mustGet("/api/clinician/records/" + id + "/") }
	text := []byte("Haemoglobin 118 g/L\r\n")

	read := ann.upload(id, "read.txt", text)
	s.eventually("the document to be read by itself", func() bool { return record(read).sub("last_job").str("status") == "completed" })
	job := record(read).sub("last_job").str("job_id")
	if asked := ann.analyze(read); asked != job {
		t.Errorf("asked for what is read: job %s, want %s", asked, job)
	}
	if frames := ann.watch(job); frames[len(frames)-1].str("type") != "job_complete" {
		t.Errorf("watched after its end: %v", frames)
	}
	if again := ann.analyze(read); again == job {
		t.Error("it cannot be read again")
	}
	var acts []object
	for _, ev := range s.audit("--type", "ocr_job_submitted") {
		if ev.sub("data")["on_arrival"] == true {
			acts = append(acts, ev)
		}
	}
	if len(acts) != 1 || acts[0]["user_id"] != float64(ann.userID) || acts[0].str("record_id") != read {
		t.Errorf("the reading on arrival is in the audit log as %v", acts)
	}

	var left []string
	for field, value := range map[string]string{"analyze": "false", "medical_record_type": "Treatment Plans"} {
		status, o := ann.uploadWith(id, "left.txt", text, field, value)
		if status != http.StatusCreated || o.sub("record")["last_job"] != nil {
			t.Errorf("%s=%s: %d %v", field, value, status, o)
		}
		left = append(left, o.str("file_id"))
	}
	if out := s.admin("", "ocr", "backlog"); !bytes.Contains(out, []byte(fmt.Sprintf("%6d nobody has asked for\n", len(left)))) {
		t.Errorf("backlog: %s", out)
	}
	if out := s.admin("", "ocr", "backlog", "--start"); !strings.HasPrefix(string(out), "2 documents will be read in the background.\n") {
		t.Errorf("backlog: %s", out)
	}
	for _, id := range left {
		s.eventually("the backlog to be read", func() bool { return record(id).sub("last_job").str("status") == "completed" })
	}
}
