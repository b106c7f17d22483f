package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"clinician/internal/core/demo"
)

// admit creates a patient of the demo panel as it is there, and assigns it.
func (s *server) admit(clinician string, p demo.Patient) int64 {
	s.t.Helper()
	b, err := json.Marshal(p.NewPatient)
	if err != nil {
		s.t.Fatal(err)
	}
	var made object
	decode(s.t, s.admin(string(b), "patient", "create", "--json"), &made)
	s.admin("", "assign", "--patient", fmt.Sprint(made.id()), "--clinician", clinician)
	return made.id()
}

// panelDocument gives the first document of the panel that is wanted.
func panelDocument(t *testing.T, p *demo.Panel, want func(demo.Document) bool) demo.Document {
	t.Helper()
	i := slices.IndexFunc(p.Documents, want)
	if i < 0 {
		t.Fatal("the panel has no such document")
	}
	return p.Documents[i]
}

// readWith has a record read to its end, with settings of its own.
func (p *person) readWith(record string, settings object) string {
	p.s.t.Helper()
	status, o := p.post("/api/files/medical-records/"+record+"/analyze/", settings)
	if status != http.StatusOK {
		p.s.t.Fatalf("analyze: %d %v", status, o)
	}
	frames := p.watch(o.str("job_id"))
	if last := frames[len(frames)-1]; last.str("type") != "job_complete" {
		p.s.t.Fatalf("reading ended with %v", last)
	}
	return o.str("job_id")
}

func (o object) list(k string) []object {
	raw, _ := o[k].([]any)
	out := make([]object, len(raw))
	for i, v := range raw {
		out[i], _ = v.(map[string]any)
	}
	return out
}

