package core

import "context"

// AnalyzeOptions says how a record is to be read; empty fields take the default, or
// when a job is tried again what that job had.
type AnalyzeOptions struct {
	Language string   `json:"language,omitempty"`
	Priority Priority `json:"priority,omitempty"`
	ForceOCR *bool    `json:"force_ocr,omitempty"` // nil: no, and of a retry as before
}

// Readings is what a person can do with the reading (OCR) of records; see Clinic.
// A job on another's patient is CodeNotFound, like an unknown one.
type Readings interface {
	// Analyze asks for a record to be read, RetryJob for a job that has ended to be
	// tried again. Both answer the job that does it already, if there is one. A job is
	// taken also while the engine is missing, for pages with text of their own can
	// be read without one: WaitingFor of the job then says so.
	Analyze(ctx context.Context, recordID string, o AnalyzeOptions) (Submission, error)
	RetryJob(ctx context.Context, jobID string, o AnalyzeOptions) (Submission, error)
	Job(ctx context.Context, id string) (Job, error)
	// Jobs lists jobs on the caller's patients, newest first.
	Jobs(ctx context.Context, f JobFilter) ([]Job, error)
	// JobResult is the outcome of a completed job; CodeConflict while it is not
	// completed. JobPage is one finished page with its words, also while the job
	// runs; CodeNotFound while it is not finished.
	JobResult(ctx context.Context, id string) (Result, error)
	JobPage(ctx context.Context, id string, page int) (Page, error)
	// CancelJob ends a job that has not ended; CodeConflict when it has.
	CancelJob(ctx context.Context, id string) error
	// WatchJob follows a job: first how it stands, then what happens, then io.EOF
	// after its end. Over a network Next takes a lost connection up again by itself
	// and gives CodeUnavailable once for each loss, so that it can be said; it may
	// be called again. CodeUnauthenticated when the caller's session ends. That there
	// is no such job may show at the first Next only. After Close, Next gives io.EOF.
	WatchJob(ctx context.Context, id string) (JobWatch, error)
}

// JobFilter selects jobs; empty fields do not restrict.
type JobFilter struct {
	RecordID string
	State    string // "running" or "failed", as the dashboard counts them
	Limit    int    // 1..100; 0: 50
}

// Submission is the job that reads a record now.
type Submission struct {
	Job      Job
	Existing bool // it was there before: waiting, running, or done on arrival
}
