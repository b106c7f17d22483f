package fileservice

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clinician/internal/clients/siblingtest"
	"clinician/internal/core"
	keeps "clinician/internal/core/records"
	"clinician/internal/core/store"
)

// Documents of other programs are listed, and go when they went.
func TestDocumentsOfOtherPrograms(t *testing.T) {
	t.Parallel()
	h := build(t, true)
	list := func() []core.Record {
		t.Helper()
		got, err := keeps.Followed{RecordLifecycle: h.db, Store: h.records}.ListRecords(t.Context(), core.RecordQuery{PatientID: h.Patients[0]})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	own := h.add(t, pdf(1000))
	theirs := &siblingtest.KeptFile{ID: "d18623ef-2eb3-4323-8c4e-245881b33e1d", Patient: h.Patients[0], Kind: 2, By: h.bob.UserID, Name: "scan1.pdf", Content: pdf(2000),
		At: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), Released: map[int64]bool{h.bob.UserID: true}}
	nobodys := &siblingtest.KeptFile{ID: "24b50419-f2ef-4d8c-9ea1-968b864c7be6", Patient: h.Patients[0], Kind: 2, Name: "old.pdf", Content: pdf(2001),
		At: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC), Released: map[int64]bool{}}
	h.service.Lock()
	h.service.Kept = append(h.service.Kept, theirs, nobodys)
	h.service.Unlock()
	if got, err := h.records.Record(t.Context(), theirs.ID); err != nil || got.Title != "scan1.pdf" { // by its id alone
		t.Errorf("found %+v, %v", got, err)
	}
	got := list()
	if len(got) != 3 || got[0].ID != own.ID || got[1].ID != theirs.ID || got[1].UploadedByName != "Bob Orr" || got[1].Size != int64(len(theirs.Content)) ||
		got[2].ID != nobodys.ID || got[2].Source != "uploaded by somebody the portal does not know" {
		t.Fatalf("listed %+v", got)
	}
	if b, err := h.read(h.bob, theirs.ID, 0); err != nil || !bytes.Equal(b, theirs.Content) {
		t.Errorf("read %d bytes, %v", len(b), err)
	}
	h.service.Lock()
	h.service.Kept = h.service.Kept[1:] // Ann's went
	h.service.Unlock()
	if got := list(); len(got) != 3 {
		t.Errorf("asked again within a moment: %d records", len(got))
	}
	h.later(6 * time.Second)
	if got := list(); len(got) != 2 || got[0].ID != theirs.ID {
		t.Errorf("after it went: %+v", got)
	}
	if _, err := h.db.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// forgetful is records whose lists are empty.
type forgetful struct{ records }

func (forgetful) SourceRecords(context.Context, int64) ([]core.SourceRecord, error) { return nil, nil }

