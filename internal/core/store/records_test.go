package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/ocr"
	"clinician/internal/core/records"
	"clinician/internal/core/store"
	"clinician/internal/core/vault"
)

func somebody(t testing.TB, db *store.DB) (userID, patientID int64) {
	t.Helper()
	u, err := db.CreateUser(t.Context(), core.NewUser{Email: "rec@example.org", FirstName: "Ann", LastName: "Lee", Role: core.RoleNurse}, core.AuditEvent{Type: core.EventUserCreated})
	if err != nil {
		t.Fatal(err)
	}
	p, err := db.CreatePatient(t.Context(), core.NewPatient{FirstName: "Pat", LastName: "Doe"}, core.AuditEvent{Type: core.EventPatientCreated})
	if err != nil {
		t.Fatal(err)
	}
	return u.ID, p.ID
}

func insert(t testing.TB, db *store.DB, id string, user, patient int64) core.Record {
	t.Helper()
	rec, err := db.InsertRecord(t.Context(), records.NewRow{
		NewRecord: core.NewRecord{PatientID: patient, TypeID: 1, Title: "A title", Filename: "a name.pdf", UploadedBy: user, DocumentDate: core.Date{Year: 2026, Month: 5, Day: 8}},
		ID:        id, Size: 5, SHA256: "abc", MIME: core.MIMEPDF, Wrapped: []byte("key"), UploadedAt: time.UnixMicro(1_000_000),
	}, core.AuditEvent{Type: core.EventRecordUploaded})
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// A deleted record leaves who, when and how large; nothing that names it, no
// key, no job, no result.
func TestDeletedRecordLeavesATombstone(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "db"))
	user, patient := somebody(t, db)
	insert(t, db, "r1", user, patient)
	for i, id := range []string{"j1", "j2"} {
		_, err := db.CreateJob(t.Context(), core.Job{ID: id, RecordID: "r1", Language: id, PatientID: patient, UserID: user, Status: core.JobPending, CreatedAt: time.UnixMicro(int64(i + 1))}, core.AuditEvent{Type: core.EventJobSubmitted})
		if err != nil {
			t.Fatal(err)
		}
	}
	rec, err := db.Record(t.Context(), "r1")
	if err != nil || rec.LastJob == nil || *rec.LastJob != (core.JobBrief{ID: "j2", Status: core.JobPending}) {
		t.Fatalf("last job %+v, %v", rec.LastJob, err)
	}
	now := time.Now()
	claim, _, ok, err := db.ClaimJob(t.Context(), "node", now, now.Add(time.Minute))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if err := db.SavePage(t.Context(), claim, core.Job{ID: claim.JobID, Page: 1}, ocr.SealedPage{Page: 1, Sealed: []byte("sealed")}); err != nil {
		t.Fatal(err)
	}

	if err := db.DeleteRecord(t.Context(), "r1", core.AuditEvent{Type: core.EventRecordDeleted, UserID: user}); err != nil {
		t.Fatal(err)
	}
	var row struct {
		Title, Filename, Sha256, DocumentDate string
		WrappedKey                            []byte
		DeletedBy, Size                       int64
		DeletedAt                             *int64
		Jobs, Pages                           int
	}
	err = db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return store.Ask(ctx, tx, `SELECT title, filename, sha256, document_date, wrapped_key, deleted_by, size, deleted_at,
			(SELECT COUNT(*) FROM ocr_jobs) AS jobs, (SELECT COUNT(*) FROM ocr_pages) AS pages FROM records WHERE id = 'r1'`,
			&row.Title, &row.Filename, &row.Sha256, &row.DocumentDate, &row.WrappedKey, &row.DeletedBy, &row.Size, &row.DeletedAt, &row.Jobs, &row.Pages)
	})
	if err != nil {
		t.Fatal(err)
	}
	if row.Title+row.Filename+row.Sha256+row.DocumentDate != "" || row.WrappedKey != nil || row.DeletedBy != user || row.Size != 5 ||
		row.DeletedAt == nil || row.Jobs != 0 || row.Pages != 0 {
		t.Errorf("tombstone %+v", row)
	}
	if live, err := db.LiveRecords(t.Context(), []string{"r1", "unknown"}); err != nil || len(live) != 0 {
		t.Errorf("live: %v, %v", live, err)
	}
	if _, err := db.RecordLocation(t.Context(), "r1"); !core.IsNotFound(err) {
		t.Errorf("location: %v", err)
	}
	// The worker that was reading it learns that the job is not its own any more.
	if err := db.SaveProgress(t.Context(), claim, core.Job{ID: claim.JobID}); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("progress of a deleted job: %v", err)
	}
}

func TestPatientKeys(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "db"))
	_, patient := somebody(t, db)
	if _, err := db.PatientKey(t.Context(), patient); !core.IsNotFound(err) {
		t.Errorf("before the first: %v", err)
	}
	if _, err := db.AddPatientKey(t.Context(), vault.PatientKey{PatientID: 99_999, RootID: "r", Wrapped: []byte("x")}); !core.IsNotFound(err) {
		t.Errorf("unknown patient: %v", err)
	}
	got := make([]string, 8)
	var group sync.WaitGroup
	for i := range got {
		group.Go(func() {
			k, err := db.AddPatientKey(context.Background(), vault.PatientKey{PatientID: patient, RootID: "old", Wrapped: fmt.Append(nil, i)})
			if err != nil {
				t.Error(err)
			}
			got[i] = string(k.Wrapped)
		})
	}
	group.Wait()
	for _, k := range got {
		if k != got[0] {
			t.Fatalf("several first keys: %v", got)
		}
	}
	list, err := db.PatientKeysNotUnder(t.Context(), "new", 10)
	if err != nil || len(list) != 1 || list[0].RootID != "old" || string(list[0].Wrapped) != got[0] {
		t.Fatalf("to rotate: %+v, %v", list, err)
	}
	fresh := vault.PatientKey{PatientID: patient, RootID: "new", Wrapped: []byte("rewrapped")}
	for _, old := range []string{"other", "old", "old"} { // only the second changes anything
		if err := db.ReplacePatientKeys(t.Context(), old, []vault.PatientKey{fresh}); err != nil {
			t.Fatal(err)
		}
		k, err := db.PatientKey(t.Context(), patient)
		if err != nil || (k.RootID == "new") != (old == "old") {
			t.Errorf("after replacing those under %q: %+v, %v", old, k, err)
		}
	}
	if list, err := db.PatientKeysNotUnder(t.Context(), "new", 10); err != nil || len(list) != 0 {
		t.Errorf("still to rotate: %+v, %v", list, err)
	}
}
