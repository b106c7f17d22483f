package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"clinician/internal/core/demo/paper"
)

func recordPath(id, act string) string {
	path := "/api/clinician/records/" + id + "/"
	if act != "" {
		path += act + "/"
	}
	return path
}

// act calls an act on a record and wants a status.
func (p *person) act(want int, id, act string, body any) object {
	p.s.t.Helper()
	status, o := p.post(recordPath(id, act), body)
	if status != want {
		p.s.t.Fatalf("%s: %d %v, want %d", act, status, o, want)
	}
	return o
}

func (p *person) records(patient int64, query string) []object {
	p.s.t.Helper()
	return objects(p.mustGet(fmt.Sprintf("/api/clinician/patients/%d/records/%s", patient, query))["results"])
}

func objects(list any) []object {
	var out []object
	for _, r := range list.([]any) {
		out = append(out, object(r.(map[string]any)))
	}
	return out
}

// read has a record read and waits for the end.
func (p *person) read(record string) (job string) {
	p.s.t.Helper()
	job = p.analyze(record)
	p.s.eventually("the job to end", func() bool { return p.jobStatus(job) == "completed" })
	return job
}

func (p *person) jobStatus(job string) string {
	p.s.t.Helper()
	return p.mustGet("/api/clinician/ocr/job/" + job + "/status/").sub("job").str("status")
}

func (s *server) audit(args ...string) []object {
	s.t.Helper()
	var events []object
	decode(s.t, s.admin("", append([]string{"audit", "list", "--json"}, args...)...), &events)
	return events
}

