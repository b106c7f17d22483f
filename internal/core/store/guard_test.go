package store_test

import (
	"errors"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/records"
)

// A change whose guard does not stand any more is refused as a whole.
func TestGuardIsAskedInTheTransaction(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	ann, ben := register(t, db, "ann@example.com"), register(t, db, "ben@example.com")
	p, err := db.CreatePatient(t.Context(), core.NewPatient{FirstName: "Pat", LastName: "Doe"}, core.AuditEvent{Type: core.EventPatientCreated})
	if err != nil {
		t.Fatal(err)
	}
	assign := func(to core.Clinician) {
		if _, err := db.Assign(t.Context(), p.ID, to.ID, nil, "", core.AuditEvent{Type: core.EventPatientAssigned}); err != nil {
			t.Fatal(err)
		}
	}
	guarded := func(kind string) core.AuditEvent {
		return core.AuditEvent{Type: kind, UserID: ann.User.ID, PatientID: p.ID, Guard: &core.Guard{ClinicianID: ann.ID, PatientID: p.ID}}
	}
	row := records.NewRow{NewRecord: core.NewRecord{PatientID: p.ID, TypeID: 1, Title: "letter", UploadedBy: ann.User.ID},
		ID: "r1", SHA256: "s", MIME: core.MIMEPDF, Wrapped: []byte("key"), UploadedAt: time.UnixMicro(1)}
	assign(ann)
	if _, err := db.InsertRecord(t.Context(), row, guarded(core.EventRecordUploaded)); err != nil {
		t.Fatal(err)
	}
	assign(ben)
	row.ID = "r2"
	title := "changed"
	_, err1 := db.InsertRecord(t.Context(), row, guarded(core.EventRecordUploaded))
	_, err2 := db.EditRecord(t.Context(), "r1", core.RecordEdit{Title: &title}, guarded(core.EventRecordUpdated))
	err3 := db.Append(t.Context(), guarded(core.EventPatientViewed))
	for i, err := range []error{err1, err2, err3} {
		if !errors.Is(err, core.ErrUnassigned) || core.CodeOf(err) != core.CodeForbidden {
			t.Errorf("act %d gives %v", i, err)
		}
	}
	list, err := db.RecordsByPatient(t.Context(), p.ID)
	if err != nil || len(list) != 1 || list[0].Title != "letter" {
		t.Errorf("%+v, %v", list, err)
	}
	events, err := db.Query(t.Context(), core.AuditQuery{UserID: ann.User.ID})
	if err != nil || len(events) != 2 { // her registration and her upload
		t.Errorf("%+v, %v", events, err)
	}
}
