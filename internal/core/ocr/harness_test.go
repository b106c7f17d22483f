package ocr_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"clinician/internal/clients/pages"
	"clinician/internal/clients/tesseract"
	"clinician/internal/core"
	"clinician/internal/core/bus"
	"clinician/internal/core/ocr"
	"clinician/internal/core/ocr/read"
	"clinician/internal/core/store"
	"clinician/internal/core/store/storetest"
)

func TestMain(m *testing.M) {
	if pages.IsWorker(os.Args) {
		os.Exit(pages.WorkerMain())
	}
	goleak.VerifyTestMain(m)
}

// house is a real store with one user, one patient, and documents in memory.
type house struct {
	t    *testing.T
	db   *store.DB
	path string
	raw  *sql.DB
	bus  *bus.Bus
	docs *shelf

	mu    sync.Mutex
	told  []core.Notification
	lastN int
}

func newHouse(t *testing.T) *house {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.db")
	db, err := storetest.Open(t, store.Options{Path: path, AuditKey: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	h := &house{t: t, db: db, path: path, raw: raw, bus: bus.New(nil), docs: &shelf{docs: map[string]doc{}}}
	_, err = db.CreatePatient(t.Context(), core.NewPatient{FirstName: "Ada", LastName: "Test", Demographics: core.Demographics{
		DateOfBirth: core.Date{Year: 1950, Month: 1, Day: 2}, Gender: core.GenderFemale, AllergyStatus: core.AllergiesNotRecorded,
	}}, core.AuditEvent{Type: core.EventPatientCreated})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// add puts a document on the shelf and its row into the store.
func (h *house) add(mime string, content []byte) core.Record {
	h.t.Helper()
	h.lastN++
	r := core.Record{ID: "rec" + strconv.Itoa(h.lastN), PatientID: 1, Filename: "letter", MIME: mime, Size: int64(len(content))}
	_, err := h.raw.ExecContext(h.t.Context(), `INSERT INTO records (id, patient_id, type_id, title, filename, mime, size, sha256,
		document_date, uploaded_at, uploaded_by, duplicate_of, wrapped_key) VALUES (?, 1, (SELECT min(id) FROM medical_record_types), '', 'letter', ?, ?, '', '', 0, (SELECT min(id) FROM users), '', x'00')`,
		r.ID, mime, len(content))
	if err != nil {
		h.t.Fatal(err)
	}
	h.docs.mu.Lock()
	h.docs.docs[r.ID] = doc{r, content}
	h.docs.mu.Unlock()
	return r
}

// service makes a service over the house; change adapts its options.
func (h *house) service(change func(*ocr.Options)) *ocr.Service {
	h.t.Helper()
	o := ocr.Options{
		Store: h.db, Records: h.docs, Vault: sealer{}, Bus: h.bus,
		Notify: func(_ context.Context, n core.Notification) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.told = append(h.told, n)
			return nil
		},
	}
	change(&o)
	s, err := ocr.New(o)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// start starts s and stops it when the test ends.
func (h *house) start(s *ocr.Service) {
	h.t.Helper()
	if err := s.Start(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { stop(h.t, s) })
}

func stop(t *testing.T, s *ocr.Service) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func (h *house) submit(s *ocr.Service, r core.Record) core.Job {
	h.t.Helper()
	j, err := s.Submit(h.t.Context(), core.JobRequest{Record: r, UserID: 1}, core.AuditEvent{Type: core.EventJobSubmitted, UserID: 1})
	if err != nil {
		h.t.Fatal(err)
	}
	return j
}

// events follows a job to its ending.
func (h *house) events(s *ocr.Service, id string) []core.JobEvent {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 2*time.Minute)
	defer cancel()
	w, err := s.Watch(ctx, id)
	if err != nil {
		h.t.Fatal(err)
	}
	defer w.Close()
	var all []core.JobEvent
	for {
		ev, err := w.Next(ctx)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			h.t.Fatalf("watch after %d events: %v", len(all), err)
		}
		all = append(all, ev)
	}
}

// ended gives the job in its final state.
func (h *house) ended(s *ocr.Service, id string) core.Job {
	h.t.Helper()
	all := h.events(s, id)
	return all[len(all)-1].Job
}

// real fills in the real page worker and engine, or skips the test.
func real(t *testing.T) func(*ocr.Options) {
	t.Helper()
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract is not installed: apt-get install tesseract-ocr")
	}
	return func(o *ocr.Options) {
		o.Reader = read.Reader{Pages: opener(t), Engine: tesseract.New(tesseract.Options{})}
	}
}

// opener opens documents in this test binary's own worker; compiled PDFium is
// kept where go test keeps its temporary files between tests of one run.
func opener(t *testing.T) *pages.Opener {
	t.Helper()
	p, err := pages.New(pages.Options{CacheDir: cacheDir()})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "clinician-test", "pdfium")
}

// shelf is core.Records as far as OCR uses it.
type shelf struct {
	core.Records
	mu   sync.Mutex
	docs map[string]doc
	open func(by core.Acting) // told who opens; nil: nobody is
}

type doc struct {
	record  core.Record
	content []byte
}

func (s *shelf) Record(_ context.Context, id string) (core.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.docs[id]
	if !ok {
		return core.Record{}, core.Errorf(core.CodeNotFound, "Record not found")
	}
	return d.record, nil
}

func (s *shelf) Open(_ context.Context, by core.Acting, id string, _ int64) (io.ReadCloser, error) {
	if s.open != nil {
		s.open(by)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return io.NopCloser(bytes.NewReader(s.docs[id].content)), nil
}

// sealer binds content to its place as the vault does, without keys.
type sealer struct{}

func (sealer) SealBytes(_ context.Context, patientID int64, subject string, clear []byte) ([]byte, error) {
	return append(fmt.Appendf(nil, "%d|%s|", patientID, subject), clear...), nil
}

func (sealer) OpenBytes(_ context.Context, patientID int64, subject string, sealed []byte) ([]byte, error) {
	clear, ok := bytes.CutPrefix(sealed, fmt.Appendf(nil, "%d|%s|", patientID, subject))
	if !ok {
		return nil, errors.New("sealed for another place")
	}
	return clear, nil
}