// The second half of scenario S6: a letter about MERTZ lies in the chart of
// MOSCISKI and is moved to where it belongs, to another clinician.
func TestMisfiledLetterIsMoved(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann, ben := s.signup("ann@example.org"), s.signup("ben@example.org")
	mosciski, mertz := s.patient(ann.email, "Mosciski", "Ada"), s.patient(ben.email, "Mertz-Łuczak", "Ola")
	content := document(3, 20_000)
	letter := ann.upload(mosciski, "letter about Mertz.txt", content)
	job := ann.read(letter)
	text := ann.mustGet("/api/clinician/ocr/job/" + job + "/result/").str("extracted_text")
	_, view := ann.post("/api/files/medical-records/"+letter+"/view/", nil)

	// Nothing is learnt about patients that are not one's own.
	good := object{"patient_id": mertz, "family_name": "mertz luczak", "birth_year": 1940, "reason": "filed under the wrong patient"}
	change := func(key string, value any) object {
		o := object{}
		for k, v := range good {
			o[k] = v
		}
		o[key] = value
		return o
	}
	refusal := fmt.Sprint(ann.act(403, letter, "move", change("patient_id", 424242)))
	for _, wrong := range []object{change("family_name", "Mertz"), change("birth_year", 1941)} {
		if got := fmt.Sprint(ann.act(403, letter, "move", wrong)); got != refusal {
			t.Errorf("what does not fit is told from what does not exist:\n%s\n%s", got, refusal)
		}
	}
	ann.act(400, letter, "move", change("reason", " "))
	ben.act(404, letter, "move", good)

	moved := ann.act(200, letter, "move", good)
	stone := moved.sub("tombstone")
	if moved.str("file_id") != letter || stone.str("status") != "moved" || stone.str("moved_to") != letter || stone.str("file_id") == letter {
		t.Errorf("moved: %v", moved)
	}
	// The old chart: a note without a name of its own, and no way to the record.
	if list := ann.records(mosciski, ""); len(list) != 0 {
		t.Errorf("still listed: %v", list)
	}
	list := ann.records(mosciski, "?include=all")
	if len(list) != 1 || list[0].str("file_id") != stone.str("file_id") || list[0].str("status_reason") != "filed under the wrong patient" ||
		list[0].str("title")+list[0].str("filename")+list[0].str("sha256") != "" {
		t.Errorf("tombstone: %v", list)
	}
	for _, path := range []string{recordPath(letter, ""), "/api/files/medical-records/" + letter + "/download/", view.str("temp_url"),
		"/api/clinician/ocr/job/" + job + "/result/", "/api/clinician/ocr/job/" + job + "/status/"} {
		if status, o := ann.get(path); status != 404 {
			t.Errorf("%s answers the old clinician %d %v", path, status, o)
		}
	}
	ann.act(404, letter, "move", good)
	ann.act(409, stone.str("file_id"), "entered-in-error", object{"reason": "no such thing"})

	// The new chart: content and text, unread.
	list = ben.records(mertz, "")
	if len(list) != 1 || list[0].str("file_id") != letter || list[0]["reviewed_at"] != nil || list[0].str("status") != "current" {
		t.Fatalf("the new chart: %v", list)
	}
	if !bytes.Equal(ben.download(letter), content) {
		t.Error("the content changed on its way")
	}
	if got := ben.mustGet("/api/clinician/ocr/job/" + job + "/result/").str("extracted_text"); got != text || text == "" {
		t.Errorf("the text changed on its way: %d bytes, then %d", len(text), len(got))
	}
	if o := ben.act(200, letter, "verify", nil); o["ok"] != true {
		t.Errorf("verify: %v", o)
	}
	day := ben.mustGet("/api/clinician/dashboard/")
	if day["unread_records"] != 1.0 || !strings.Contains(fmt.Sprint(day["notifications"]), "moved into this chart") {
		t.Errorf("the new clinician's day: %v unread, %v", day["unread_records"], day["notifications"])
	}
	if day := ann.mustGet("/api/clinician/dashboard/"); !strings.Contains(fmt.Sprint(day["notifications"]), "moved out of this chart") {
		t.Errorf("the old clinician's notifications: %v", day["notifications"])
	}
	for _, chart := range []int64{mosciski, mertz} {
		var done int
		for _, ev := range s.audit("--patient", fmt.Sprint(chart), "--type", "record_moved") {
			if ev.str("outcome") == "success" && ev.str("record_id") == letter {
				done++
			}
			if strings.Contains(fmt.Sprint(ev), "wrong patient") || strings.Contains(strings.ToLower(fmt.Sprint(ev)), "mertz") {
				t.Errorf("the audit log holds words: %v", ev)
			}
		}
		if done != 1 {
			t.Errorf("chart %d has %d audit events of the move", chart, done)
		}
	}
	for range 12 {
		status, _ := ben.post(recordPath(letter, "move"), object{"patient_id": mosciski, "family_name": "Guess", "birth_year": 1940, "reason": "guessing"})
		if status == http.StatusTooManyRequests {
			status, _ = ben.post(recordPath(letter, "move"), object{"patient_id": mosciski, "family_name": "Mosciski", "birth_year": 1940, "reason": "guessing"})
			if status != http.StatusTooManyRequests {
				t.Errorf("a right guess passes the throttle: %d", status)
			}
			refusal = "slowed down"
			break
		}
	}
	if refusal != "slowed down" {
		t.Error("guessing is not slowed down")
	}
	s.sound()
	if strings.Contains(s.log.String(), "Mertz") || strings.Contains(s.log.String(), marker) {
		t.Error("the server's log holds words of the letter")
	}
}

// A job that runs goes on in the new chart, and its pages open there.
func TestMoveWithARunningJob(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	s := newServer(t)
	ann, ben := s.signup("ann@example.org"), s.signup("ben@example.org")
	from, to := s.patient(ann.email, "Mosciski", "Ada"), s.patient(ben.email, "Mertz", "Ola")
	record := ann.upload(from, "scan.pdf", scan(t, 6))
	job := ann.analyze(record)
	s.eventually("the first page", func() bool {
		n, _ := ann.mustGet("/api/clinician/ocr/job/" + job + "/status/").sub("job")["page"].(float64)
		return n >= 1
	})
	ann.act(200, record, "move", object{"patient_id": to, "family_name": "Mertz", "birth_year": 1940, "reason": "wrong chart"})
	if status, _ := ann.get("/api/clinician/ocr/job/" + job + "/status/"); status != 404 {
		t.Errorf("the old clinician still sees the job: %d", status)
	}
	s.eventually("the job to end", func() bool { return ben.jobStatus(job) == "completed" })
	result := ben.mustGet("/api/clinician/ocr/job/" + job + "/result/")
	if result["page_count"] != 6.0 || result["failed_pages"] != 0.0 || strings.Count(result.str("extracted_text"), "Haematology") != 6 {
		t.Errorf("result: %v pages, %v failed, %q", result["page_count"], result["failed_pages"], result.str("extracted_text"))
	}
	if day := ann.mustGet("/api/clinician/dashboard/"); strings.Contains(fmt.Sprint(day["notifications"]), "was read") {
		t.Errorf("the old clinician was told how the job ended: %v", day["notifications"])
	}
}

