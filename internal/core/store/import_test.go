package store_test

import (
	"testing"

	"clinician/internal/core"
)

func TestImportPatients(t *testing.T) {
	db := open(t, "")
	ctx := t.Context()
	c := register(t, db, "mary@example.com")
	list := crowd(2500)
	subtype := int64(2)
	list[0].MRN, list[0].CancerSubtype, list[0].Notes = "999 000 0005", &subtype, "note"
	ids, err := db.ImportPatients(ctx, c.ID, list, core.AuditEvent{Type: core.EventDemoData, UserID: c.User.ID})
	if err != nil || len(ids) != len(list) {
		t.Fatalf("%d ids, %v", len(ids), err)
	}
	page, err := db.Patients(ctx, c.ID, core.PatientQuery{Limit: 1})
	if err != nil || page.Count != len(list) {
		t.Errorf("count %d, %v", page.Count, err)
	}
	first, err := db.Patient(ctx, ids[0])
	if err != nil || first.MRN != "9990000005" || first.User.LastName != list[0].LastName || first.Assignment.Notes != "note" ||
		first.Assignment.CancerSubtypeName == "" || first.User.RoleName != core.RolePatient || !first.User.IsActive {
		t.Errorf("first is %+v, %v", first, err)
	}
	last, err := db.Patient(ctx, ids[len(ids)-1])
	if err != nil || last.User.FirstName != list[len(list)-1].FirstName || len(last.MRN) != 10 {
		t.Errorf("last is %+v, %v", last, err)
	}
	// What was imported is found like what was created.
	hits, err := db.Patients(ctx, c.ID, core.PatientQuery{Text: "9990000005", Limit: 5})
	if err != nil || len(hits.Patients) != 1 || hits.Patients[0].ID != ids[0] {
		t.Errorf("found %+v, %v", hits, err)
	}
	made, err := db.CreatePatient(ctx, core.NewPatient{LastName: "New"}, core.AuditEvent{Type: core.EventPatientCreated})
	if err != nil || made.MRN <= last.MRN {
		t.Errorf("the next record number is %q after %q, %v", made.MRN, last.MRN, err)
	}
	events, err := db.Query(ctx, core.AuditQuery{Type: core.EventDemoData})
	if err != nil || len(events) != 2 || events[0].Detail["patient_count"] != int64(500) {
		t.Errorf("events are %+v, %v", events, err)
	}

	again := crowd(2)
	again[1].MRN = "9990000005"
	if ids, err := db.ImportPatients(ctx, c.ID, again, core.AuditEvent{}); len(ids) != 0 || core.CodeOf(err) != core.CodeConflict {
		t.Errorf("a second such record number gives %v, %v", ids, err)
	}
	if page, err = db.Patients(ctx, c.ID, core.PatientQuery{Limit: 1}); err != nil || page.Count != len(list) {
		t.Errorf("after the refused one the count is %d, %v", page.Count, err)
	}
	if _, err := db.ImportPatients(ctx, 99999, again, core.AuditEvent{}); !core.IsNotFound(err) {
		t.Errorf("an unknown clinician gives %v", err)
	}
}

func TestUsersAndClinicians(t *testing.T) {
	db := open(t, "")
	c := register(t, db, "mary@example.com")
	if _, err := db.ImportPatients(t.Context(), c.ID, crowd(3), core.AuditEvent{}); err != nil {
		t.Fatal(err)
	}
	admin, err := db.CreateUser(t.Context(), core.NewUser{Email: "ada@example.com", FirstName: "Ada", LastName: "A", Role: core.RoleAdmin}, core.AuditEvent{})
	if err != nil {
		t.Fatal(err)
	}
	users, err := db.Users(t.Context())
	if err != nil || len(users) != 2 || users[0].ID != c.User.ID || users[1].ID != admin.ID {
		t.Errorf("users are %+v, %v", users, err)
	}
	list, err := db.Clinicians(t.Context())
	if err != nil || len(list) != 1 || list[0].ID != c.ID {
		t.Errorf("clinicians are %+v, %v", list, err)
	}
}
