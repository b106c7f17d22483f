package fileservice

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"clinician/internal/clients/siblingtest"
	"clinician/internal/core"
	"clinician/internal/core/coretest"
	keeps "clinician/internal/core/records"
	"clinician/internal/core/store"
	"clinician/internal/core/store/storetest"
	"clinician/internal/core/vault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is the records of a server whose content the fake service keeps.
type house struct {
	coretest.RecordsFixture
	service *siblingtest.Files
	records *keeps.Store
	db      *store.DB
	vault   *vault.Vault
	dir     string
	at      atomic.Int64 // nanoseconds that the clock is ahead; grows with every look
	bob     core.Acting
}

func acting(userID int64) core.Acting {
	return core.Acting{Principal: core.Principal{UserID: userID}, Token: core.NewToken(fmt.Sprintf("user %d", userID))}
}

func client(t testing.TB, url string) *Client {
	t.Helper()
	c, err := New(Options{URL: url, Stall: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// build makes one; followed: what the service has is looked for too.
func build(t testing.TB, followed bool) *house {
	t.Helper()
	h := &house{service: siblingtest.StartFiles(t), dir: t.TempDir()}
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
	start := core.SystemClock()
	o := keeps.Options{Vault: v, Index: h.db, Files: client(t, h.service.URL), People: h.db, Clock: func() time.Time {
		return start.Add(time.Duration(h.at.Add(int64(time.Microsecond))))
	}}
	if followed {
		o.Source = records{h.service}
	}
	h.records = keeps.New(o)
	h.RecordsFixture = coretest.RecordsFixture{Records: h.records, Lifecycle: h.db, Contents: h.records, Audit: h.db, People: h.db, TypeID: 1, Shared: true}
	h.UserID, h.By = h.user(t, "ann", "Ann", "Lee")
	_, h.bob = h.user(t, "bob", "Bob", "Orr")
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

func (h *house) user(t testing.TB, mail, first, last string) (int64, core.Acting) {
	t.Helper()
	u, err := h.db.CreateUser(t.Context(), core.NewUser{Email: mail + "@example.org", FirstName: first, LastName: last, Role: core.RoleNurse}, core.AuditEvent{Type: core.EventUserCreated})
	if err != nil {
		t.Fatal(err)
	}
	return u.ID, acting(u.ID)
}

func TestRecordsContract(t *testing.T) {
	t.Parallel()
	coretest.Records(t, func(t *testing.T) coretest.RecordsFixture { return build(t, false).RecordsFixture })
}

func TestUploadsContract(t *testing.T) {
	t.Parallel()
	coretest.Uploads(t, func(t *testing.T) coretest.UploadsFixture {
		h := build(t, false)
		return coretest.UploadsFixture{RecordsFixture: h.RecordsFixture, Uploads: h.records, OtherID: h.bob.UserID, Other: h.bob}
	})
}

// add uploads a document for Ann.
func (h *house) add(t testing.TB, content []byte) core.Record {
	t.Helper()
	rec, err := h.try(t, h.By, content)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func (h *house) try(t testing.TB, by core.Acting, content []byte) (core.Record, error) {
	t.Helper()
	staged, err := h.records.Stage(t.Context(), by, "a.pdf", bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return h.records.Commit(t.Context(), by, staged, core.NewRecord{PatientID: h.Patients[0], TypeID: 1, Filename: "secretname.pdf", UploadedBy: by.UserID}, core.AuditEvent{})
}

func (h *house) read(by core.Acting, id string, offset int64) ([]byte, error) {
	r, err := h.records.Open(context.Background(), by, id, offset)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func (h *house) later(d time.Duration) { h.at.Add(int64(d)) }

func (h *house) blobs(t testing.TB) (names []string) {
	t.Helper()
	for _, where := range []string{"records", "copies", "uploads"} {
		files, err := filepath.Glob(filepath.Join(h.dir, "blobs", where, "*"))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, files...)
	}
	return names
}

func pdf(size int) []byte {
	b := make([]byte, size)
	rand.Read(b)
	return append([]byte("%PDF-1.7\n"), b...)
}

// asked counts the questions that begin so, and forgets all.
func (h *house) asked(prefix string) (n int) {
	h.service.Lock()
	defer h.service.Unlock()
	for _, c := range h.service.Calls {
		if strings.HasPrefix(c, prefix) {
			n++
		}
	}
	h.service.Calls = nil
	return n
}

// What is read in parts is fetched once, sealed, and gone after some minutes.
func TestCopiesAreFewSealedAndShort(t *testing.T) {
	t.Parallel()
	h := build(t, false)
	content := append([]byte("%PDF-1.7\nHAEMOGLOBIN IN CLEAR\n"), pdf(300_000)...)
	rec := h.add(t, content)
	h.later(11 * time.Minute) // the copy from the upload is over
	if _, err := h.records.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := h.blobs(t); len(left) != 0 {
		t.Errorf("left of the upload: %v", left)
	}
	h.asked("")
	if got, err := h.read(h.By, rec.ID, 0); err != nil || !bytes.Equal(got, content) || len(h.blobs(t)) != 0 {
		t.Fatalf("first: %d bytes, %v; blobs %v", len(got), err, h.blobs(t))
	}
	for _, offset := range []int64{0, 5, 100_000, int64(len(content)), 1 << 30} {
		if got, err := h.read(h.By, rec.ID, offset); err != nil || !bytes.Equal(got, content[min(offset, int64(len(content))):]) {
			t.Errorf("from %d: %d bytes, %v", offset, len(got), err)
		}
	}
	if n := h.asked("GET"); n != 2 {
		t.Errorf("the service was asked %d times", n)
	}
	if files := h.blobs(t); len(files) != 1 {
		t.Errorf("copies: %v", files)
	}
	if _, err := h.read(h.By, rec.ID, -1); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("from -1: %v", err)
	}
	h.later(11 * time.Minute)
	if _, err := h.records.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := h.blobs(t); len(left) != 0 {
		t.Errorf("left of copies: %v", left)
	}
}

// A copy is for the person who was allowed it.
func TestCopiesAreOnesOwn(t *testing.T) {
	t.Parallel()
	h := build(t, false)
	rec := h.add(t, pdf(1000))
	for range 2 {
		if _, err := h.read(h.By, rec.ID, 0); err != nil {
			t.Fatal(err)
		}
	}
	_, err := h.read(h.bob, rec.ID, 0)
	if core.CodeOf(err) != core.CodeForbidden || !strings.Contains(core.MessageOf(err), "Ann Lee") {
		t.Errorf("Bob: %v", err)
	}
}

// Bytes that are not those that came in end in an error.
func TestOtherBytes(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func([]byte) []byte{
		"one is changed": func(b []byte) []byte { c := bytes.Clone(b); c[500] ^= 1; return c },
		"cut short":      func(b []byte) []byte { return b[:500] },
		"more":           func(b []byte) []byte { return append(bytes.Clone(b), 'x') },
		"none":           func([]byte) []byte { return nil },
	} {
		h := build(t, false)
		rec := h.add(t, pdf(1000))
		h.later(11 * time.Minute)
		h.service.Spoil = spoil
		for _, offset := range []int64{0, 10} {
			if got, err := h.read(h.By, rec.ID, offset); core.CodeOf(err) != core.CodeBadGateway || offset > 0 && len(got) > 0 {
				t.Errorf("%s from %d: %d bytes, %v", name, offset, len(got), err)
			}
		}
		if found, err := h.records.VerifyRecord(t.Context(), h.By, rec.ID); err != nil || found.OK || found.Problem == "" {
			t.Errorf("%s: verified as %+v, %v", name, found, err)
		}
	}
}

// The same bytes a second time, in whosever chart: our sentence, nothing stored (X4).
func TestDuplicateOfTheWholeSystem(t *testing.T) {
	t.Parallel()
	h := build(t, false)
	content := pdf(1000)
	h.add(t, content)
	_, err := h.try(t, h.bob, content)
	if core.CodeOf(err) != core.CodeConflict || !strings.Contains(core.MessageOf(err), "in this chart already") {
		t.Errorf("once more: %v", err)
	}
	staged, err := h.records.Stage(t.Context(), h.By, "a.pdf", bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.records.Commit(t.Context(), h.By, staged, core.NewRecord{PatientID: h.Patients[1], TypeID: 1, Filename: "b.pdf", UploadedBy: h.UserID}, core.AuditEvent{})
	if core.CodeOf(err) != core.CodeConflict || !strings.Contains(core.MessageOf(err), "keeps each file once") {
		t.Errorf("in another chart: %v", err)
	}
	if list, err := h.records.ByPatient(t.Context(), h.Patients[0]); err != nil || len(list) != 1 {
		t.Errorf("records %v, %v", list, err)
	}
}

// Only who uploaded a document is let through to the service, and only where the
// service would look at that document (X2).
func TestDeleteNamesTheRightRecord(t *testing.T) {
	t.Parallel()
	h := build(t, true)
	first := h.add(t, pdf(1000))
	second, err := h.try(t, h.bob, pdf(1001))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		by   core.Acting
		id   string
		code core.Code
		says string
	}{
		"another's":            {h.bob, first.ID, core.CodeForbidden, "Ann Lee"}, // which the service would have deleted
		"mine, not the newest": {h.By, first.ID, core.CodeConflict, "another document"},
	} {
		err := h.records.Delete(t.Context(), c.by, c.id, core.AuditEvent{})
		if core.CodeOf(err) != c.code || !strings.Contains(core.MessageOf(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if h.service.Deletes != 0 {
		t.Errorf("the service was asked %d times to delete", h.service.Deletes)
	}
	if err := h.records.Delete(t.Context(), h.bob, second.ID, core.AuditEvent{}); err != nil || h.service.Deletes != 1 {
		t.Errorf("the newest, mine: %v, asked %d times", err, h.service.Deletes)
	}
	if err := h.records.Delete(t.Context(), h.By, first.ID, core.AuditEvent{}); err != nil {
		t.Errorf("the newest now, mine: %v", err)
	}
	if len(h.service.Kept) != 0 {
		t.Errorf("left there: %d", len(h.service.Kept))
	}
}

// Without anybody to ask, the service's refusal is said in our words, and nothing changes here.
func TestDeleteThatTheServiceRefuses(t *testing.T) {
	t.Parallel()
	h := build(t, false)
	first := h.add(t, pdf(1000))
	if _, err := h.try(t, h.bob, pdf(1001)); err != nil {
		t.Fatal(err)
	}
	err := h.records.Delete(t.Context(), h.By, first.ID, core.AuditEvent{})
	if core.CodeOf(err) != core.CodeConflict || !strings.Contains(core.MessageOf(err), "another document") {
		t.Errorf("refused with %v", err)
	}
	if _, err := h.records.Record(t.Context(), first.ID); err != nil {
		t.Errorf("it is gone here: %v", err)
	}
}

// A patient who is not the caller's for the service gets nothing, and neither does
// somebody with no token, an old one or one of another key.
func TestServiceChecksWhoActs(t *testing.T) {
	t.Parallel()
	h := build(t, false)
	rec := h.add(t, pdf(1000))
	h.later(11 * time.Minute)
	h.service.Assigned = func(user, _ int64) bool { return user != h.bob.UserID }
	if _, err := h.try(t, h.bob, pdf(1001)); core.CodeOf(err) != core.CodeForbidden {
		t.Errorf("not assigned: %v", err)
	}
	for token, want := range map[string]core.Code{"": core.CodeBadGateway, "old": core.CodeUnauthenticated, "of another key": core.CodeBadGateway} {
		by := h.By
		by.Token = core.NewToken(token)
		_, kept := h.try(t, by, pdf(1002))
		_, read := h.read(by, rec.ID, 0)
		deleted := h.records.Delete(t.Context(), by, rec.ID, core.AuditEvent{})
		for what, err := range map[string]error{"keep": kept, "read": read, "delete": deleted} {
			if core.CodeOf(err) != want || strings.Contains(fmt.Sprint(err), token) && token != "" && token != "old" {
				t.Errorf("%s with token %q: %v", what, token, err)
			}
		}
	}
	if _, err := h.records.Record(t.Context(), rec.ID); err != nil || len(h.service.Kept) != 1 {
		t.Errorf("something changed: %v, %d files", err, len(h.service.Kept))
	}
}
