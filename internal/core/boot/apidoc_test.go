package boot

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"clinician/internal/core"
	"clinician/internal/core/apidoc"
	"clinician/internal/core/apidoc/apidoctest"
	"clinician/internal/core/demo/paper"
	"clinician/internal/core/present"
	"clinician/internal/core/wire"
)

var recordExamples = flag.Bool("examples", false, "write internal/core/apidoc/examples.json: go generate ./internal/core/boot")

//go:generate go test -run TestEveryOperation -examples .

// TestEveryOperation calls everything that the description of the API has, on a server
// with everything real, and holds each answer against it. With -examples the answers
// become the examples of the description.
func TestEveryOperation(t *testing.T) {
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract is not installed; apt-get install tesseract-ocr")
	}
	w := newWalk(t)
	w.account()
	w.service()
	w.day()
	record, job := w.files()
	w.reading(record, job)
	w.values(record)
	w.lifecycle(record)
	w.uploads()
	w.wrong(record)
	w.description()
	w.call("deleteRecord", "", nil, 200, record)
	w.call("logout", "", nil, 200)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ok(t, w.api.Shutdown(ctx))
	w.call("ready", "", nil, 503)
	w.call("readyUnslashed", "", nil, 503)
	w.finish()
}

// walk is a client that knows the description and notes what is answered.
type walk struct {
	*Server
	t        *testing.T
	url      string
	ann, ben core.SignedIn
	patient  core.Patient
	other    core.Patient

	mu       sync.Mutex
	ops      map[string]op
	seen     map[string]bool
	examples map[string]*walked
}

type op struct {
	method, path string
	takes        bool // a body in JSON
}

// walked is what was sent to an operation and answered, by status; of a family of
// paths, what its errors look like.
type walked struct {
	Request json.RawMessage            `json:"request,omitempty"`
	Answers map[string]json.RawMessage `json:"answers"`
}

func newWalk(t *testing.T) *walk {
	c, err := Load([]string{"CLINICIAN_DATA_DIR=" + t.TempDir() + "/data", "CLINICIAN_ADDR=127.0.0.1:0", "CLINICIAN_TIME_ZONE=UTC", "CLINICIAN_READ_ON_ARRIVAL=off"})
	ok(t, err)
	s, err := Open(t.Context(), c, Options{})
	ok(t, err)
	ok(t, s.ocr.Start(context.WithoutCancel(t.Context())))
	w := &walk{Server: s, t: t, ops: operations(t), seen: map[string]bool{}, examples: map[string]*walked{}}
	srv := httptest.NewServer(apidoctest.Handler(t, s.api.Handler()))
	w.url = srv.URL
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		srv.Close()
		ok(t, s.ocr.Stop(ctx))
		ok(t, s.Close())
	})
	return w
}

// operations reads what is described: by operationId.
func operations(t *testing.T) map[string]op {
	f, _ := apidoc.Open(apidoc.JSON)
	plain, err := f.Plain()
	ok(t, err)
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	ok(t, json.Unmarshal(plain, &doc))
	ops := map[string]op{}
	for path, item := range doc.Paths {
		for method, raw := range item {
			var o struct {
				ID   string `json:"operationId"`
				Body struct {
					Content map[string]json.RawMessage `json:"content"`
				} `json:"requestBody"`
			}
			if method != "parameters" {
				ok(t, json.Unmarshal(raw, &o))
				_, takes := o.Body.Content["application/json"]
				ops[o.ID] = op{strings.ToUpper(method), path, takes}
			}
		}
	}
	return ops
}

var segment = regexp.MustCompile(`\{\w+\}`)

// unknownField is sent with every body in JSON. No operation knows it, and each says so.
const unknownField = "field_of_tomorrow"

// withUnknown adds it to a body; nil is an empty one.
func withUnknown(t *testing.T, sent json.RawMessage) []byte {
	fields := map[string]json.RawMessage{}
	if sent != nil {
		ok(t, json.Unmarshal(sent, &fields))
	}
	fields[unknownField] = json.RawMessage(`{"a":1}`)
	body, err := json.Marshal(fields)
	ok(t, err)
	return body
}

// withoutIgnored takes the name of the unknown field out of an answer, where it must be.
func (w *walk) withoutIgnored(id string, answer []byte) []byte {
	w.t.Helper()
	said := []byte(`"ignored":["` + unknownField + `"]}`)
	rest, found := bytes.CutSuffix(answer, said)
	if !found {
		w.t.Errorf("%s does not say that it ignores %s: %.200q", id, unknownField, answer)
		return answer
	}
	return append(bytes.TrimSuffix(rest, []byte(",")), '}')
}

