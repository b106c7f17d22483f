package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/apidoc/apidoctest"
	"clinician/internal/core/app"
	"clinician/internal/core/auth"
	"clinician/internal/core/bus"
	"clinician/internal/core/records"
	"clinician/internal/core/store"
	"clinician/internal/core/store/storetest"
	"clinician/internal/core/tempfile"
	"clinician/internal/core/values"
	"clinician/internal/core/vault"
	"clinician/internal/core/wire"
)

// world is a server on real storage (SQLite, vault, temporary views) with two
// clinicians, each with one patient. Only the OCR side is a fake: fakeReader
// and fakePages below.
type world struct {
	t     testing.TB
	api   *API
	url   string
	store *store.DB
	disk  *vault.Disk
	reads *fakeReader
	log   *lockedBuffer

	values *values.Store

	ann, ben   core.SignedIn
	annPatient core.Patient
	benPatient core.Patient
}

const password = "correct-horse-battery"

func newWorld(t testing.TB, change ...func(*Config)) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{t: t, log: &lockedBuffer{}}
	log := slog.New(slog.NewJSONHandler(w.log, nil))
	root, err := vault.NewRootKey(bytes.Repeat([]byte{7}, 32))
	must(t, err)
	w.store, err = storetest.Open(t, store.Options{Path: filepath.Join(dir, "c.db"), AuditKey: root.Derive("audit")})
	must(t, err)
	t.Cleanup(func() { w.store.Close() })
	w.disk, err = vault.OpenDisk(filepath.Join(dir, "vault"))
	must(t, err)
	t.Cleanup(func() { w.disk.Close() })
	v, err := vault.New(w.disk, w.store, root)
	must(t, err)
	temp, err := tempfile.New(tempfile.Options{Dir: filepath.Join(dir, "temp"), Index: tempfile.NewMemory(nil)})
	must(t, err)
	t.Cleanup(func() { temp.Close() })
	tokens, err := auth.NewAccess(auth.AccessOptions{Keys: [][]byte{bytes.Repeat([]byte{9}, 32)}})
	must(t, err)
	w.reads = &fakeReader{store: w.store, jobs: map[string]*fakeJob{}, texts: map[string]string{}}
	w.values = newValues(t, w.store, v)
	files := records.New(records.Options{Vault: v, Index: w.store})
	service := app.New(app.Ports{
		People: w.store, Registration: w.store, Assignments: w.store, Recent: w.store, Catalogues: w.store, Calendar: w.store, Sessions: w.store, Records: files, Lifecycle: w.store, Contents: files, Uploads: files,
		Recognizer: w.reads, Pages: fakePages{}, Temp: temp, Audit: w.store, Bus: bus.New(nil), Values: w.values, Notes: w.values, TaskStore: w.values,
		Inbox: w.store, Library: w.store, Texts: w.reads,
		Passwords: auth.NewPasswords(0), Tokens: tokens, Throttle: auth.NewThrottle(nil),
	}, app.Options{Log: log})

	c := Config{App: service, Log: log, APIDocs: true}
	for _, f := range change {
		f(&c)
	}
	w.api = New(c)
	srv := httptest.NewUnstartedServer(apidoctest.Handler(t, w.api.Handler()))
	srv.Config.ConnContext = KeepConn
	srv.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		if err := w.api.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		srv.Close()
	})
	w.url = srv.URL

	w.ann, w.ben = w.signup("ann", "Abbott"), w.signup("ben", "Baker")
	w.annPatient = w.patient("Catalina", "Quillfeather", w.ann.Clinician.ID)
	w.benPatient = w.patient("Dimitri", "Zorngarten", w.ben.Clinician.ID)
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) signup(first, last string) core.SignedIn {
	w.t.Helper()
	var in core.SignedIn
	w.call("POST", wire.PathSignup, "", core.Signup{Email: first + "@example.org", Password: password, PasswordConfirm: password,
		FirstName: first, LastName: last, SpecializationID: 1, PhoneNumber: "555-0100"}).want(201).into(&in)
	return in
}

