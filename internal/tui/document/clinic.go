package document

import (
	"context"

	"clinician/internal/core"
)

// Clinic is what the screens of documents do with them and with their readings, and
// what they ask about the patient.
type Clinic interface {
	core.Documents
	core.Readings
	core.Notes
	core.Tasks
	Patient(ctx context.Context, id int64) (core.PatientDetail, error)
	Patients(ctx context.Context, q core.PatientQuery) (core.PatientPage, error)
	PatientCheck(ctx context.Context, recordID string) (core.DocumentCheck, error)
	RecordTypes(ctx context.Context) ([]core.RecordType, error)
}