// call calls an operation; segments fill in its path. body is nil, a value (sent as
// JSON) or a request with a body of its own. The answer must have this status.
func (w *walk) call(id, query string, body any, want int, segments ...any) []byte {
	w.t.Helper()
	o, known := w.ops[id]
	if !known {
		w.t.Fatalf("%s is not described", id)
	}
	i := -1
	path := segment.ReplaceAllStringFunc(o.path, func(string) string { i++; return fmt.Sprint(segments[i]) })
	r, err := http.NewRequestWithContext(w.t.Context(), o.method, w.url+path+query, nil)
	ok(w.t, err)
	var sent json.RawMessage
	var raw bool
	switch b := body.(type) {
	case nil:
	case func(*http.Request):
		raw = true
		b(r)
	default:
		sent, err = json.Marshal(b)
		ok(w.t, err)
	}
	if o.takes && !raw {
		content := withUnknown(w.t, sent)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(content)), int64(len(content))
		r.Header.Set("Content-Type", "application/json")
	}
	if r.Header.Get("Authorization") == "" {
		r.Header.Set("Authorization", "Bearer "+w.ann.Tokens.Access)
	}
	resp, err := http.DefaultClient.Do(r)
	ok(w.t, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	ok(w.t, err)
	if resp.StatusCode != want {
		w.t.Fatalf("%s %s = %d, want %d: %.300q", o.method, path, resp.StatusCode, want, answer)
	}
	if o.takes && !raw && want < 300 {
		answer = w.withoutIgnored(id, answer)
	}
	w.note(id, o, sent, resp, answer)
	return answer
}

func (w *walk) note(id string, o op, sent json.RawMessage, resp *http.Response, answer []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[id] = true
	if resp.Header.Get("Content-Type") != "application/json" || strings.HasPrefix(o.path, "/swagger") || strings.HasPrefix(o.path, "/redoc") {
		return
	}
	if resp.StatusCode >= 400 && !strings.HasPrefix(id, "ready") {
		id, sent = familyOf(o.path), nil
	}
	e := w.examples[id]
	if e == nil {
		e = &walked{Answers: map[string]json.RawMessage{}}
		w.examples[id] = e
	}
	if e.Request == nil && resp.StatusCode < 300 {
		e.Request = sent
	}
	status := fmt.Sprint(resp.StatusCode)
	if e.Answers[status] == nil {
		e.Answers[status] = answer
	}
}

// familyOf is how errors are worded under a path; see apidoc.
func familyOf(path string) string {
	switch {
	case strings.HasPrefix(path, "/api/files/"), strings.HasPrefix(path, "/media/"):
		return "files"
	case strings.Contains(path, "/ocr/"):
		return "ocr"
	}
	return "clinical"
}

func into[T any](w *walk, raw []byte) (v T) {
	w.t.Helper()
	ok(w.t, json.Unmarshal(raw, &v))
	return v
}

type object map[string]any

func (w *walk) account() {
	const password = "correct-horse-battery"
	person := func(first, last string) object {
		return object{"email": strings.ToLower(first + "." + last + "@example.org"), "password": password, "password_confirm": password,
			"first_name": first, "last_name": last, "specialization_id": 1, "phone_number": "555-0100"}
	}
	w.ann = into[core.SignedIn](w, w.call("signup", "", person("Ann", "Lee"), 201))
	w.ben = into[core.SignedIn](w, w.call("signup", "", person("Ben", "Baker"), 201))
	w.ann = into[core.SignedIn](w, w.call("login", "", wire.Login{Email: w.ann.User.Email, Password: password}, 200))
	w.ann.Tokens = into[core.Tokens](w, w.call("refresh", "", wire.Refresh{Refresh: w.ann.Tokens.Refresh}, 200))
	w.call("refreshIfActive", "", wire.Refresh{Refresh: w.ann.Tokens.Refresh}, 200)
	w.call("refreshIfActiveUnderscored", "", nil, 200)
	w.call("updateProfile", "", object{"phone_number": "555-0123"}, 200)
	w.call("profile", "", nil, 200)
	w.patient = w.newPatient("Catalina", "Quillfeather")
	w.other = w.newPatient("Dimitri", "Zorngarten")
}

