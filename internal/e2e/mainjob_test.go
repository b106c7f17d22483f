package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"clinician/internal/core/demo/paper"
)

// letter is what the scanned pages of the tests say; %d is the page.
const letter = `Northgate Infirmary, Department of Haematology
Page %d of the outpatient summary
The haemoglobin was 118 g/L and the platelets were 243.
Ferrous sulfate 200 mg twice daily was continued.
There is no evidence of bleeding. Review in six weeks.`

// scan makes a scanned PDF without a text layer.
func scan(t testing.TB, pages int) []byte {
	t.Helper()
	text := make([]string, pages)
	for i := range text {
		text[i] = fmt.Sprintf(letter, i+1)
	}
	pdf, err := paper.ScannedPDF(text, paper.ScanOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// watch follows a job over the WebSocket to its end and gives all frames.
func (p *person) watch(jobID string) []object {
	p.s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, _, err := websocket.Dial(ctx, "ws://"+p.s.addr+"/ws/ocr/progress/"+jobID+"/", nil)
	if err != nil {
		p.s.t.Fatal(err)
	}
	defer c.CloseNow()
	var frames []object
	for {
		var f object
		err := wsjson.Read(ctx, c, &f)
		if websocket.CloseStatus(err) == websocket.StatusNormalClosure {
			return frames
		}
		if err != nil {
			p.s.t.Fatalf("after %v: %v", frames, err)
		}
		frames = append(frames, f)
		if f.str("type") == "auth_required" {
			if err := wsjson.Write(ctx, c, object{"type": "authenticate", "token": p.access}); err != nil {
				p.s.t.Fatal(err)
			}
		}
	}
}

// analyze sends a record to OCR and gives the job's id.
func (p *person) analyze(recordID string) string {
	p.s.t.Helper()
	status, o := p.post("/api/files/medical-records/"+recordID+"/analyze/", nil)
	if status != http.StatusOK || o.str("job_id") == "" || o.str("websocket_url") != "/ws/ocr/progress/"+o.str("job_id")+"/" {
		p.s.t.Fatalf("analyze: %d %v", status, o)
	}
	return o.str("job_id")
}

func TestMainJob(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")

	list := ann.mustGet("/api/clinician/patients/")
	if list["count"] != 1.0 {
		t.Fatalf("patients: %v", list)
	}
	pdf := scan(t, 5)
	record := ann.upload(id, "outpatient summary.pdf", pdf)
	if got := ann.download(record); !bytes.Equal(got, pdf) {
		t.Fatal("the download differs from the upload")
	}
	frames := ann.watch(ann.analyze(record))
	kinds := map[string]int{}
	for _, f := range frames {
		kinds[f.str("type")]++
	}
	last := frames[len(frames)-1]
	if kinds["auth_success"] != 1 || kinds["progress_update"] == 0 || last.str("type") != "job_complete" || last["page_count"] != 5.0 {
		t.Fatalf("frames: %v, last %v", kinds, last)
	}
	result := ann.mustGet("/api/clinician/ocr/job/" + last.str("job_id") + "/result/")
	text := strings.Join(strings.Fields(result.str("extracted_text")), " ")
	for page := range 5 {
		for _, line := range strings.Split(fmt.Sprintf(letter, page+1), "\n") {
			if !strings.Contains(text, line) {
				t.Errorf("page %d: %q was not read in:\n%s", page+1, line, text)
			}
		}
	}
	if conf, _ := result["confidence_score"].(float64); conf < 0.8 || conf > 1 || result["success"] != true {
		t.Errorf("result: %v", result["confidence_score"])
	}
	detail := ann.mustGet(fmt.Sprintf("/api/clinician/patients/%d/", id))
	if records, _ := detail["medical_records"].([]any); len(records) != 1 {
		t.Errorf("records in the chart: %v", detail["medical_records"])
	}
	if out := s.admin("", "audit", "verify"); !bytes.Contains(out, []byte(": all good.")) {
		t.Errorf("audit: %s", out)
	}
	for _, secret := range []string{password, ann.access, ann.refresh, "haemoglobin", "Cant", "outpatient"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log says %q", secret)
		}
	}
}

func TestNobodyElseReachesAPatient(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	s := newServer(t)
	ann, bob := s.signup("ann@example.org"), s.signup("bob@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	record := ann.upload(id, "scan.pdf", scan(t, 1))
	job := ann.analyze(record)
	ann.watch(job)
	_, view := ann.post("/api/files/medical-records/"+record+"/view/", nil)

	patient := fmt.Sprintf("/api/clinician/patients/%d/", id)
	files := "/api/files/medical-records/" + record
	jobs := "/api/clinician/ocr/job/" + job
	for _, path := range []string{"GET " + patient, "GET " + patient + "dashboard/", "GET " + patient + "records/",
		"GET /api/clinician/records/" + record + "/", "GET /api/clinician/records/" + record + "/pages/1/image/",
		"GET " + files + "/download/", "POST " + files + "/view/", "POST " + files + "/analyze/", "DELETE " + files + "/delete/",
		"GET " + jobs + "/", "GET " + jobs + "/status/", "GET " + jobs + "/result/", "GET " + jobs + "/pages/1/", "POST " + jobs + "/cancel/",
		"GET " + view.str("temp_url")} {
		method, path, _ := strings.Cut(path, " ")
		status, body := s.call(method, path, bob.access, nil)
		if status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("%s %s: %d %v", method, path, status, body)
		}
		if status, _ := s.call(method, path, "", nil); status != http.StatusUnauthorized {
			t.Errorf("%s %s without a token: %d", method, path, status)
		}
	}
	if status, _, err := bob.tryUpload(id, "x.pdf", bytes.NewReader(scan(t, 1))); err != nil || status != http.StatusForbidden {
		t.Errorf("upload into another's chart: %d %v", status, err)
	}
	if _, o := bob.post("/api/files/temp/cleanup/", object{"temp_id": view.str("temp_id")}); o["success"] != false {
		t.Errorf("another's temporary view: %v", o)
	}
	if status, o := ann.get(view.str("temp_url")); status != http.StatusOK {
		t.Errorf("own temporary view: %d %v", status, o)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, _, err := websocket.Dial(ctx, "ws://"+s.addr+"/ws/ocr/progress/"+job+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	if err := wsjson.Write(ctx, c, object{"type": "authenticate", "token": bob.access}); err != nil {
		t.Fatal(err)
	}
	for {
		var f object
		if err := wsjson.Read(ctx, c, &f); err != nil {
			break // closed by the server
		}
		if k := f.str("type"); k == "status_update" || k == "job_complete" || f.str("extracted_text_preview") != "" {
			t.Fatalf("another clinician was told %v", f)
		}
	}

	// Reassigning ends the one's access and gives the other's, at once.
	s.admin("", "assign", "--patient", fmt.Sprint(id), "--clinician", bob.email)
	if status, _ := ann.get(files + "/download/"); status != http.StatusNotFound {
		t.Errorf("the former clinician: %d", status)
	}
	if status, _ := ann.get(view.str("temp_url")); status != http.StatusNotFound {
		t.Errorf("the former clinician's temporary view: %d", status)
	}
	bob.download(record)
	bob.mustGet(jobs + "/result/")
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	_, o := s.call("POST", "/api/clinician/auth/login/", "", object{"email": ann.email, "password": password})
	other := o.sub("tokens")

	status, fresh := s.call("POST", "/api/clinician/auth/refresh/", "", object{"refresh": ann.refresh})
	if status != http.StatusOK || fresh.str("access") == "" || fresh.str("refresh") == ann.refresh {
		t.Fatalf("refresh: %d %v", status, fresh)
	}
	if status, _ := s.call("POST", "/api/clinician/auth/logout/", other.str("access"), object{"everywhere": true}); status != http.StatusOK {
		t.Fatalf("logout everywhere: %d", status)
	}
	for _, token := range []string{ann.access, fresh.str("access"), other.str("access")} {
		if status, _ := s.call("GET", "/api/clinician/auth/profile/", token, nil); status != http.StatusUnauthorized {
			t.Errorf("an access token after logout everywhere: %d", status)
		}
	}
	for _, token := range []string{ann.refresh, fresh.str("refresh"), other.str("refresh")} {
		if status, _ := s.call("POST", "/api/clinician/auth/refresh/", "", object{"refresh": token}); status != http.StatusUnauthorized {
			t.Errorf("a refresh token after logout everywhere: %d", status)
		}
	}
}