func (w *world) patient(first, last string, clinicianID int64) core.Patient {
	w.t.Helper()
	spanish := "es"
	p, err := w.store.CreatePatient(w.t.Context(), core.NewPatient{FirstName: first, LastName: last,
		Demographics: core.Demographics{DateOfBirth: core.Date{Year: 1960, Month: 5, Day: 4}, Gender: core.GenderFemale, PreferredLanguageID: &spanish}},
		core.AuditEvent{Type: core.EventPatientCreated, Action: core.ActionCreate, Outcome: core.OutcomeSuccess})
	must(w.t, err)
	_, err = w.store.Assign(w.t.Context(), p.ID, clinicianID, nil, "", core.AuditEvent{Type: core.EventPatientAssigned,
		Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, PatientID: p.ID})
	must(w.t, err)
	return p
}

// answer is a response read to its end.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

// call sends a request; body is nil, a string (sent as it is) or a value (sent as JSON).
// headers are pairs.
func (w *world) call(method, path, token string, body any, headers ...string) answer {
	w.t.Helper()
	var r io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case string:
		r, kind = strings.NewReader(b), "application/json"
	case io.Reader:
		r = b
	default:
		raw, err := json.Marshal(b)
		must(w.t, err)
		r, kind = bytes.NewReader(raw), "application/json"
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, r)
	must(w.t, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := noRedirects.Do(req)
	must(w.t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	must(w.t, err)
	return answer{w.t, method + " " + path, resp.StatusCode, resp.Header, raw}
}

var noRedirects = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s = %d, want %d; body: %s", a.what, a.status, status, a.body)
	}
	return a
}

func (a answer) into(v any) answer {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%s: %v in %s", a.what, err, a.body)
	}
	return a
}