// A hold beats everything; who is refused learns whom to ask.
func TestLegalHoldBeatsEverything(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	from, to := s.patient(ann.email, "Mosciski", "Ada"), s.patient(ann.email, "Mertz", "Ola")
	record := ann.upload(from, "letter.pdf", twoPages(t))
	held := ann.act(200, record, "legal-hold", object{"reason": "claim 17"})
	if held.sub("legal_hold").str("by_name") != "Ann Lee" || held.sub("legal_hold").str("reason") != "claim 17" {
		t.Errorf("held: %v", held)
	}
	move := object{"patient_id": to, "family_name": "Mertz", "birth_year": 1940, "reason": "wrong chart"}
	parts := []object{{"pages": []int{1}, "patient_id": from}, {"pages": []int{2}, "patient_id": to, "family_name": "Mertz", "birth_year": 1940}}
	refused := func(method, path string, body any) {
		t.Helper()
		status, o := s.call(method, path, ann.access, body)
		if status != http.StatusConflict || !strings.Contains(fmt.Sprint(o), "Ann Lee, who placed it, or the privacy officer") {
			t.Errorf("%s %s: %d %v", method, path, status, o)
		}
	}
	everything := func() {
		t.Helper()
		refused("DELETE", "/api/files/medical-records/"+record+"/delete/", nil)
		refused("PATCH", recordPath(record, ""), object{"title": "other"})
		refused("POST", recordPath(record, "entered-in-error"), object{"reason": "oops"})
		refused("POST", recordPath(record, "move"), move)
		refused("POST", recordPath(record, "split"), object{"reason": "two people", "parts": parts})
	}
	everything()
	denied := 0
	for _, ev := range s.audit("--record", record) {
		if ev.str("outcome") == "denied" {
			denied++
		}
	}
	if denied != 5 {
		t.Errorf("%d refusals were recorded, want 5", denied)
	}
	ann.download(record)
	ann.act(200, record, "reviewed", nil)

	// From the shell, by whoever keeps the holds.
	s.admin("", "record", "release", "--record", record, "--reason", "claim settled")
	s.admin("", "record", "hold", "--record", record, "--reason", "another claim")
	if status, o := s.call("DELETE", recordPath(record, "legal-hold"), ann.access, object{"reason": "mine"}); status != 403 {
		t.Errorf("released what somebody else placed: %d %v", status, o)
	}
	s.admin("", "record", "release", "--record", record, "--reason", "also settled")
	ann.act(200, record, "legal-hold", object{"reason": "a third"})
	if status, o := s.call("DELETE", recordPath(record, "legal-hold"), ann.access, object{"reason": "done"}); status != 200 || o["legal_hold"] != nil {
		t.Errorf("release: %d %v", status, o)
	}
	ann.act(200, record, "entered-in-error", object{"reason": "oops"})
	if status, _ := s.call("DELETE", "/api/files/medical-records/"+record+"/delete/", ann.access, nil); status != 200 {
		t.Errorf("delete after release: %d", status)
	}
	s.admin("", "audit", "verify")
}