// A list that lacks a document which is there takes nothing away.
func TestListIsNotBelievedAlone(t *testing.T) {
	t.Parallel()
	h := build(t, true)
	rec := h.add(t, pdf(1000))
	store := keeps.New(keeps.Options{Vault: h.vault, Index: h.db, Files: client(t, h.service.URL), People: h.db, Source: forgetful{records{h.service}}})
	if err := store.Follow(t.Context(), h.Patients[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := h.db.Record(t.Context(), rec.ID); err != nil {
		t.Errorf("it was taken away: %v", err)
	}
}

// rowless is an index that loses the first row, as a crash would.
type rowless struct {
	*store.DB
	lost atomic.Bool
}

func (r *rowless) InsertRecord(ctx context.Context, row keeps.NewRow, ev core.AuditEvent) (core.Record, error) {
	if !r.lost.Swap(true) {
		return core.Record{}, core.Errorf(core.CodeUnavailable, "The database does not answer.")
	}
	return r.DB.InsertRecord(ctx, row, ev)
}

// A document that the service took, and whose row was lost here, is an act of which
// nobody knows how it ended, and is in the chart with the next list.
func TestDocumentWithoutItsRow(t *testing.T) {
	t.Parallel()
	h := build(t, true)
	s := keeps.New(keeps.Options{Vault: h.vault, Index: &rowless{DB: h.db}, Files: client(t, h.service.URL), People: h.db, Source: records{h.service}})
	content := pdf(1000)
	try := func() error {
		staged, err := s.Stage(t.Context(), h.By, "a.pdf", bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		ev := h.event(core.EventRecordUploaded)
		return core.Accounted(t.Context(), h.Audit, s, &ev, func(stored core.AuditEvent) error {
			_, err := s.Commit(t.Context(), h.By, staged, core.NewRecord{PatientID: h.Patients[0], TypeID: 1, Filename: "a.pdf", UploadedBy: h.UserID}, stored)
			return err
		})
	}
	if err := try(); core.CodeOf(err) != core.CodeUnavailable {
		t.Fatalf("ended with %v", err)
	}
	events, err := h.Audit.Query(t.Context(), core.AuditQuery{Type: core.EventRecordUploaded})
	if err != nil || len(events) != 2 || events[0].Outcome != core.OutcomeUnknown {
		t.Errorf("events %+v, %v", events, err)
	}
	if err := try(); core.CodeOf(err) != core.CodeConflict || !strings.Contains(core.MessageOf(err), "keeps each file once") {
		t.Errorf("sent once more: %v", err)
	}
	list, err := keeps.Followed{RecordLifecycle: h.db, Store: s}.ListRecords(t.Context(), core.RecordQuery{PatientID: h.Patients[0]})
	if err != nil || len(list) != 1 || list[0].UploadedBy != h.UserID {
		t.Fatalf("listed %+v, %v", list, err)
	}
	if err := try(); core.CodeOf(err) != core.CodeConflict || !strings.Contains(core.MessageOf(err), "in this chart already") {
		t.Errorf("sent once more, when it is listed: %v", err)
	}
	if got, err := h.read(h.By, list[0].ID, 0); err != nil || !bytes.Equal(got, content) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
}

func (h *house) event(kind string) core.AuditEvent {
	return core.AuditEvent{Type: kind, Action: core.ActionCreate, Outcome: core.OutcomeSuccess, UserID: h.UserID}
}

// What comes in is unread before anybody opens the chart; what belongs to nobody here
// stays away.
func TestNewestDocuments(t *testing.T) {
	t.Parallel()
	h := build(t, true)
	unread := func() int {
		t.Helper()
		n, err := h.db.Unread(t.Context(), h.UserID, h.Patients[:])
		if err != nil {
			t.Fatal(err)
		}
		return n[h.Patients[0]]
	}
	h.service.Lock()
	for i, patient := range []int64{h.Patients[0], 99_999, h.Patients[0]} {
		h.service.Kept = append(h.service.Kept, &siblingtest.KeptFile{ID: fmt.Sprint("f", i), Patient: patient, Kind: 2, By: h.bob.UserID, Name: "a.pdf", Content: pdf(i),
			At: time.Date(2026, 11, 23, 8, i, 0, 0, time.UTC)})
	}
	h.service.Unlock()
	for range 2 {
		if err := h.records.TakeNewest(t.Context()); err != nil || unread() != 2 {
			t.Errorf("%d are unread, %v", unread(), err)
		}
	}
}

// A list that cannot be made whole is none.
func TestListFailsClosed(t *testing.T) {
	t.Parallel()
	h := build(t, true)
	h.service.Lock()
	h.service.Kept = append(h.service.Kept, &siblingtest.KeptFile{ID: "x", Patient: h.Patients[0], Kind: 99_999, By: h.UserID, Content: pdf(10)})
	h.service.Unlock()
	if list, err := (keeps.Followed{RecordLifecycle: h.db, Store: h.records}).ListRecords(t.Context(), core.RecordQuery{PatientID: h.Patients[0]}); err == nil {
		t.Errorf("listed %+v", list)
	}
}

// records is a FAKE of what database-service says of the same files.
type records struct{ s *siblingtest.Files }

func (r records) source(k *siblingtest.KeptFile) core.SourceRecord {
	sum := sha256.Sum256(k.Content)
	return core.SourceRecord{ID: k.ID, PatientID: k.Patient, TypeID: k.Kind, UploadedBy: k.By, UploadedAt: k.At, Filename: k.Name,
		MIME: core.MIMEPDF, Size: int64(len(k.Content)), SHA256: fmt.Sprintf("%x", sum)}
}

func (r records) SourceRecords(_ context.Context, patientID int64) (list []core.SourceRecord, _ error) {
	r.s.Lock()
	defer r.s.Unlock()
	for _, k := range r.s.Kept {
		if k.Patient == patientID {
			list = append(list, r.source(k))
		}
	}
	return list, nil
}

func (r records) SourceRecord(_ context.Context, id string) (core.SourceRecord, error) {
	r.s.Lock()
	defer r.s.Unlock()
	if k := r.s.Find(id); k != nil {
		return r.source(k), nil
	}
	return core.SourceRecord{}, core.Errorf(core.CodeNotFound, "Medical record not found")
}

func (r records) NewestRecords(context.Context) (list []core.SourceRecord, _ error) {
	r.s.Lock()
	defer r.s.Unlock()
	for _, k := range slices.Backward(r.s.Kept) {
		list = append(list, r.source(k))
	}
	return list, nil
}

func (r records) JudgedRecord(context.Context, string) (core.SourceRecord, error) {
	r.s.Lock()
	defer r.s.Unlock()
	if n := len(r.s.Kept); n > 0 {
		return r.source(r.s.Kept[n-1]), nil
	}
	return core.SourceRecord{}, core.Errorf(core.CodeNotFound, "Medical record not found")
}