// json wants exactly this body, but for "code", which is ours.
func (a answer) json(want string) answer {
	a.t.Helper()
	var got, wanted map[string]any
	a.into(&got)
	delete(got, "code")
	must(a.t, json.Unmarshal([]byte(want), &wanted))
	if g, x := mustJSON(got), mustJSON(wanted); g != x {
		a.t.Errorf("%s:\n got %s\nwant %s", a.what, g, x)
	}
	return a
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// multipartBody writes parts in the given order: pairs of name and value; a
// name "file:scan.txt" is a file part.
func multipartBody(pairs ...string) (body *bytes.Buffer, contentType string) {
	body = &bytes.Buffer{}
	m := multipart.NewWriter(body)
	for i := 0; i+1 < len(pairs); i += 2 {
		var w io.Writer
		if name, filename, ok := strings.Cut(pairs[i], ":"); ok {
			w, _ = m.CreateFormFile(name, filename)
		} else {
			w, _ = m.CreateFormField(pairs[i])
		}
		_, _ = io.WriteString(w, pairs[i+1])
	}
	m.Close()
	return body, m.FormDataContentType()
}

func (w *world) send(path, token string, pairs ...string) answer {
	w.t.Helper()
	body, kind := multipartBody(pairs...)
	return w.call("POST", path, token, io.Reader(body), "Content-Type", kind)
}

// upload stores a small text record of Ann's patient.
func (w *world) upload(content string) core.Record {
	w.t.Helper()
	var up wire.Uploaded
	w.send(wire.PathPatientRecords(w.annPatient.ID), w.ann.Tokens.Access,
		"medical_record_type_id", "1", "file:note.txt", content).want(201).into(&up)
	return up.Record
}

func (w *world) blobs() int {
	w.t.Helper()
	n := 0
	must(w.t, w.disk.List(w.t.Context(), "", func(core.BlobInfo) error { n++; return nil }))
	return n
}

// audited lists the audit log's events of a type, newest first.
func (w *world) audited(kind string) []core.AuditEvent {
	w.t.Helper()
	list, err := w.store.Query(w.t.Context(), core.AuditQuery{Type: kind, Limit: 500})
	must(w.t, err)
	return list
}

// lockedBuffer collects log lines of many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// fakeReader is a Recognizer whose jobs move when the test says so.
type fakeReader struct {
	store *store.DB
	mu    sync.Mutex
	n     int
	down  error // Engine
	jobs  map[string]*fakeJob
	texts map[string]string // of jobs that are in the store, for searches
}

type fakeJob struct {
	job     core.Job
	text    string
	watches map[*core.EventMailbox]bool
}

var _ core.Recognizer = (*fakeReader)(nil)

func (f *fakeReader) Submit(ctx context.Context, r core.JobRequest, ev core.AuditEvent) (core.Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	j := core.Job{ID: "job-" + string(rune('a'+f.n)), RecordID: r.Record.ID, PatientID: r.Record.PatientID, UserID: r.UserID,
		FileName: r.Record.Filename, Status: core.JobPending, Language: cmp.Or(r.Language, "eng"), ForceOCR: r.ForceOCR, Priority: cmp.Or(r.Priority, core.PriorityNormal), RetryOf: r.RetryOf, CreatedAt: core.SystemClock(), Message: "Waiting"}
	f.jobs[j.ID] = &fakeJob{job: j, watches: map[*core.EventMailbox]bool{}}
	ev.JobID = j.ID
	return j, f.store.Append(ctx, ev)
}

// Hasten has nothing to do: jobs move when the test says so.
func (f *fakeReader) Hasten(context.Context, string) error { return nil }

func (f *fakeReader) find(id string) (*fakeJob, error) {
	if j := f.jobs[id]; j != nil {
		return j, nil
	}
	return nil, core.Errorf(core.CodeNotFound, "no job")
}

// Job gives the job, whose patient is the record's and which is gone with it.
func (f *fakeReader) Job(ctx context.Context, id string) (core.Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	j, err := f.find(id)
	if err != nil {
		return core.Job{}, err
	}
	rec, err := f.store.Record(ctx, j.job.RecordID)
	j.job.PatientID = rec.PatientID
	return j.job, err
}

func (f *fakeReader) Jobs(ctx context.Context, q core.JobQuery) ([]core.Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []core.Job
	for _, id := range slices.Sorted(maps.Keys(f.jobs)) {
		j := f.jobs[id].job
		if q.RecordID != "" && j.RecordID != q.RecordID {
			continue
		}
		if q.ClinicianID != 0 {
			if ok, err := f.store.IsAssigned(ctx, q.ClinicianID, j.PatientID); err != nil || !ok {
				continue
			}
		}
		list = append(list, j)
	}
	return list, nil
}

type fakeWatch struct {
	*core.EventMailbox
	first *core.JobEvent
}

func (w *fakeWatch) Next(ctx context.Context) (core.JobEvent, error) {
	if ev := w.first; ev != nil {
		w.first = nil
		return *ev, nil
	}
	return w.EventMailbox.Next(ctx)
}

func (f *fakeReader) Watch(_ context.Context, id string) (core.JobWatch, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	j, err := f.find(id)
	if err != nil {
		return nil, err
	}
	m := core.NewEventMailbox(nil)
	j.watches[m] = true
	return &fakeWatch{m, &core.JobEvent{Job: j.job, At: core.SystemClock()}}, nil
}

// move changes a job and tells those who watch.
func (f *fakeReader) move(id, stage string, pageDone int, change func(*core.Job)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	j := f.jobs[id]
	change(&j.job)
	j.job.Seq++
	for m := range j.watches {
		m.Put(core.JobEvent{Job: j.job, Stage: stage, PageDone: pageDone, At: core.SystemClock()})
	}
}

func (f *fakeReader) complete(id, text string) {
	f.mu.Lock()
	f.jobs[id].text = text
	f.mu.Unlock()
	f.move(id, "completed", 0, func(j *core.Job) { j.Status, j.Progress = core.JobCompleted, 100 })
}

func (f *fakeReader) Result(_ context.Context, id string) (core.Result, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	j, err := f.find(id)
	if err != nil {
		return core.Result{}, err
	}
	if j.job.Status != core.JobCompleted {
		return core.Result{}, core.Errorf(core.CodeConflict, "Job not completed. Current status: %s", j.job.Status)
	}
	sure := 0.9
	return core.Result{Success: true, JobID: id, FileName: j.job.FileName, ExtractedText: j.text, Confidence: &sure,
		PageCount: 3, ProcessingTime: 1.5, Model: "fake", FileID: j.job.RecordID, PatientID: j.job.PatientID, Pages: []core.Page{}}, nil
}

func (f *fakeReader) Page(_ context.Context, id string, n int) (core.Page, error) {
	if n != 1 {
		return core.Page{}, core.Errorf(core.CodeNotFound, "Page not found")
	}
	return core.Page{Number: 1, Status: "read", Text: "one", Steps: []string{}}, nil
}

func (f *fakeReader) Cancel(ctx context.Context, id string, ev core.AuditEvent) (core.Job, error) {
	j, err := f.Job(ctx, id)
	if err != nil {
		return j, err
	}
	if j.Status.Final() {
		return j, core.Errorf(core.CodeConflict, "Unable to cancel job. It has already ended.")
	}
	f.move(id, "cancelled", 0, func(j *core.Job) { j.Status = core.JobCancelled })
	return j, f.store.Append(ctx, ev)
}

// ReadTexts gives the text of a job as pages with form feeds between them.
func (f *fakeReader) ReadTexts(_ context.Context, _ int64, id string, each func(core.PageText) error) error {
	f.mu.Lock()
	text := f.texts[id]
	f.mu.Unlock()
	for i, t := range strings.Split(text, "\f") {
		page := core.Page{Number: i + 1, Text: t}
		for n, w := range strings.Fields(t) {
			page.Words = append(page.Words, core.Word{Text: w, Box: core.Box{X: 10 * n, Y: 10, W: 8, H: 8}})
		}
		if err := each(core.PageText{Number: i + 1, Text: t, Page: func() (core.Page, error) { return page, nil }}); err != nil {
			return err
		}
	}
	return nil
}

func (f *fakeReader) Engine(context.Context) (core.EngineInfo, error) {
	return core.EngineInfo{Name: "fake", Version: "1", Languages: []string{"eng"}}, f.down
}

// fakePages draws two empty pages of any document, each of so many more bytes.
type fakePages struct{ more int }

func (f fakePages) OpenPages(_ context.Context, _ string, content io.Reader) (core.PageSource, error) {
	_, err := io.Copy(io.Discard, content)
	return f, err
}
func (f fakePages) OpenFor(ctx context.Context, v core.Viewing) (core.PageSource, error) {
	content, err := v.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return f.OpenPages(ctx, v.MIME, content)
}

// Unlock takes "open sesame" for the password of any document.
func (fakePages) Unlock(_ context.Context, password string, content io.Reader) ([]byte, error) {
	if password != "open sesame" {
		return nil, &core.Error{Code: core.CodeInvalid, Message: "This is not the password.", Fields: map[string][]string{"password": {"This is not the password."}}}
	}
	return io.ReadAll(content)
}
func (fakePages) Count() int                                   { return 2 }
func (fakePages) Text(context.Context, int) (core.Page, error) { return core.Page{}, nil }
func (fakePages) Close() error                                 { return nil }
func (f fakePages) Image(_ context.Context, page int, r core.ImageRequest) (core.PageImage, error) {
	return core.PageImage{Data: append([]byte("\x89PNG fake"), make([]byte, f.more)...), Format: "png", Width: r.MaxWidth}, nil
}

// in is the same world for a subtest.
func (w *world) in(t testing.TB) *world {
	c := *w
	c.t = t
	return &c
}
