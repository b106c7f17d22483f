package records_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/records"
	"clinician/internal/core/store"
)

func (h *house) uploads(t *testing.T) coretest.UploadsFixture {
	t.Helper()
	bob, err := h.db.CreateUser(t.Context(), core.NewUser{Email: "bob@example.org", FirstName: "Bob", LastName: "Orr", Role: core.RoleNurse}, core.AuditEvent{Type: core.EventUserCreated})
	if err != nil {
		t.Fatal(err)
	}
	return coretest.UploadsFixture{RecordsFixture: h.RecordsFixture, Uploads: h.checked(), OtherID: bob.ID, Other: acting(bob.ID)}
}

func TestUploadsContract(t *testing.T) {
	coretest.Uploads(t, func(t *testing.T) coretest.UploadsFixture { return build(t, 0).uploads(t) })
}

func (h *house) pieces(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(h.dir, "blobs", "uploads", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func (h *house) later(d time.Duration) { h.offset.Add(int64(d)) }

// Pieces are sealed, go away with their upload, and outlive it nowhere.
func TestPiecesAreSealedAndSwept(t *testing.T) {
	h := build(t, 0)
	content := bytes.Repeat([]byte("HAEMOGLOBIN IN CLEAR\n"), 20_000)
	n := core.NewUpload{Record: core.NewRecord{PatientID: h.Patients[0], TypeID: 1, Filename: "a.txt", UploadedBy: h.UserID}, Size: int64(len(content))}
	begin := func() core.Upload {
		u, _, err := h.records.BeginUpload(t.Context(), n, core.AuditEvent{Type: core.EventUploadBegun})
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range [][]byte{content[:100_000], content[100_000:]} {
			if u, err = h.records.AddPiece(t.Context(), h.UserID, u.ID, u.Offset, bytes.NewReader(part)); err != nil {
				t.Fatal(err)
			}
		}
		return u
	}
	sweep := func() {
		t.Helper()
		old := time.Now().Add(-time.Hour)
		for _, f := range h.pieces(t) {
			if err := os.Chtimes(f, old, old); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.records.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}

	u := begin()
	if files := h.pieces(t); len(files) != 2 {
		t.Fatalf("pieces: %v", files)
	}
	for _, f := range h.pieces(t) {
		if b, err := os.ReadFile(f); err != nil || bytes.Contains(b, []byte("HAEMOGLOBIN")) {
			t.Errorf("a piece is in clear: %v", err)
		}
	}
	sweep()
	if files := h.pieces(t); len(files) != 2 {
		t.Fatalf("swept what is under way; left: %v", files)
	}
	if _, err := h.records.FinishUpload(t.Context(), h.By, u.ID, core.AuditEvent{Type: core.EventRecordUploaded}); err != nil {
		t.Fatal(err)
	}
	if files := h.pieces(t); len(files) != 0 {
		t.Errorf("left of a finished upload: %v", files)
	}

	u = begin()
	h.later(core.UploadLifetime - time.Minute)
	if _, err := h.records.Upload(t.Context(), h.UserID, u.ID); err != nil {
		t.Errorf("before its time is over: %v", err)
	}
	h.later(2 * time.Minute)
	if _, err := h.records.Upload(t.Context(), h.UserID, u.ID); !core.IsNotFound(err) {
		t.Errorf("after its time: %v", err)
	}
	if _, err := h.records.AddPiece(t.Context(), h.UserID, u.ID, u.Offset, bytes.NewReader(nil)); !core.IsNotFound(err) {
		t.Errorf("a piece after its time: %v", err)
	}
	sweep()
	if files := h.pieces(t); len(files) != 0 {
		t.Errorf("left of an expired upload: %v", files)
	}
}

// A piece that was changed on disk ends the upload's finish, not in a record.
func TestDamagedPiece(t *testing.T) {
	h := build(t, 0)
	content := []byte("a report\n")
	u, _, err := h.records.BeginUpload(t.Context(), core.NewUpload{Size: int64(len(content)),
		Record: core.NewRecord{PatientID: h.Patients[0], TypeID: 1, Filename: "a.txt", UploadedBy: h.UserID}}, core.AuditEvent{Type: core.EventUploadBegun})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.records.AddPiece(t.Context(), h.UserID, u.ID, 0, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	file := h.pieces(t)[0]
	sealed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sealed[len(sealed)-1] ^= 1
	if err := os.WriteFile(file, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := h.records.FinishUpload(t.Context(), h.By, u.ID, core.AuditEvent{Type: core.EventRecordUploaded}); core.CodeOf(err) != core.CodeInternal {
		t.Errorf("finish: %v", err)
	}
	if list, err := h.records.ByPatient(t.Context(), h.Patients[0]); err != nil || len(list) != 0 || len(h.blobs(t)) != 0 {
		t.Errorf("records %v, blobs %v, %v", list, h.blobs(t), err)
	}
}

// lateIndex lets something happen between an upload's row and its pieces being read.
type lateIndex struct {
	*store.DB
	meanwhile func()
}

func (i lateIndex) Pieces(ctx context.Context, id string) ([]records.Piece, error) {
	i.meanwhile()
	return i.DB.Pieces(ctx, id)
}

// Who finishes an upload that another call has just finished is given its record: its
// pieces are gone by then, which is no empty file.
func TestFinishedMeanwhile(t *testing.T) {
	t.Parallel()
	h := build(t, 0)
	content := bytes.Repeat([]byte("haemoglobin 7.1\n"), 1000)
	n := core.NewUpload{Record: core.NewRecord{PatientID: h.Patients[0], TypeID: 1, Filename: "a.txt", UploadedBy: h.UserID}, Size: int64(len(content))}
	u, _, err := h.records.BeginUpload(t.Context(), n, core.AuditEvent{Type: core.EventUploadBegun})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.records.AddPiece(t.Context(), h.UserID, u.ID, 0, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	var first core.Record
	late := records.New(records.Options{Vault: h.vault, Index: lateIndex{h.db, func() {
		if first, err = h.records.FinishUpload(t.Context(), h.By, u.ID, core.AuditEvent{Type: core.EventRecordUploaded}); err != nil {
			t.Error(err)
		}
	}}})
	rec, err := late.FinishUpload(t.Context(), h.By, u.ID, core.AuditEvent{Type: core.EventRecordUploaded})
	if err != nil || rec.ID == "" || rec.ID != first.ID {
		t.Errorf("gave %q, %v; it became %q", rec.ID, err, first.ID)
	}
	if again, err := h.records.FinishUpload(t.Context(), h.By, u.ID, core.AuditEvent{Type: core.EventRecordUploaded}); err != nil || again.ID != first.ID {
		t.Errorf("afterwards %q, %v", again.ID, err)
	}
}
