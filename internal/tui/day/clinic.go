package day

import (
	"context"

	"clinician/internal/core"
	"clinician/internal/tui/page"
)

// Clinic is what the screens of the day ask for and change. Of documents they know one change: to have
// them read.
type Clinic interface {
	core.Day
	core.Tasks
	page.Analyzer
	Patient(ctx context.Context, id int64) (core.PatientDetail, error)
	UnreadRecords(ctx context.Context, q core.UnreadQuery) (core.UnreadPage, error)
	Jobs(ctx context.Context, f core.JobFilter) ([]core.Job, error)
}
