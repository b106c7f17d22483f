package boot

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/keyring"
	"clinician/internal/clients/siblingtest"
	"clinician/internal/core"
)

// fullPortal is a portalServer whose files and readings are other services' too.
type fullPortal struct {
	*portalServer
	files *siblingtest.Files
	reads *siblingtest.OCR
	dr    core.Clinic // Mary
	other core.Clinic // Otto
	token string      // Mary's
}

func newFullPortal(t *testing.T) *fullPortal {
	t.Helper()
	p := &fullPortal{files: siblingtest.StartFiles(t), reads: siblingtest.StartOCR(t, func(int) string { return "Haemoglobin 13.2 g/dL" })}
	p.files.Who, p.reads.Who = siblingtest.TokenHolder, siblingtest.TokenHolder
	p.portalServer = newPortal(t, false, "FILE_SERVICE_URL="+p.files.URL, "OCR_SERVICE_URL="+p.reads.URL,
		"JWT_SECRET_KEY="+siblingtest.JWTKey, "CLINICIAN_TESSERACT=/nonexistent")
	p.files.Assigned = p.db.IsAssigned
	p.db.Keep(p.files)
	ok(t, p.ocr.Start(context.WithoutCancel(t.Context())))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		ok(t, p.ocr.Stop(ctx))
	})
	p.dr, p.token = p.signIn("dr.main@example.com")
	p.other, _ = p.signIn("dr.other@example.com")
	return p
}

func (p *fullPortal) signIn(email string) (core.Clinic, string) {
	p.t.Helper()
	in := p.login(email)
	c, err := clinicianapi.New(clinicianapi.Options{Address: p.url, Vault: keyring.Memory("test"), Tokens: in.Tokens})
	ok(p.t, err)
	p.t.Cleanup(func() { c.Close() })
	return c, in.Tokens.Access
}

func (p *fullPortal) upload(by core.Clinic, patient int64, name string, content []byte) (core.Record, error) {
	p.t.Helper()
	return by.Upload(p.t.Context(), core.NewDocument{PatientID: patient, TypeID: 11, Filename: name, Size: int64(len(content)), Content: bytes.NewReader(content)}, nil)
}

func (p *fullPortal) list(patient int64) (ids []string) {
	p.t.Helper()
	p.clock.move(6 * time.Second)
	list, err := p.dr.PatientRecords(p.t.Context(), patient, false)
	ok(p.t, err)
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	return ids
}

func (p *fullPortal) download(by core.Clinic, id string) ([]byte, error) {
	var b bytes.Buffer
	err := by.Download(p.t.Context(), id, false, &b, nil)
	return b.Bytes(), err
}

func says(t *testing.T, what string, err error, code core.Code, part string) {
	t.Helper()
	if core.CodeOf(err) != code || !strings.Contains(core.MessageOf(err), part) {
		t.Errorf("%s: %v; want %s, %q", what, err, code, part)
	}
}

// TestFilesOfThePortal: content is kept by file-service, which checks for itself the
// token of the person who acts, and its faults do not hurt.
func TestFilesOfThePortal(t *testing.T) {
	t.Parallel()
	p := newFullPortal(t)
	note := []byte("Haemoglobin 13.2 g/dL\n")
	first, err := p.upload(p.dr, 1, "note.txt", note)
	ok(t, err)
	if k := p.files.Find(first.ID); k == nil || k.By != p.mary || k.Patient != 1 || k.Kind != 11 || k.Name != "note.txt" || !bytes.Equal(k.Content, note) {
		t.Fatalf("kept as %+v", k)
	}
	if got, err := p.download(p.dr, first.ID); err != nil || !bytes.Equal(got, note) {
		t.Errorf("downloaded %q, %v", got, err)
	}
	for patient, sentence := range map[int64]string{1: "in this chart already", 2: "keeps each file once"} {
		_, err = p.upload(p.dr, patient, "again.txt", note)
		says(t, "the same bytes", err, core.CodeConflict, sentence)
	}
	if _, err := p.download(p.other, first.ID); core.CodeOf(err) != core.CodeNotFound {
		t.Errorf("somebody else's clinician: %v", err)
	}

	// What another program puts there is in the chart, and what it took away is not.
	p.files.Lock()
	p.files.Kept = append(p.files.Kept, &siblingtest.KeptFile{ID: "d18623ef-2eb3-4323-8c4e-245881b33e1d", Patient: 1, Kind: 3, By: p.otto, Name: "scan1.pdf",
		Content: []byte("%PDF-1.4 theirs"), At: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), Released: map[int64]bool{p.otto: true}})
	p.files.Unlock()
	if ids := p.list(1); len(ids) != 2 || !slices.Contains(ids, "d18623ef-2eb3-4323-8c4e-245881b33e1d") {
		t.Errorf("listed %v", ids)
	}
	_, err = p.download(p.dr, "d18623ef-2eb3-4323-8c4e-245881b33e1d")
	says(t, "not released", err, core.CodeForbidden, "Otto Other")

	// Asked to delete Mary's, the service would look at Otto's, which is newer to it.
	typed := core.Identifiers{FamilyName: "Breitenberg", BirthYear: 1964}
	says(t, "delete", p.dr.DeleteRecord(t.Context(), first.ID, "", typed), core.CodeConflict, "another document")
	says(t, "delete", p.dr.DeleteRecord(t.Context(), "d18623ef-2eb3-4323-8c4e-245881b33e1d", "", typed), core.CodeForbidden, "Otto Other")
	if p.files.Deletes != 0 {
		t.Errorf("the service was asked %d times to delete: %q, %q", p.files.Deletes, p.files.Calls, p.db.Asked())
	}
	p.files.Lock()
	p.files.Kept = p.files.Kept[:1]
	p.files.Unlock()
	if ids := p.list(1); len(ids) != 1 {
		t.Errorf("listed %v after it went", ids)
	}
	ok(t, p.dr.DeleteRecord(t.Context(), first.ID, "", typed))
	if ids := p.list(1); len(ids) != 0 || len(p.files.Kept) != 0 {
		t.Errorf("listed %v after the deletion, %d there", ids, len(p.files.Kept))
	}
	if _, err := p.Store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	open, err := p.Store.OpenIntents(t.Context())
	if ok(t, err); len(open) != 0 {
		t.Errorf("open intents %+v", open)
	}
	denied, err := p.Store.Query(t.Context(), core.AuditQuery{Type: core.EventRecordDownloaded, Limit: 1})
	if ok(t, err); len(denied) != 1 {
		t.Errorf("no event of the last download")
	}
}