// TestValuesStory is S5 of the acceptance scenarios: a scan of a laboratory
// report is uploaded and read, its values are listed with their places, three
// are verified, one is corrected and one rejected, and reading it again keeps that.
func TestValuesStory(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	s := newServer(t)
	ann, ben := s.signup("ann@example.org"), s.signup("ben@example.org")
	panel := demo.Generate(1, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
	lab := panelDocument(t, panel, func(d demo.Document) bool {
		return d.Kind == "laboratory report" && d.Purpose == "" && d.MIME == "application/pdf"
	})
	patient := s.admit(ann.email, panel.Patients[lab.Patient])
	pdf, truth, err := lab.ScannedAs("skew")
	if err != nil {
		t.Fatal(err)
	}
	record := ann.upload(patient, "results.pdf", pdf)
	path := "/api/clinician/records/" + record + "/values/"
	if v := ann.mustGet(path); v["analyzed"] != false || v.str("message") == "" {
		t.Errorf("before it was read: %v", v)
	}
	job := ann.readWith(record, object{})

	v := ann.mustGet(path)
	values := v.list("results")
	labs := slices.DeleteFunc(slices.Clone(values), func(o object) bool { return o.str("kind") != "laboratory" })
	if len(labs) < 8 || v["unverified"] != v["total"] || v.str("job_id") != job || v.str("patient_check") != "match" {
		t.Fatalf("values: %d of them, %v unverified of %v, check %q", len(labs), v["unverified"], v["total"], v.str("patient_check"))
	}
	printed := map[string]bool{}
	for _, x := range truth.Values {
		printed[x.Text] = true
	}
	for _, x := range labs {
		doubts, _ := x["doubts"].([]any)
		if !printed[x.str("comparator")+x.str("value")] && !printed[x.str("value")] && len(doubts) == 0 {
			t.Errorf("%s is given as %q without a doubt, which is not printed", x.str("name"), x.str("value"))
		}
		if boxes := x.list("boxes"); len(boxes) == 0 || boxes[0]["w"].(float64) <= 0 {
			t.Errorf("%s has no place on the page: %v", x.str("name"), x["boxes"])
		}
	}
	review := func(i int, body object) {
		t.Helper()
		if status, o := ann.post(path+labs[i].str("id")+"/review/", body); status != http.StatusOK {
			t.Fatalf("review: %d %v", status, o)
		}
	}
	for i := range 3 {
		review(i, verifiedAs(labs[i]))
	}
	review(3, object{"status": "corrected", "value": "7.77", "unit": "kryptomol/L"})
	review(4, object{"status": "rejected", "reason": "quite unmistakable remark"})

	again := ann.readWith(record, object{"priority": "urgent"})
	v = ann.mustGet(path)
	reviewed := map[string]string{}
	for _, x := range v.list("results") {
		reviewed[x.str("id")] = x.sub("review").str("status")
	}
	for i, want := range []string{"verified", "verified", "verified", "corrected", "rejected", ""} {
		if got := reviewed[labs[i].str("id")]; got != want {
			t.Errorf("value %d is %q after reading again, want %q", i, got, want)
		}
	}
	if v.str("job_id") != again || again == job || len(v.list("orphaned")) != 0 {
		t.Errorf("after reading again: job %s, orphaned %v", v.str("job_id"), v["orphaned"])
	}
	if n := len(ann.mustGet(path + "?status=verified").list("results")); n != 3 {
		t.Errorf("%d values are verified", n)
	}
	if jobs := ann.mustGet("/api/clinician/ocr/jobs/?record_id=" + record).list("jobs"); len(jobs) != 2 || jobs[0].str("analysis") != "done" || jobs[0]["attempts"] != 1.0 {
		t.Errorf("history: %v", jobs)
	}

	// Corrected text stays beside the engine's.
	textPath := "/api/clinician/records/" + record + "/text/1/"
	if status, o := s.call("PUT", textPath, ann.access, object{"edits": []object{{"from": 0, "to": 1, "text": "Unmistakablia"}}}); status != http.StatusOK || !strings.HasPrefix(strings.TrimSpace(o.str("corrected_text")), "Unmistakablia") {
		t.Fatalf("correct: %d %v", status, o)
	}
	page := ann.mustGet("/api/clinician/ocr/job/" + again + "/result/").list("pages")[0]
	if page.str("text") == page.str("corrected_text") || page.sub("correction")["by"] != float64(ann.userID) {
		t.Errorf("corrected page: %v", page.sub("correction"))
	}

	for _, p := range []string{path, textPath, "/api/clinician/records/" + record + "/patient-check/"} {
		if status, _ := ben.get(p); status != http.StatusNotFound {
			t.Errorf("another clinician gets %d for %s", status, p)
		}
	}
	s.stop(syscall.SIGTERM)
	for _, secret := range []string{"kryptomol", "quite unmistakable remark", "Unmistakablia", labs[0].str("source")} {
		if file := holds(t, s.data, secret); file != "" {
			t.Errorf("%s holds %q in clear", filepath.Base(file), secret)
		}
	}
}

// holds names a file below dir that has the text, "" when none does.
func holds(t *testing.T, dir, text string) string {
	t.Helper()
	found := ""
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && bytes.Contains(b, []byte(text)) {
			found = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestMisfiledStory is the first half of S6: a letter about another patient
// asks for a check, names that patient to the same clinician, and stays out of
// what is trusted until a person has decided.
func TestMisfiledStory(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	s := newServer(t)
	ann := s.signup("ann@example.org")
	panel := demo.Generate(1, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
	letter := panelDocument(t, panel, func(d demo.Document) bool { return d.Purpose == "misfile" })
	content, truth, err := letter.Render()
	if err != nil {
		t.Fatal(err)
	}
	about := slices.IndexFunc(panel.Patients, func(p demo.Patient) bool {
		return strings.Contains(strings.ToUpper(truth.Pages[0].Text), strings.ToUpper(p.LastName)) && strings.Contains(truth.Pages[0].Text, p.MRN)
	})
	if about < 0 {
		about = slices.IndexFunc(panel.Patients, func(p demo.Patient) bool { return strings.EqualFold(p.LastName, "Mertz") })
	}
	patient, other := s.admit(ann.email, panel.Patients[letter.Patient]), s.admit(ann.email, panel.Patients[about])
	record := ann.upload(patient, letter.Filename, content)
	job := ann.readWith(record, object{})

	path := "/api/clinician/records/" + record + "/patient-check/"
	check := ann.mustGet(path)
	if check.str("patient_check") != "check" || check.str("job_id") != job {
		t.Fatalf("check: %v", check)
	}
	pages := check.list("pages")
	if len(pages) == 0 || pages[0].str("reason") == "" || pages[0]["other_patient_id"] != float64(other) {
		t.Errorf("pages: %v; the other patient is %d", pages, other)
	}
	records := ann.mustGet(fmt.Sprintf("/api/clinician/patients/%d/records/", patient)).list("results")
	if len(records) != 1 || records[0].str("patient_check") != "check" {
		t.Errorf("in the list: %v", records)
	}
	told := ann.mustGet("/api/clinician/dashboard/").list("notifications")
	i := slices.IndexFunc(told, func(o object) bool { return o.str("kind") == "check_patient" })
	if i < 0 || told[i].str("level") != "action" || told[i].str("text") != "A document may belong to another patient." {
		t.Errorf("notifications: %v", told)
	}
	if status, _ := ann.post(path+"resolve/", object{}); status != http.StatusBadRequest {
		t.Errorf("resolved without a reason: %d", status)
	}
	status, o := ann.post(path+"resolve/", object{"reason": "a copy for information"})
	if status != http.StatusOK || o.str("patient_check") != "resolved" || o.sub("resolution").str("by_name") != "Ann Lee" {
		t.Errorf("resolve: %d %v", status, o)
	}
	ann.readWith(record, object{})
	if again := ann.mustGet(path); again.str("patient_check") != "resolved" {
		t.Errorf("reading again forgot the decision: %v", again.str("patient_check"))
	}
	movesWithItsText(t, s, ann, patient, other, panel.Patients[about], letter.Filename, content)
	if out := s.admin("", "audit", "verify"); !bytes.Contains(out, []byte(": all good.")) {
		t.Errorf("audit: %s", out)
	}
}

// movesWithItsText moves another copy of the letter to whom it is about: its
// text and corrections come along, and it is looked into again in the new chart.
func movesWithItsText(t *testing.T, s *server, ann *person, from, to int64, about demo.Patient, filename string, content []byte) {
	t.Helper()
	record := ann.upload(from, filename, content)
	job := ann.readWith(record, object{})
	base := "/api/clinician/records/" + record + "/"
	if status, o := s.call("PUT", base+"text/1/", ann.access, object{"text": "Typed by hand"}); status != http.StatusOK {
		t.Fatalf("correct: %d %v", status, o)
	}
	status, o := ann.post(base+"move/", object{"patient_id": to, "family_name": about.LastName, "birth_year": about.DateOfBirth.Year, "reason": "misfiled"})
	if status != http.StatusOK && status != http.StatusCreated {
		t.Fatalf("move: %d %v", status, o)
	}
	var v object
	s.eventually("the moved record to be looked into", func() bool {
		v = ann.mustGet(base + "values/")
		return v["analyzed"] == true
	})
	if v["patient_id"] != float64(to) || v.str("patient_check") != "match" || v.str("job_id") != job {
		t.Errorf("in the new chart: patient %v, check %q", v["patient_id"], v.str("patient_check"))
	}
	if page := ann.mustGet("/api/clinician/ocr/job/" + job + "/result/").list("pages")[0]; page.str("corrected_text") != "Typed by hand" {
		t.Errorf("corrected text after the move: %q", page.str("corrected_text"))
	}
}

// verifiedAs is the word of somebody who compared a value with the page, and typed it
// where it is in doubt.
func verifiedAs(v object) object {
	word := object{"status": "verified"}
	if doubts, _ := v["doubts"].([]any); len(doubts) > 0 {
		word["value"] = v.str("value")
	}
	return word
}