func (w *walk) newPatient(given, family string) core.Patient {
	p, err := w.Store.CreatePatient(w.t.Context(), core.NewPatient{FirstName: given, LastName: family,
		Demographics: core.Demographics{DateOfBirth: core.Date{Year: 1960, Month: 5, Day: 4}, Gender: core.GenderFemale, PhoneNumber: "555-0150"}},
		core.AuditEvent{Type: core.EventPatientCreated, Action: core.ActionCreate, Outcome: core.OutcomeSuccess})
	ok(w.t, err)
	_, err = w.Store.Assign(w.t.Context(), p.ID, w.ann.Clinician.ID, nil, "", core.AuditEvent{Type: core.EventPatientAssigned,
		Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: p.ID})
	ok(w.t, err)
	p, err = w.Store.Patient(w.t.Context(), p.ID)
	ok(w.t, err)
	return p
}

func (w *walk) service() {
	for _, id := range []string{"specializations", "recordTypes", "languages", "limits", "root", "health", "healthUnslashed", "live", "liveUnslashed",
		"ready", "readyUnslashed"} {
		w.call(id, "", nil, 200)
	}
}

func (w *walk) day() {
	now := time.Now().UTC().Truncate(time.Minute)
	_, err := w.Store.CreateAppointment(w.t.Context(), core.Appointment{PatientID: w.patient.ID, ClinicianID: w.ann.Clinician.ID,
		Start: now.Add(time.Hour), End: now.Add(90 * time.Minute), Type: "Follow-up", Reason: "Results", Location: "Room 4", Status: core.AppointmentBooked})
	ok(w.t, err)
	notify := func(level, text string) int64 {
		n, err := w.Store.Notify(w.t.Context(), core.Notification{UserID: w.ann.User.ID, Kind: "message", Level: level, Text: text})
		ok(w.t, err)
		return n.ID
	}
	first := notify("action", "The fax of the laboratory is out of order.")
	w.call("appointments", "", nil, 200)
	w.call("dashboard", "", nil, 200)
	w.call("notifications", "?limit=10", nil, 200)
	w.call("notification", "", nil, 200, first)
	for _, act := range []string{"viewNotification", "acknowledgeNotification", "reopenNotification"} {
		w.call(act, "", nil, 200, first)
	}
	w.call("deferNotification", "", wire.Defer{Until: now.AddDate(0, 0, 1)}, 200, first)
	w.call("reopenNotification", "", nil, 200, first)
	w.call("forwardNotification", "", wire.Forward{Clinician: w.ben.User.Email, Note: "You know them better."}, 200, first)
}

// laboratory is a page that software finds values on.
const laboratory = `LABORATORY REPORT

Patient: QUILLFEATHER, Catalina     Date of birth: 04-May-1960
Collected: 12-Nov-2026

Test            Result   Units   Reference range
Haemoglobin     10.9     g/dL    12.0 - 15.5      L
Potassium       4.1      mmol/L  3.5 - 5.3
`

const anothers = `LABORATORY REPORT

Patient: MOSCISKI, Bertram     Date of birth: 11-Jan-1971

Test            Result   Units   Reference range
Sodium          139      mmol/L  135 - 145
`

func (w *walk) scan(pages ...string) []byte {
	b, err := paper.ScannedPDF(pages, paper.ScanOptions{Title: "Laboratory report"})
	ok(w.t, err)
	return b
}

// form sends a file with fields: pairs of names and values.
func (w *walk) form(name string, content []byte, pairs ...string) func(*http.Request) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		ok(w.t, m.WriteField(pairs[i], pairs[i+1]))
	}
	part, err := m.CreateFormFile("file", name)
	ok(w.t, err)
	_, err = part.Write(content)
	ok(w.t, err)
	ok(w.t, m.Close())
	return func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(&b), int64(b.Len())
		r.Header.Set("Content-Type", m.FormDataContentType())
	}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// files adds documents, has one read and looks at it in every way.
