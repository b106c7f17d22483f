package day

import (
	"context"

	"clinician/internal/core"
)

// Clinic is what the screens of the day ask for and change.
type Clinic interface {
	core.Day
	Patient(ctx context.Context, id int64) (core.PatientDetail, error)
	UnreadRecords(ctx context.Context, q core.UnreadQuery) (core.UnreadPage, error)
	Jobs(ctx context.Context, f core.JobFilter) ([]core.Job, error)
}
