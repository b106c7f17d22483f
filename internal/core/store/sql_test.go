package store

import (
	"reflect"
	"strings"
	"testing"
	"unicode"
)

// Columns go into fields by their place, so each statement must name them in the
// order in which its row takes them.
func TestFieldsFollowColumns(t *testing.T) {
	t.Parallel()
	db := openInternal(t)
	check := func(row any, fields []any, text string, args ...any) {
		t.Helper()
		rows, err := db.read.Query(t.Context(), text, args...)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil || len(columns) != len(fields) {
			t.Fatalf("%T takes %d fields, the statement gives %d columns, %v", row, len(fields), len(columns), err)
		}
		names := map[any]string{}
		nameFields(reflect.ValueOf(row).Elem(), names)
		for i, f := range fields {
			if name := names[f]; name != strings.ReplaceAll(columns[i], "_", "") {
				t.Errorf("%T: column %s goes into %s", row, columns[i], name)
			}
		}
	}
	user, clinician, patient, assignment := &userRow{}, &clinicianRow{}, &patientRow{}, &summaryRow{}
	check(user, user.fields(), "SELECT "+userColumns+" FROM users u JOIN roles r ON r.id = u.role_id")
	check(clinician, clinician.fields(), selectClinicians)
	check(patient, patient.fields(), selectPatients)
	check(assignment, assignment.fields(), "SELECT "+summaryColumns+" FROM patient_assignments a "+summaryJoins)
	record, stone, job, upload := &recordRow{}, &tombstoneRow{}, &jobRow{}, &uploadRow{}
	check(record, record.fields(), selectRecords)
	check(stone, stone.fields(), selectTombstones)
	check(job, job.placed(), "SELECT "+jobColumns+", "+jobPosition+" FROM ocr_jobs j")
	check(upload, upload.fields(), selectUploads)
	note, visit, session, event := &inboxRow{}, &appointmentRow{}, &sessionRow{}, &auditRow{}
	check(note, note.fields(), selectInbox)
	check(visit, visit.fields(), selectAppointments)
	check(session, session.fields(), "SELECT "+sessionColumns+" FROM sessions s")
	check(event, event.fields(), "SELECT "+auditColumns+" FROM audit_events")
	findings, role, language, cancer, kind := &findingsRow{}, &roleRow{}, &languageRow{}, &cancerTypeRow{}, &recordTypeRow{}
	check(findings, findings.fields(), selectFindings+newestReading)
	check(role, role.fields(), "SELECT "+roleColumns+" FROM roles")
	check(language, language.fields(), "SELECT "+languageColumns+" FROM languages")
	check(cancer, cancer.fields(), "SELECT "+cancerColumns+" FROM cancer_types")
	check(kind, kind.fields(), "SELECT "+typeColumns+" FROM medical_record_types")
}

// nameFields gives the address of each field its name, in small letters.
func nameFields(v reflect.Value, names map[any]string) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			nameFields(v.Field(i), names)
			continue
		}
		at := reflect.NewAt(f.Type, v.Field(i).Addr().UnsafePointer()).Interface()
		names[at] = strings.Map(unicode.ToLower, f.Name)
	}
}