func (w *walk) files() (record, job string) {
	patient := fmt.Sprint(w.patient.ID)
	up := into[wire.Uploaded](w, w.call("upload", "", w.form("report.pdf", w.scan(laboratory), "patient_id", patient,
		"medical_record_type_id", "1", "title", "Laboratory report", "document_date", "2026-11-12", "source", "City Laboratory"), 201))
	record = up.FileID
	w.call("uploadSlashed", "", w.form("note.txt", []byte("Seen today."), "patient_id", patient, "medical_record_type_id", "1"), 201)
	w.call("uploadToPatient", "", object{"filename": "letter.txt", "content_base64": "RGVhciBEciBMZWUsIHRoYW5rIHlvdS4K", "record_type": "1",
		"medical_record_type_id": 1}, 201, w.patient.ID)
	w.call("unreadRecords", "", nil, 200)
	w.call("record", "", nil, 200, record)
	w.call("pageImage", "?width=200", nil, 200, record, 1)
	w.call("download", "", nil, 200, record)
	w.call("download", "", header("Range", "bytes=0-9"), 206, record)
	w.call("download", "", header("If-None-Match", `"`+up.Record.SHA256+`"`), 304, record)
	w.call("download", "", header("Range", "bytes=99999999-"), 416, record)
	view := into[wire.TempView](w, w.call("view", "", nil, 200, record))
	w.call("tempView", "", nil, 200, view.TempID)
	w.call("tempView", "", header("Range", "bytes=0-9"), 206, view.TempID)
	w.call("cleanupTemp", "", wire.TempCleanup{TempID: view.TempID}, 200)
	sub := into[wire.Submitted](w, w.call("analyze", "", core.AnalyzeOptions{Language: "eng", Priority: core.PriorityUrgent}, 200, record))
	w.watch(sub.JobID)
	return record, sub.JobID
}

// watch follows a job to its end and keeps a frame as an example.
func (w *walk) watch(job string) {
	ctx, cancel := context.WithTimeout(w.t.Context(), 5*time.Minute)
	defer cancel()
	path := strings.Replace(w.ops["progress"].path, "{id}", job, 1)
	c, _, err := websocket.Dial(ctx, w.url+path, &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + w.ann.Tokens.Access}}})
	ok(w.t, err)
	defer c.CloseNow()
	frames := map[string]json.RawMessage{}
	for {
		_, raw, err := c.Read(ctx)
		if websocket.CloseStatus(err) == websocket.StatusNormalClosure {
			break
		}
		ok(w.t, err)
		frames[into[wire.Frame](w, raw).Type] = raw
	}
	last := frames[wire.FrameComplete]
	if last == nil {
		w.t.Fatalf("the job has not completed: %s", slices.Collect(maps.Keys(frames)))
	}
	w.seen["progress"] = true
	w.examples["progress"] = &walked{Answers: map[string]json.RawMessage{"101": last}}
}

func (w *walk) reading(record, job string) {
	w.call("jobs", "", nil, 200)
	w.call("jobsAsOCRService", "?record_id="+record, nil, 200)
	for _, id := range []string{"job", "jobStatus", "jobAsOCRService", "jobResult", "jobResultAsOCRService"} {
		w.call(id, "", nil, 200, job)
	}
	w.call("jobPage", "", nil, 200, job, 1)

	slow := into[wire.Uploaded](w, w.call("upload", "", w.form("long.pdf", w.scan(laboratory, laboratory, laboratory, laboratory),
		"patient_id", fmt.Sprint(w.patient.ID), "medical_record_type_id", "1"), 201))
	again := into[wire.Uploaded](w, w.call("upload", "", w.form("second.pdf", w.scan(anothers, anothers, anothers, anothers),
		"patient_id", fmt.Sprint(w.patient.ID), "medical_record_type_id", "1"), 201))
	running := into[wire.Submitted](w, w.call("analyze", "", nil, 200, slow.FileID))
	waiting := into[wire.Submitted](w, w.call("analyze", "", core.AnalyzeOptions{Priority: core.PriorityLow}, 200, again.FileID))
	w.call("jobResult", "", nil, 400, waiting.JobID)
	w.call("cancelJob", "", nil, 200, waiting.JobID)
	w.call("cancelJobAsOCRService", "", nil, 200, running.JobID)
	w.call("cancelJob", "", nil, 400, waiting.JobID)
	retried := into[wire.Submitted](w, w.call("retryJob", "", core.AnalyzeOptions{Priority: core.PriorityNormal}, 200, waiting.JobID))
	w.watch2(retried.JobID)
	w.call("patientCheck", "", nil, 200, again.FileID)
	w.call("resolveCheck", "", wire.ResolveCheck{Reason: "The old name."}, 200, again.FileID)
}

// watch2 waits until a job has ended, and keeps the first example of watching.
func (w *walk) watch2(job string) {
	kept := w.examples["progress"]
	w.watch(job)
	w.examples["progress"] = kept
}

