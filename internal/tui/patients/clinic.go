package patients

import (
	"context"

	"clinician/internal/core"
)

// Clinic is what the list of patients asks for; it changes nothing.
type Clinic interface {
	Patients(ctx context.Context, q core.PatientQuery) (core.PatientPage, error)
}