// What was entered in error is out of lists, counts and use, and comes back.
func TestEnteredInErrorAndBack(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	patient := s.patient(ann.email, "Mertz", "Ola")
	content := document(5, 10_000)
	record := ann.upload(patient, "letter.txt", content)
	job := ann.read(record)
	_, view := ann.post("/api/files/medical-records/"+record+"/view/", nil)
	ann.act(400, record, "entered-in-error", object{})
	ann.act(200, record, "entered-in-error", object{"reason": "scanned twice"})
	ann.act(409, record, "entered-in-error", object{"reason": "again"})

	if n := len(ann.records(patient, "")); n != 0 {
		t.Errorf("listed %d", n)
	}
	if o := ann.mustGet(fmt.Sprintf("/api/clinician/patients/%d/dashboard/", patient)); o["record_count"] != 0.0 {
		t.Errorf("counted %v", o["record_count"])
	}
	list := ann.records(patient, "?include=all")
	if len(list) != 1 || list[0].str("status") != "entered-in-error" || list[0].str("status_reason") != "scanned twice" || list[0].str("status_by_name") != "Ann Lee" {
		t.Errorf("all: %v", list)
	}
	download := "/api/files/medical-records/" + record + "/download/"
	for path, want := range map[string]int{download: 409, view.str("temp_url"): 404, "/api/clinician/ocr/job/" + job + "/result/": 400,
		recordPath(record, "values"): 409, recordPath(record, "patient-check"): 409} {
		if status, o := ann.get(path); status != want {
			t.Errorf("%s: %d %v, want %d", path, status, o, want)
		}
	}
	if status, _ := ann.post("/api/files/medical-records/"+record+"/analyze/", nil); status != 409 {
		t.Errorf("analyze: %d", status)
	}
	req, err := http.NewRequest("GET", s.url(download+"?include=all"), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+ann.access)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 || resp.Header.Get("X-Record-Status") != "entered-in-error" || !strings.Contains(resp.Header.Get("Content-Disposition"), "ENTERED") {
		t.Errorf("download of all: %d %v", resp.StatusCode, resp.Header)
	}
	s.noClear()
	ann.act(200, record, "restore", object{"reason": "it was the right one"})
	ann.act(409, record, "restore", object{"reason": "again"})
	if n := len(ann.records(patient, "")); n != 1 || !bytes.Equal(ann.download(record), content) {
		t.Errorf("restored %d", n)
	}
	ann.mustGet("/api/clinician/ocr/job/" + job + "/result/")
}

func twoPages(t *testing.T) []byte { return textPDF(t, "Letter about Mosciski", "Letter about Mertz") }