func (w *walk) values(record string) {
	found := into[core.RecordValues](w, w.call("recordValues", "", nil, 200, record))
	if len(found.Results) == 0 {
		w.t.Fatal("no values were found")
	}
	value, typed := found.Results[0].ID, ""
	for _, v := range found.Results {
		if v.Kind == core.ValueLaboratory {
			value, typed = v.ID, present.AsRead(v)
			break
		}
	}
	w.call("reviewValue", "", core.ValueReview{Status: core.ReviewVerified, Value: typed}, 200, record, value)
	w.call("trends", "", nil, 200, w.patient.ID)
	w.call("trends", "?name=Haemoglobin", nil, 200, w.patient.ID)
	w.call("patientResults", "", nil, 200, w.patient.ID)
	w.call("patientOverview", "", nil, 200, w.patient.ID)
	w.call("undoReview", "", nil, 200, record, value)
	w.call("keepDraft", "", object{"text": "LABORATORY REPORT, corrected", "line": 0, "steps": 0}, 200, record, 1)
	w.call("recordText", "", nil, 200, record, 1)
	w.call("dropDraft", "", nil, 200, record, 1)
	w.call("correctText", "", object{"edits": []object{{"from": 0, "to": 1, "text": "Laboratory"}}, "reason": "A misread letter."}, 200, record, 1)
	w.call("undoCorrection", "", nil, 200, record, 1)
	w.call("searchDocuments", "?q=haemoglobin", nil, 200)
	w.call("searchPatientDocuments", "?q=potassium", nil, 200, w.patient.ID)
	w.call("patientCheck", "", nil, 200, record)
	note := into[core.Note](w, w.call("addNote", "", core.NewNote{Text: "Repeat the potassium before Friday."}, 201, record))
	w.call("addNote", "", core.NewNote{Text: "Repeated: 4.1.", AddendumTo: note.ID}, 201, record)
	w.call("noteInError", "", wire.Reason{Reason: "Meant for another document."}, 200, record, note.ID)
	w.call("recordNotes", "", nil, 200, record)
	send := func() core.Task {
		return into[core.Task](w, w.call("sendTask", "", core.NewTask{Owner: w.ann.User.Email, Note: "Repeat the potassium.", Due: core.DateOf(time.Now().AddDate(0, 0, 2))}, 201, record))
	}
	task := send()
	w.call("tasks", "", nil, 200)
	w.call("acceptTask", "", nil, 200, task.ID)
	w.call("completeTask", "", wire.TaskOutput{Output: "It was 4.1."}, 200, task.ID)
	w.call("cancelTask", "", nil, 200, send().ID)
	w.call("cancelTask", "", nil, 409, task.ID)
}

func (w *walk) lifecycle(record string) {
	w.call("patients", "?limit=10", nil, 200)
	w.call("patient", "", nil, 200, w.patient.ID)
	w.call("patientDashboard", "", nil, 200, w.patient.ID)
	w.call("patientRecords", "?include=all", nil, 200, w.patient.ID)
	w.call("accessHistory", "?limit=3", nil, 200, w.patient.ID)
	w.call("editRecord", "", object{"title": "Blood count", "tags": []string{"blood"}}, 200, record)
	w.call("reviewRecord", "", nil, 200, record)
	w.call("unreviewRecord", "", nil, 200, record)
	w.call("verifyRecord", "", nil, 200, record)
	w.call("enterInError", "", core.Confirmation{Reason: "Another person's paper.", Identifiers: w.identifiers(w.patient)}, 200, record)
	w.call("download", "", nil, 409, record)
	w.call("restoreRecord", "", wire.Reason{Reason: "It was the right one."}, 200, record)
	w.call("holdRecord", "", wire.Reason{Reason: "A claim was made."}, 200, record)
	w.call("editRecord", "", object{"title": "No"}, 409, record)
	w.call("releaseRecord", "", core.Confirmation{Reason: "The claim was settled.", Identifiers: w.identifiers(w.patient)}, 200, record)

	misfiled := into[wire.Uploaded](w, w.call("upload", "", w.form("misfiled.txt", []byte("About somebody else."),
		"patient_id", fmt.Sprint(w.patient.ID), "medical_record_type_id", "1"), 201)).FileID
	w.call("moveRecord", "", core.MoveRecord{PatientID: w.other.ID, Confirmation: core.Confirmation{Reason: "Misfiled.", Identifiers: w.identifiers(w.other)}}, 200, misfiled)
	bundle := into[wire.Uploaded](w, w.call("upload", "", w.form("bundle.pdf", w.scan("Letter about Quillfeather", "Letter about Zorngarten"),
		"patient_id", fmt.Sprint(w.patient.ID), "medical_record_type_id", "1"), 201)).FileID
	w.call("splitRecord", "", core.SplitRecord{Reason: "Two letters in one fax.", Parts: []core.SplitPart{
		{Pages: []int{1}, PatientID: w.patient.ID}, {Pages: []int{2}, PatientID: w.other.ID, Identifiers: w.identifiers(w.other)}}}, 201, bundle)
	locked, err := paper.TextPDF([]*paper.Sheet{paper.NewSheet()}, paper.PDFOptions{Created: time.Unix(0, 0), Password: filePassword})
	ok(w.t, err)
	protected := into[wire.Uploaded](w, w.call("upload", "", w.form("protected.pdf", locked,
		"patient_id", fmt.Sprint(w.patient.ID), "medical_record_type_id", "1"), 201)).FileID
	w.call("unlockRecord", "", core.UnlockRecord{Password: "another"}, 400, protected)
	w.call("unlockRecord", "", core.UnlockRecord{Password: filePassword}, 201, protected)
}

