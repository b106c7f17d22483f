package records_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/records"
	"clinician/internal/core/store"
	"clinician/internal/core/store/storetest"
	"clinician/internal/core/vault"
)

// house is a Store over the real database and the real disk.
type house struct {
	coretest.RecordsFixture
	records *records.Store
	vault   *vault.Vault
	db      *store.DB
	dir     string
	offset  atomic.Int64 // of the clock, grows with every look
}

func build(t testing.TB, maxBytes int64) *house {
	t.Helper()
	h := &house{dir: t.TempDir()}
	start := core.SystemClock()
	root := vault.GenerateRootKey()
	var err error
	if h.db, err = storetest.Open(t, store.Options{Path: filepath.Join(h.dir, "db"), AuditKey: root.Derive(vault.LabelAudit)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.db.Close() })
	disk, err := vault.OpenDisk(filepath.Join(h.dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { disk.Close() })
	v, err := vault.New(disk, h.db, root)
	if err != nil {
		t.Fatal(err)
	}
	h.vault = v
	h.records = records.New(records.Options{Vault: v, Index: h.db, MaxBytes: maxBytes, Clock: func() time.Time {
		return start.Add(time.Duration(h.offset.Add(int64(time.Microsecond))))
	}})
	h.RecordsFixture = coretest.RecordsFixture{Records: h.records, Lifecycle: h.db, Contents: h.records, Audit: h.db, People: h.db, TypeID: 1}
	ann, err := h.db.CreateUser(t.Context(), core.NewUser{Email: "ann@example.org", FirstName: "Ann", LastName: "Lee", Role: core.RoleNurse}, core.AuditEvent{Type: core.EventUserCreated})
	if err != nil {
		t.Fatal(err)
	}
	h.UserID, h.By = ann.ID, acting(ann.ID)
	h.RecordsFixture.Records, h.Contents = h.checked(), h.checked()
	for i := range h.Patients {
		p, err := h.db.CreatePatient(t.Context(), core.NewPatient{FirstName: "Pat", LastName: "Doe-Łuczak",
			Demographics: core.Demographics{DateOfBirth: core.Date{Year: 1940, Month: 5, Day: 8}}}, core.AuditEvent{Type: core.EventPatientCreated})
		if err != nil {
			t.Fatal(err)
		}
		h.Patients[i] = p.ID
	}
	return h
}

// acting is a user with the token that checked wants to see.
func acting(userID int64) core.Acting {
	return core.Acting{Principal: core.Principal{UserID: userID}, Token: core.NewToken(fmt.Sprint(userID))}
}

// checked is h.records with the eyes of another service, which looks at who acts.
func (h *house) checked() *coretest.Checked {
	return coretest.NewChecked(h.records, func(token core.Token) (p core.Principal, err error) {
		p.UserID, err = strconv.ParseInt(token.Reveal(), 10, 64)
		return p, err
	})
}

func (h *house) blobs(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(h.dir, "blobs", "records", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func (h *house) stage(t testing.TB, content io.Reader) core.Staged {
	t.Helper()
	s, err := h.records.Stage(t.Context(), core.Acting{}, "a.pdf", content)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (h *house) commit(t testing.TB, s core.Staged) core.Record {
	t.Helper()
	r, err := h.records.Commit(t.Context(), core.Acting{}, s, core.NewRecord{PatientID: h.Patients[0], TypeID: 1, Filename: "secretname.pdf", UploadedBy: h.UserID},
		core.AuditEvent{Type: core.EventRecordUploaded})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestContract(t *testing.T) {
	coretest.Records(t, func(t *testing.T) coretest.RecordsFixture { return build(t, 0).RecordsFixture })
}

func TestTooLarge(t *testing.T) {
	h := build(t, 2<<20)
	pdf := func(size int64) io.Reader {
		return io.MultiReader(strings.NewReader("%PDF-1.7\n"), io.LimitReader(zeros{}, size-9))
	}
	if s := h.stage(t, pdf(2<<20)); s.Size != 2<<20 {
		t.Errorf("exactly the limit: %d bytes", s.Size)
	}
	_, err := h.records.Stage(t.Context(), core.Acting{}, "a.pdf", pdf(2<<20+1))
	if core.CodeOf(err) != core.CodeTooLarge || !strings.Contains(core.MessageOf(err), "2 MB") {
		t.Errorf("one byte more: %v", err)
	}
	if n := len(h.blobs(t)); n != 1 {
		t.Errorf("%d blobs", n)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// What a crash between blob and row, or between row and blob, leaves is taken
// by the sweep, and only that.
func TestSweep(t *testing.T) {
	h := build(t, 0)
	live := h.commit(t, h.stage(t, strings.NewReader("%PDF-1.7 live")))
	h.stage(t, strings.NewReader("%PDF-1.7 never committed"))
	half := filepath.Join(h.dir, "blobs", "records", ".tmp-half")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(half, time.Now().Add(-2*time.Hour), time.Now().Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	gone := h.commit(t, h.stage(t, strings.NewReader("%PDF-1.7 deleted")))
	if err := h.db.DeleteRecord(t.Context(), gone.ID, core.AuditEvent{Type: core.EventRecordDeleted}); err != nil { // and then the power failed
		t.Fatal(err)
	}
	if n, err := h.records.Sweep(t.Context()); err != nil || n != 1 {
		t.Fatalf("only the half one is old: Sweep = %d, %v", n, err)
	}
	h.offset.Add(int64(time.Hour))
	if n, err := h.records.Sweep(t.Context()); err != nil || n != 2 {
		t.Fatalf("Sweep = %d, %v", n, err)
	}
	if left := h.blobs(t); len(left) != 1 || filepath.Base(left[0]) != live.ID {
		t.Errorf("left: %v", left)
	}
	r, err := h.records.Open(t.Context(), core.Acting{}, live.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
}

// A database that does not answer must not look like one without records.
func TestSweepTakesNothingWithoutTheDatabase(t *testing.T) {
	h := build(t, 0)
	h.commit(t, h.stage(t, strings.NewReader("%PDF-1.7 live")))
	h.offset.Add(int64(time.Hour))
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := h.records.Sweep(t.Context()); err == nil || n != 0 {
		t.Errorf("Sweep = %d, %v", n, err)
	}
	if len(h.blobs(t)) != 1 {
		t.Error("the content of a record is gone")
	}
}

func TestTamperedAndMissingContent(t *testing.T) {
	h := build(t, 0)
	rec := h.commit(t, h.stage(t, strings.NewReader("%PDF-1.7 content")))
	path := filepath.Join(h.dir, "blobs", "records", rec.ID)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("content")) {
		t.Error("clear content on disk")
	}
	raw[len(raw)-1] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := h.records.Open(t.Context(), core.Acting{}, rec.ID, 0); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("tampered: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := h.records.Open(t.Context(), core.Acting{}, rec.ID, 0); core.CodeOf(err) != core.CodeInternal {
		t.Errorf("missing content passes for a missing record: %v", err)
	}
	if err := h.records.Delete(t.Context(), core.Acting{}, rec.ID, core.AuditEvent{Type: core.EventRecordDeleted}); err != nil {
		t.Errorf("such a record cannot be deleted: %v", err)
	}
}

// The budget of the specification is 128 MiB for 64 uploads of 5 MB.
func TestParallelUploadsNeedLittleMemory(t *testing.T) {
	h := build(t, 0)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var group sync.WaitGroup
	gate := make(chan struct{})
	var arrived sync.WaitGroup
	arrived.Add(64)
	for range 64 {
		group.Go(func() {
			half := &pause{gate: gate, arrived: &arrived, left: 1 << 20}
			content := io.MultiReader(strings.NewReader("%PDF-1.7\n"), half, io.LimitReader(zeros{}, 4<<20))
			if _, err := h.records.Stage(context.Background(), core.Acting{}, "a.pdf", content); err != nil {
				t.Error(err)
			}
		})
	}
	arrived.Wait() // all 64 are in the middle
	runtime.ReadMemStats(&after)
	if used := int64(after.Sys) - int64(before.Sys); used > 64<<20 {
		t.Errorf("64 uploads under way take %d MB from the system", used>>20)
	}
	if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > 48<<20 {
		t.Errorf("64 uploads under way hold %d MB", used>>20)
	}
	close(gate)
	group.Wait()
}

// pause gives left zeros and then waits until the gate opens.
type pause struct {
	gate    chan struct{}
	arrived *sync.WaitGroup
	left    int
}

func (p *pause) Read(b []byte) (int, error) {
	if p.left == 0 {
		p.arrived.Done()
		<-p.gate
		return 0, io.EOF
	}
	n := min(len(b), p.left)
	clear(b[:n])
	p.left -= n
	return n, nil
}

func BenchmarkUpload5MB(b *testing.B) {
	h := build(b, 0)
	b.SetBytes(5 << 20)
	for b.Loop() {
		h.commit(b, h.stage(b, io.MultiReader(strings.NewReader("%PDF-1.7\n"), io.LimitReader(zeros{}, 5<<20))))
	}
}
