package values

import (
	"context"

	"clinician/internal/core"
	"clinician/internal/tui/page"
)

// Clinic is what the screens of values ask for and change: values, checks and
// corrected text, none of the documents they stand in.
type Clinic interface {
	core.Values
	page.Pictures
	Patient(ctx context.Context, id int64) (core.PatientDetail, error)
	PatientRecords(ctx context.Context, patientID int64, all bool) ([]core.Record, error)
	JobPage(ctx context.Context, id string, page int) (core.Page, error)
}