func (w *walk) identifiers(p core.Patient) core.Identifiers {
	return core.Identifiers{FamilyName: p.User.LastName, BirthYear: p.DateOfBirth.Year}
}

func (w *walk) uploads() {
	piece := func(offset int, last, content string) func(*http.Request) {
		return func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(content)), int64(len(content))
			r.Header.Set("Content-Type", wire.PieceType)
			r.Header.Set(wire.UploadOffset, fmt.Sprint(offset))
			r.Header.Set(wire.UploadComplete, last)
		}
	}
	begin := wire.BeginUpload{PatientID: w.patient.ID, Filename: "long.txt", Size: 22, TypeID: 1,
		SHA256: "2f8f0f5c5b3d3bd5b6b1a5a6f0a3e0b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1"}
	id := into[core.Upload](w, w.call("beginUpload", "", begin, 201)).ID
	w.call("beginUpload", "", begin, 200)
	w.call("uploads", "", nil, 200)
	w.call("abandonUpload", "", nil, 200, id)
	begin.SHA256 = ""
	id = into[core.Upload](w, w.call("beginUpload", "", begin, 201)).ID
	w.call("addPiece", "", piece(0, "?0", "The first half"), 200, id)
	w.call("addPiece", "", piece(3, "?0", "overlapping"), 409, id)
	w.call("uploadState", "", nil, 200, id)
	w.call("addPiece", "", piece(14, "?1", ", and so"), 201, id)
}

// wrong collects what errors look like.
func (w *walk) wrong(record string) {
	nobody := header("Authorization", "none")
	text := func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader("text")), 4
		r.Header.Set("Content-Type", "text/plain")
	}
	bens := header("Authorization", "Bearer "+w.ben.Tokens.Access)
	w.call("login", "", object{"email": w.ann.User.Email, "password": "not the right one"}, 401)
	w.call("login", "", object{"email": "Ann"}, 400)
	w.call("login", "", text, 415)
	w.call("patient", "", bens, 403, w.patient.ID)
	w.call("record", "", bens, 404, record)
	w.call("trends", "?name=Unobtainium", nil, 404, w.patient.ID)
	w.call("profile", "", nobody, 401)
	w.call("download", "", nobody, 401, record)
	w.call("download", "", bens, 404, record)
	w.call("upload", "", w.form("a.txt", []byte("text"), "patient_id", fmt.Sprint(w.patient.ID)), 400)
	w.call("upload", "", w.form("a.exe", []byte("MZ\x90\x00\x03\x00\x00\x00"), "patient_id", fmt.Sprint(w.patient.ID), "medical_record_type_id", "1"), 415)
	w.call("upload", "", func(r *http.Request) {
		bens(r)
		w.form("a.txt", []byte("text"), "patient_id", fmt.Sprint(w.patient.ID), "medical_record_type_id", "1")(r)
	}, 403)
	w.call("job", "", nobody, 401, "none")
	w.call("job", "", nil, 404, "none")
}

func (w *walk) description() {
	for _, id := range []string{"swaggerJSON", "swaggerYAML", "swagger", "redoc"} {
		w.call(id, "", nil, 200)
	}
	w.call("swaggerAsset", "", nil, 200, "swagger.js")
}