func textPDF(t *testing.T, pages ...string) []byte {
	t.Helper()
	var sheets []*paper.Sheet
	for _, text := range pages {
		sheet := paper.NewSheet()
		sheet.Text(72, 144, paper.Style{Size: 12}, text)
		sheets = append(sheets, sheet)
	}
	b, err := paper.TextPDF(sheets, paper.PDFOptions{Created: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A bundle of several patients' papers is taken apart, over the command line.
func TestBundleIsSplit(t *testing.T) {
	t.Parallel()
	pages := []string{"First about Mosciski", "About Mertz only", "Second about Mosciski"}
	t.Run("PDF", func(t *testing.T) { t.Parallel(); splitBundle(t, "monday's fax.pdf", textPDF(t, pages...)) })
	t.Run("TIFF", func(t *testing.T) { t.Parallel(); splitBundle(t, "monday's fax.tif", faxTIFF(t, pages...)) })
}

// faxTIFF has a page for each line, as a fax server delivers them.
func faxTIFF(t *testing.T, lines ...string) []byte {
	t.Helper()
	var sheets []paper.Image
	for _, line := range lines {
		sheet := paper.ScanText([]string{line}, paper.ScanOptions{Size: 24})[0]
		sheet.Bilevel = true
		sheets = append(sheets, sheet)
	}
	b, err := paper.TIFF(sheets)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func splitBundle(t *testing.T, name string, content []byte) {
	s := newServer(t)
	ann, ben := s.signup("ann@example.org"), s.signup("ben@example.org")
	mosciski, mertz := s.patient(ann.email, "Mosciski", "Ada"), s.patient(ben.email, "Mertz", "Ola")
	bundle := ann.upload(mosciski, name, content)
	parts := func(list ...object) object { return object{"reason": "one fax, two people", "parts": list} }
	own := object{"pages": []int{1, 3}, "patient_id": mosciski}
	other := object{"pages": []int{2}, "patient_id": mertz, "family_name": "MERTZ", "birth_year": 1940, "medical_record_type_id": 2}
	ann.act(400, bundle, "split", parts(own))
	ann.act(400, bundle, "split", parts(own, object{"pages": []int{4}, "patient_id": mosciski}))
	ann.act(400, bundle, "split", parts(own, object{"pages": []int{1, 2}, "patient_id": mosciski}))
	ann.act(403, bundle, "split", parts(own, object{"pages": []int{2}, "patient_id": mertz, "family_name": "Metz", "birth_year": 1940}))
	if n := len(ann.records(mosciski, "")); n != 1 {
		t.Fatalf("refused splits left %d records", n)
	}
	spec, err := json.Marshal([]object{own, other})
	if err != nil {
		t.Fatal(err)
	}
	var done object
	decode(t, ann.cli(string(spec), "records", "split", bundle, "--reason", "one fax, two people", "--parts-stdin", "--json"), &done)
	made := objects(done["parts"])
	original := done.sub("original")
	if len(made) != 2 || original.str("status") != "entered-in-error" || len(original["parts"].([]any)) != 2 {
		t.Fatalf("split: %v", done)
	}
	for i, want := range []struct {
		who        *person
		patient    int64
		says, hush string
		title      string
	}{{ann, mosciski, "First about Mosciski", "Mertz", "Laboratory Results"}, {ben, mertz, "About Mertz only", "Mosciski", "Imaging Reports"}} {
		list := want.who.records(want.patient, "")
		if len(list) != 1 || list[0].str("file_id") != made[i].str("file_id") || list[0].str("part_of") != bundle || list[0]["reviewed_at"] != nil ||
			list[0].str("title") != want.title || strings.Contains(fmt.Sprint(list[0]), "monday") || filepath.Ext(list[0].str("filename")) != filepath.Ext(name) {
			t.Fatalf("part %d: %v", i, list)
		}
		job := want.who.read(list[0].str("file_id"))
		text := want.who.mustGet("/api/clinician/ocr/job/" + job + "/result/").str("extracted_text")
		if !strings.Contains(text, want.says) || strings.Contains(text, want.hush) {
			t.Errorf("part %d says %q", i, text)
		}
	}
	if status, _ := ann.get(recordPath(made[1].str("file_id"), "")); status != 404 {
		t.Errorf("ann sees the part of ben's patient: %d", status)
	}
	ann.act(409, bundle, "restore", object{"reason": "put it back"})
	s.admin("", "vault", "check", "--read-data")
	s.admin("", "audit", "verify")
}

// cli runs the command line as this person.
func (p *person) cli(stdin string, args ...string) []byte {
	p.s.t.Helper()
	out, errs, err := p.run(stdin, args)
	if err != nil {
		p.s.t.Fatalf("clinician-tui %v: %v\n%s", args, err, errs)
	}
	return out
}

// refusedCLI runs a command line that must fail, and gives its exit status and
// what it said.
func (p *person) refusedCLI(stdin string, args ...string) (status int, said string) {
	p.s.t.Helper()
	out, errs, err := p.run(stdin, args)
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		p.s.t.Fatalf("clinician-tui %v: %v\n%s", args, err, out)
	}
	return exit.ExitCode(), string(errs)
}

func (p *person) run(stdin string, args []string) (out, errs []byte, err error) {
	cmd := exec.Command(tuiBin, args...)
	cmd.Env = append(p.s.environ(), "CLINICIAN_SERVER=http://"+p.s.addr, "CLINICIAN_TOKEN="+p.access)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	return stdout.Bytes(), stderr.Bytes(), err
}

// The rest of a record's life by the command line.
func TestRecordLifecycleByCommand(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	patient, other := s.patient(ann.email, "Mosciski", "Ada"), s.patient(ann.email, "Mertz", "Ola")
	file := filepath.Join(t.TempDir(), "report.txt")
	if err := os.WriteFile(file, document(9, 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	var up object
	decode(t, ann.cli("", "records", "upload", fmt.Sprint(patient), file, "--type", "Laboratory", "--source", "City Lab", "--received-by", "fax",
		"--tag", "urgent", "--date", "2026-05-08", "--json"), &up)
	id := up.str("file_id")
	if r := up.sub("record"); r.str("source") != "City Lab" || r.str("received_by") != "fax" || fmt.Sprint(r["tags"]) != "[urgent]" ||
		r.str("loinc") != "11502-2" || r["reviewed_at"] == nil {
		t.Errorf("uploaded: %v", r)
	}
	var r object
	decode(t, ann.cli("", "records", "edit", id, "--title", "Blood count", "--type", "Pathology", "--date", "", "--tag", "seen", "--tag", "Seen", "--json"), &r)
	if r.str("title") != "Blood count" || r["document_date"] != nil || fmt.Sprint(r["tags"]) != "[seen]" || r.str("source") != "City Lab" || r.str("loinc") != "27898-6" {
		t.Errorf("edited: %v", r)
	}
	ann.cli("", "records", "review", id, "--undo")
	if out := ann.cli("", "records", "list", fmt.Sprint(patient)); !bytes.Contains(out, []byte("unread")) {
		t.Errorf("list: %s", out)
	}
	ann.cli("", "records", "review", id)
	ann.cli("", "records", "hold", id, "--reason", "claim 17")
	if out := ann.cli("", "records", "show", id); !bytes.Contains(out, []byte("LEGAL HOLD")) || !bytes.Contains(out, []byte("claim 17")) {
		t.Errorf("show: %s", out)
	}
	ann.cli("", "records", "release", id, "--reason", "settled")
	ann.cli("", "records", "error", id, "--reason", "not sure")
	if out := ann.cli("", "records", "list", fmt.Sprint(patient), "--all"); !bytes.Contains(out, []byte("entered-in-error")) {
		t.Errorf("list of all: %s", out)
	}
	for args, want := range map[string]string{"text": "entered in error and was not read", "download": "--all"} {
		if status, out := ann.refusedCLI("", "records", args, id); status != 4 || !strings.Contains(out, want) {
			t.Errorf("%s of a record entered in error: %d, %s", args, status, out)
		}
	}
	ann.cli("", "records", "restore", id, "--reason", "sure now")
	ann.cli("", "records", "integrity", id)
	ann.cli("mertz\n1940\n", "records", "move", id, "--patient", fmt.Sprint(other), "--reason", "wrong chart", "--identifiers-stdin")
	if list := ann.records(other, ""); len(list) != 1 || list[0].str("title") != "Blood count" {
		t.Errorf("moved: %v", list)
	}
	stone := ann.records(patient, "?include=all")
	if len(stone) != 1 {
		t.Fatalf("left behind: %v", stone)
	}
	if status, out := ann.refusedCLI("", "records", "text", stone[0].str("id")); status != 4 || !strings.Contains(out, "was moved to another chart") {
		t.Errorf("text of a tombstone: %d, %s", status, out)
	}
	if status, out := ann.refusedCLI("Mertz\n", "records", "move", id, "--patient", fmt.Sprint(patient), "--reason", "back", "--identifiers-stdin"); status != 2 || !strings.Contains(out, "two lines") {
		t.Errorf("one identifier: %d, %s", status, out)
	}
	for _, ev := range s.audit("--record", id) {
		if body := fmt.Sprint(ev); strings.Contains(body, "Blood count") || strings.Contains(body, "City Lab") || strings.Contains(body, "sure now") {
			t.Errorf("the audit log holds words: %v", ev)
		}
	}
}

// Whatever moment the power fails at, each record is in one chart, opens
// there, and the books agree.
func TestKillDuringMoves(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	charts := []int64{s.patient(ann.email, "Mosciski", "Ada"), s.patient(ann.email, "Mertz", "Ola")}
	names := []string{"Mosciski", "Mertz"}
	contents, jobs := map[string][]byte{}, map[string]string{}
	var ids []string
	for i := range 3 {
		content := document(uint64(100+i), 30_000)
		id := ann.upload(charts[0], "letter.txt", content)
		contents[id], jobs[id] = content, ann.read(id)
		ids = append(ids, id)
	}
	random := rand.New(rand.NewPCG(6, 6))
	for range 4 {
		var wg sync.WaitGroup
		for _, id := range ids {
			wg.Go(func() {
				for n := 0; ; n++ { // to and fro; half of them are refused as being there already
					body, err := json.Marshal(object{"patient_id": charts[n%2], "family_name": names[n%2], "birth_year": 1940, "reason": "to and fro"})
					if err != nil {
						t.Error(err)
						return
					}
					req, err := http.NewRequest("POST", s.url(recordPath(id, "move")), bytes.NewReader(body))
					if err != nil {
						t.Error(err)
						return
					}
					req.Header.Set("Authorization", "Bearer "+ann.access)
					req.Header.Set("Content-Type", "application/json")
					resp, err := http.DefaultClient.Do(req)
					if err != nil {
						return // killed
					}
					resp.Body.Close()
				}
			})
		}
		time.Sleep(time.Duration(100+random.IntN(200)) * time.Millisecond)
		s.stop(syscall.SIGKILL)
		wg.Wait()
		s.start()

		where := map[string]int{}
		stones := 0
		for _, chart := range charts {
			for _, r := range ann.records(chart, "?include=all") {
				if r.str("status") == "moved" {
					stones++
					continue
				}
				where[r.str("file_id")]++
			}
		}
		for _, id := range ids {
			if where[id] != 1 {
				t.Fatalf("record %s is in %d charts", id, where[id])
			}
			if !bytes.Equal(ann.download(id), contents[id]) {
				t.Fatalf("record %s changed", id)
			}
			ann.mustGet("/api/clinician/ocr/job/" + jobs[id] + "/result/")
		}
		moves := 0
		for _, ev := range s.audit("--type", "record_moved", "--limit", "100000") {
			if ev.str("outcome") == "success" {
				moves++
			}
		}
		if stones == 0 || moves != 2*stones {
			t.Fatalf("%d tombstones, %d audit events of moves", stones, moves)
		}
		s.sound()
	}
}

// vault check names what is missing, damaged and left over, and ends with 1.
func TestVaultCheck(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	patient := s.patient(ann.email, "Mertz", "Ola")
	fine, gone, damaged := ann.upload(patient, "a.txt", document(1, 3000)), ann.upload(patient, "b.txt", document(2, 3000)), ann.upload(patient, "c.txt", document(3, 3000))
	check := func(wantStatus int, args ...string) object {
		t.Helper()
		cmd := exec.Command(serverBin, append([]string{"vault", "check", "--json"}, args...)...)
		cmd.Env = s.environ()
		out, err := cmd.Output()
		var exit *exec.ExitError
		status := 0
		if errors.As(err, &exit) {
			status = exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		var report object
		decode(t, out, &report)
		if status != wantStatus {
			t.Fatalf("exit status %d, want %d: %s", status, wantStatus, out)
		}
		return report
	}
	if r := check(0, "--read-data"); r["records"] != 3.0 || r["read"] != 3.0 {
		t.Errorf("report: %v", r)
	}
	blobs := map[string]string{}
	err := filepath.Walk(filepath.Join(s.data, "vault"), func(path string, info os.FileInfo, err error) error {
		blobs[filepath.Base(path)] = path
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(blobs[damaged])
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	orphan := filepath.Join(filepath.Dir(blobs[gone]), "00000000-0000-4000-8000-000000000000")
	if err := errors.Join(os.WriteFile(blobs[damaged], raw, 0o600), os.Rename(blobs[gone], orphan),
		os.Chtimes(orphan, time.Now().Add(-time.Hour), time.Now().Add(-time.Hour))); err != nil {
		t.Fatal(err)
	}
	kinds := func(r object) map[string]string {
		found := map[string]string{}
		for _, p := range objects(r["problems"]) {
			found[p.str("file_id")] = p.str("kind")
		}
		return found
	}
	if got := kinds(check(1)); len(got) != 2 || got[gone] != "missing" || got[filepath.Base(orphan)] != "orphan" {
		t.Errorf("without reading: %v", got)
	}
	if got := kinds(check(1, "--read-data")); len(got) != 3 || got[damaged] != "damaged" || got[fine] != "" {
		t.Errorf("with reading: %v", got)
	}
	if _, err := os.Stat(orphan); err != nil {
		t.Errorf("something was repaired: %v", err)
	}
	if o := ann.act(200, damaged, "verify", nil); o["ok"] != false || o.str("problem") == "" {
		t.Errorf("verify: %v", o)
	}
	if evs := s.audit("--type", "record_integrity_checked", "--record", damaged); len(evs) != 1 || evs[0].str("outcome") != "failure" {
		t.Errorf("audit: %v", evs)
	}
}
