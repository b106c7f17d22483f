package chart

import (
	"context"

	"clinician/internal/core"
	"clinician/internal/tui/page"
)

// Clinic is what the screens of a chart ask for. Of changes they know one: to have
// a document read.
type Clinic interface {
	core.Charts
	page.Analyzer
	PatientRecords(ctx context.Context, patientID int64, all bool) ([]core.Record, error)
}