// TestNewlyAssigned: who gets a patient cannot open what file-service has released to
// the clinician before, and is told who can.
func TestNewlyAssigned(t *testing.T) {
	t.Parallel()
	p := newFullPortal(t)
	rec, err := p.upload(p.dr, 1, "note.txt", []byte("an old note\n"))
	ok(t, err)
	p.db.Assign(1, 2)
	p.clock.move(6 * time.Second)
	_, err = p.download(p.other, rec.ID)
	says(t, "the new clinician", err, core.CodeForbidden, "Mary Main")
	_, err = p.other.PageImage(t.Context(), rec.ID, 1, 0, false)
	says(t, "a page", err, core.CodeForbidden, "Mary Main")
	if _, err = p.download(p.dr, rec.ID); core.CodeOf(err) != core.CodeNotFound {
		t.Errorf("the one before: %v", err)
	}
	events, err := p.Store.Query(t.Context(), core.AuditQuery{Type: core.EventRecordDownloaded, Limit: 10})
	ok(t, err)
	if !slices.ContainsFunc(events, func(e core.AuditEvent) bool { return e.UserID == p.otto && e.Outcome == core.OutcomeDenied }) {
		t.Errorf("the refusal was not recorded: %+v", events)
	}
}

// TestFilesFailClosed: when file-service fails, so does what needs it, with a sentence
// that names it; the rest goes on.
func TestFilesFailClosed(t *testing.T) {
	t.Parallel()
	p := newFullPortal(t)
	rec, err := p.upload(p.dr, 1, "note.txt", []byte("a note\n"))
	ok(t, err)
	p.clock.move(11 * time.Minute) // past the sealed copy of the upload
	p.dr, p.token = p.signIn("dr.main@example.com")
	p.files.Lock()
	p.files.Sick = siblingtest.Broken
	p.files.Unlock()
	a := p.call("GET", "/api/files/medical-records/"+rec.ID+"/download/", p.token, nil).want(503)
	if !strings.Contains(a.body, "file-service does not answer") || a.header.Get("Retry-After") == "" || strings.Contains(a.body, "127.0.0.1") {
		t.Errorf("%s %v", a.body, a.header)
	}
	who, err := p.App.Authenticate(t.Context(), p.token, core.Client{})
	ok(t, err)
	_, err = p.upload(p.App.As(core.Acting{Principal: who, Token: core.NewToken(p.token)}), 1, "other.txt", []byte("another note\n"))
	says(t, "upload", err, core.CodeUnavailable, "file-service")
	if ids := p.list(1); len(ids) != 1 {
		t.Errorf("listed %v", ids)
	}
	if a := p.call("GET", "/health/", "", nil).want(200); !strings.Contains(a.body, `"file-service":"unhealthy"`) || !strings.Contains(a.body, `"ocr-service":"healthy"`) {
		t.Error(a.body)
	}
	p.call("GET", "/health/ready", "", nil).want(503)
}

