package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// readText uploads a text document and has it read.
func (p *person) readText(patient int64, text string) string {
	p.s.t.Helper()
	record := p.upload(patient, "note.txt", []byte(text))
	p.analyze(record)
	return record
}

// allRead waits until no job is left.
func (p *person) allRead() {
	p.s.t.Helper()
	p.s.eventually("all documents to be read", func() bool {
		return len(p.mustGet("/api/clinician/ocr/jobs/?state=running&limit=1").list("jobs")) == 0
	})
}

func (p *person) search(path, words string) object {
	p.s.t.Helper()
	return p.mustGet(path + "?q=" + url.QueryEscape(words))
}

// TestSearchStory is S7 of the acceptance scenarios: one patient's documents and
// then all of them are searched; the hit leads to the word; the negation is
// seen; corrected text counts; and nothing of it is on the disk in clear, nor
// the searched words in log or audit.
func TestSearchStory(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann, ben := s.signup("ann@example.org"), s.signup("ben@example.org")
	cat := s.patient(ann.email, "Cantú", "Catalina")
	bob := s.patient(ann.email, "Mertz", "Ola")
	other := s.patient(ben.email, "Zorn", "Dimitri")
	for i := range 12 {
		ann.readText(cat, fmt.Sprintf("Clinic note %d. She is well and has no complaints today.", i))
	}
	found := ann.readText(cat, "Oncology letter\n\nShe was not given the drug cis-\nplatinaria because of her kidneys. Count 1,234 cells.")
	misread := ann.readText(bob, "HER-2 negative. Treated with platinarla once.")
	ben.readText(other, "HER2 positive, cisplatinaria was given.")
	ann.allRead()
	ben.allRead()

	mine := fmt.Sprintf("/api/clinician/patients/%d/search/", cat)
	began := time.Now()
	hits := ann.search(mine, "CISPLATINARIA")
	t.Logf("13 documents in %s", time.Since(began).Round(time.Millisecond))
	list := hits.list("results")
	if len(list) != 1 || hits["documents"] != 13.0 || hits["unread"] != 0.0 {
		t.Fatalf("%v", hits)
	}
	h := list[0]
	if h.str("file_id") != found || h["page"] != 1.0 || h.str("patient_name") != "CANTÚ, Catalina" || !strings.Contains(h.str("context"), "not given") {
		t.Errorf("the hit: %v", h)
	}
	for words, n := range map[string]int{`"not given"`: 1, "1234": 1, "complaints": 12, "her2": 0} {
		if got := len(ann.search(mine, words).list("results")); got != n {
			t.Errorf("%s: %d hits, want %d", words, got, n)
		}
	}
	panel := ann.search("/api/clinician/search/", "her2").list("results")
	if len(panel) != 1 || panel[0].str("file_id") != misread || panel[0].str("context") != "HER-2 negative." {
		t.Errorf("the whole panel: %v", panel)
	}
	if status, _ := ben.get(mine + "?q=note"); status != 403 {
		t.Errorf("another clinician searches the chart: %d", status)
	}
	if status, o := s.call("PUT", "/api/clinician/records/"+misread+"/text/1/", ann.access, object{"text": "HER-2 negative. Treated with cisplatinaria once."}); status != 200 {
		t.Fatalf("correct: %d %v", status, o)
	}
	panel = ann.search("/api/clinician/search/", "cisplatinaria").list("results")
	if len(panel) != 2 || panel[0].str("file_id") != misread || panel[0]["corrected"] != true {
		t.Errorf("corrected text: %v", panel)
	}

	// The same from the command line.
	cmd := exec.Command(tuiBin, "--json", "search", "--patient", fmt.Sprint(cat), "cisplatinaria")
	cmd.Env = append(s.environ(), "CLINICIAN_SERVER=http://"+s.addr, "CLINICIAN_TOKEN="+ann.access)
	out, err := cmd.Output()
	var line object
	if err != nil || json.Unmarshal(out, &line) != nil || len(line.list("results")) != 1 {
		t.Errorf("clinician-tui search: %v %s", err, out)
	}

	var events []object
	decode(t, s.admin("", "audit", "list", "--json", "--type", "documents_searched"), &events)
	if len(events) != 9 { // five searches of the chart, two of the panel, one refusal, the command line's
		t.Errorf("%d events of searches", len(events))
	}
	s.stop(syscall.SIGTERM)
	for _, secret := range []string{"platinaria", "CISPLATINARIA", "complaints today"} {
		if file := holds(t, s.data, secret); file != "" {
			t.Errorf("%s holds %q in clear", filepath.Base(file), secret)
		}
		if strings.Contains(s.log.String(), secret) || strings.Contains(s.log.String(), strings.ToLower(secret)) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// TestDayStory is the first part of S1: appointments and notifications made in
// the shell are on the dashboard, and every number leads to as many rows.
func TestDayStory(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann, ben := s.signup("ann@example.org"), s.signup("ben@example.org")
	cat := s.patient(ann.email, "Cantú", "Catalina")
	at := time.Now().Add(time.Minute).UTC()
	var booked, told object
	decode(t, s.admin(fmt.Sprintf(`{"patient_id":%d,"clinician_email":%q,"start":%q,"minutes":20,"type":"Follow-up"}`, cat, ann.email, at.Format(time.RFC3339)),
		"appointment", "create", "--json"), &booked)
	decode(t, s.admin(fmt.Sprintf(`{"clinician_email":%q,"level":"action","text":"Please call the laboratory","patient_id":%d}`, ann.email, cat),
		"notification", "create", "--json"), &told)
	if list := string(s.admin("", "appointment", "list", "--clinician", ann.email)); !strings.Contains(list, "CANTÚ, Catalina") {
		t.Errorf("appointment list: %s", list)
	}
	day := ann.mustGet("/api/clinician/dashboard/")
	if day["action_count"] != 1.0 || day["open_notifications"] != 1.0 || len(day.list("upcoming_appointments")) != 1 || len(day.list("action_items")) != 1 {
		t.Errorf("the dashboard: %v", day)
	}
	if list := ann.mustGet("/api/clinician/appointments/?to=" + at.AddDate(0, 0, 1).Format(time.DateOnly)); list["count"] != 1.0 {
		t.Errorf("appointments: %v", list)
	}
	path := fmt.Sprintf("/api/clinician/notifications/%d/", told.id())
	if status, o := ann.post(path+"forward/", object{"clinician_email": ben.email}); status != 403 || !strings.Contains(o.str("error"), "not assigned") {
		t.Errorf("forward to somebody who must not know: %d %v", status, o)
	}
	if status, _ := ben.post(path+"acknowledge/", nil); status != 404 {
		t.Errorf("somebody else acknowledges: %d", status)
	}
	if status, o := ann.post(path+"acknowledge/", nil); status != 200 || o.str("state") != "done" {
		t.Errorf("acknowledge: %d %v", status, o)
	}
	if list := ann.mustGet("/api/clinician/notifications/"); list["count"] != 0.0 {
		t.Errorf("after acknowledging: %v", list)
	}
}

// How long a search takes that finds nothing and so looks at everything: the
// goals are 200 ms for a patient with 121 documents, 1.5 s for a panel of 400.
func BenchmarkSearch(b *testing.B) {
	s := newServer(b)
	ann := s.signup("ann@example.org")
	text := strings.Repeat("She was seen in clinic today and is well. Haemoglobin 112 g/L, HER-2 negative, no evidence of recurrence.\n", 25)
	one := s.patient(ann.email, "Cantú", "Catalina")
	for range 121 {
		ann.readText(one, text)
	}
	for i := range 31 {
		id := s.patient(ann.email, fmt.Sprint("Patient", i), "Ola")
		for range 9 {
			ann.readText(id, text)
		}
	}
	ann.allRead()
	for name, path := range map[string]string{"patient121": fmt.Sprintf("/api/clinician/patients/%d/search/", one), "panel400": "/api/clinician/search/"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if hits := ann.search(path, "xylophone"); len(hits.list("results")) != 0 {
					b.Fatal(hits)
				}
			}
		})
	}
}
