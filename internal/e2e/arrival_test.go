package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
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

// A copy of a protected document that opens is a document that came in; a password that
// does not open it leaves a row in the audit log, without what was tried.
func TestUnlockedCopiesAreReadOnArrival(t *testing.T) {
	t.Parallel()
	sheet := paper.NewSheet()
	sheet.Text(60, 60, paper.Style{Size: 11}, "Haemoglobin 118 g/L")
	locked, err := paper.TextPDF([]*paper.Sheet{sheet}, paper.PDFOptions{Created: time.Unix(0, 0), Password: "Wexmoor 7"})
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, "CLINICIAN_READ_ON_ARRIVAL=on", "CLINICIAN_READ_ON_ARRIVAL_EXCEPT=Imaging Reports")
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	unlock := func(record, password string) (int, object) {
		return ann.post("/api/clinician/records/"+record+"/unlock/", object{"password": password})
	}

	_, o := ann.uploadWith(id, "locked.pdf", locked, "analyze", "false")
	protected := o.str("file_id")
	if status, o := unlock(protected, "Wexmoor 8"); status != http.StatusBadRequest {
		t.Errorf("a wrong password: %d %v", status, o)
	}
	rows := s.audit("--type", core.EventRecordUnlocked)
	if len(rows) != 1 || rows[0].str("outcome") != "failure" || rows[0].str("record_id") != protected || rows[0].sub("data")["wrong_password"] != true {
		t.Errorf("a wrong password is in the audit log as %v", rows)
	}
	if all := s.admin("", "audit", "list", "--json"); bytes.Contains(all, []byte("Wexmoor")) {
		t.Error("what was tried is in the audit log")
	}
	status, o := unlock(protected, "Wexmoor 7")
	if status != http.StatusCreated || o.sub("record").sub("last_job").str("job_id") == "" {
		t.Fatalf("unlocked: %d %v", status, o)
	}
	copied := o.sub("record").str("id")
	s.eventually("the copy to be read by itself", func() bool {
		return ann.mustGet("/api/clinician/records/"+copied+"/").sub("last_job").str("status") == "completed"
	})

	_, o = ann.uploadWith(id, "locked.pdf", locked, "medical_record_type", "Imaging Reports")
	if status, o := unlock(o.str("file_id"), "Wexmoor 7"); status != http.StatusCreated || o.sub("record")["last_job"] != nil {
		t.Errorf("unlocked, of a kind that waits: %d %v", status, o)
	}
}