// TestReadingsOfThePortal: pages are read by ocr-service for the person who asked, with
// tokens of two minutes; when the patient goes elsewhere, nobody reads on.
func TestReadingsOfThePortal(t *testing.T) {
	t.Parallel()
	p := newFullPortal(t)
	rec, err := p.upload(p.dr, 1, "scan.png", picture(t))
	ok(t, err)
	done, err := p.dr.Analyze(t.Context(), rec.ID, core.AnalyzeOptions{})
	ok(t, err)
	j := p.ended(done.Job.ID)
	result, err := p.dr.JobResult(t.Context(), j.ID)
	if ok(t, err); j.Status != core.JobCompleted || result.ExtractedText != "Haemoglobin 13.2 g/dL" || result.Model != "ocr-service" {
		t.Errorf("%+v: %+v", j, result)
	}
	p.reads.Lock()
	shown := slices.Clone(p.reads.Shown)
	p.reads.Newest = true // from now on the page waits its turn
	p.reads.Unlock()
	for _, token := range shown {
		if token == p.token {
			t.Error("the token of the request was kept for the queue")
		}
	}

	rec, err = p.upload(p.dr, 2, "scan2.png", append(picture(t), 0))
	ok(t, err)
	done, err = p.dr.Analyze(t.Context(), rec.ID, core.AnalyzeOptions{})
	ok(t, err)
	for sent := 0; sent < 2; {
		p.reads.Lock()
		sent = len(p.reads.Jobs)
		p.reads.Unlock()
	}
	p.db.Assign(2, 2)
	p.clock.move(6 * time.Second)
	if j := p.ended(done.Job.ID); j.Status != core.JobFailed || !strings.Contains(j.Error, "went to another clinician") {
		t.Errorf("ended as %+v", j)
	}
}

// ended waits for a job.
func (p *fullPortal) ended(id string) core.Job {
	p.t.Helper()
	w, err := p.ocr.Watch(p.t.Context(), id)
	ok(p.t, err)
	defer w.Close()
	for {
		ev, err := w.Next(p.t.Context())
		ok(p.t, err)
		if ev.Final() {
			return ev.Job
		}
	}
}

// picture is a page with ink.
func picture(t *testing.T) []byte {
	t.Helper()
	page := image.NewGray(image.Rect(0, 0, 300, 200))
	for i := range page.Pix {
		page.Pix[i] = 255
		if i%300 > 50 && i%300 < 250 && i/300%20 < 6 {
			page.Pix[i] = 0
		}
	}
	var b bytes.Buffer
	ok(t, png.Encode(&b, page))
	return b.Bytes()
}

// What is set for the portal must fit together.
func TestContentConfig(t *testing.T) {
	t.Parallel()
	base := []string{"CLINICIAN_DATA_DIR=" + t.TempDir()}
	for want, vars := range map[string][]string{
		"FILE_SERVICE_URL must look like":                      {"FILE_SERVICE_URL=file-service:8006", "JWT_SECRET_KEY=" + siblingtest.JWTKey},
		"OCR_SERVICE_URL must look like":                       {"OCR_SERVICE_URL=ftp://ocr-service", "JWT_SECRET_KEY=" + siblingtest.JWTKey},
		"JWT_SECRET_KEY is missing; FILE_SERVICE_URL needs it": {"FILE_SERVICE_URL=http://file-service:8006"},
		"OCR_SERVICE_URL and OCR_ENGINE_URL are both set":      {"OCR_SERVICE_URL=http://ocr-service:8008", "OCR_ENGINE_URL=https://x/v1", "OCR_ENGINE_MODEL=m", "JWT_SECRET_KEY=" + siblingtest.JWTKey},
	} {
		if _, err := Load(append(slices.Clone(base), vars...)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", vars, err)
		}
	}
	if _, err := Load(append(base, "FILE_SERVICE_URL=http://file-service:8006", "OCR_SERVICE_URL=http://ocr-service:8008", "JWT_SECRET_KEY="+siblingtest.JWTKey)); err != nil {
		t.Error(err)
	}
}

// TestMedicinesOfThePortal: what was verified in a document that file-service keeps and
// ocr-service read is in the chart, and not before.
func TestMedicinesOfThePortal(t *testing.T) {
	t.Parallel()
	p := newFullPortal(t)
	p.reads.Lock()
	p.reads.Text = func(int) string { return "Medications:\nWarfarin 5 mg oral once daily" }
	p.reads.Unlock()
	rec, err := p.upload(p.dr, 1, "scan.png", picture(t))
	ok(t, err)
	done, err := p.dr.Analyze(t.Context(), rec.ID, core.AnalyzeOptions{})
	ok(t, err)
	p.ended(done.Job.ID)
	d, err := p.dr.Patient(t.Context(), 1)
	if ok(t, err); len(d.Prescriptions) != 0 || d.Unverified != 1 || d.Problem != "" {
		t.Fatalf("before anybody looked: %+v", d.Medicines)
	}
	found, err := p.dr.RecordValues(t.Context(), rec.ID, core.ValueFilter{Kind: core.ValueMedication})
	ok(t, err)
	_, err = p.dr.ReviewValue(t.Context(), rec.ID, found.Results[0].ID, core.ValueReview{Status: core.ReviewVerified, Value: found.Results[0].Dose})
	ok(t, err)
	d, err = p.dr.Patient(t.Context(), 1)
	if ok(t, err); len(d.Prescriptions) != 1 || d.Prescriptions[0].RecordID != rec.ID || d.Prescriptions[0].Name != "Warfarin" || d.Unverified != 0 {
		t.Errorf("verified: %+v", d.Medicines)
	}
}
