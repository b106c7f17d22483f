package ocr

import (
	"context"
	"time"

	"clinician/internal/core"
)

// Claim is a node's right to run a job. It is lost when the job is cancelled,
// deleted, or taken by another node after the lease ran out; every change made
// under a lost claim is CodeConflict and changes nothing.
type Claim struct {
	JobID   string
	Node    string
	Attempt int // from 1
}

// Store keeps jobs and their sealed pages. Each method is one transaction.
type Store interface {
	// CreateJob stores j and ev. While a job of the same record, language and
	// ForceOCR waits or runs, that one is made as urgent as j, if it was less, and given
	// back instead; ev then tells of it. So is, once, one that nobody had asked for and
	// that has read every page: then somebody has.
	CreateJob(ctx context.Context, j core.Job, ev core.AuditEvent) (core.Job, error)
	// Job gives a job with its Position in the queue.
	Job(ctx context.Context, id string) (core.Job, error)
	Jobs(ctx context.Context, q core.JobQuery) ([]core.Job, error)
	// HastenJobs makes the jobs of a record that wait as urgent as can be, and reports
	// whether there was one that was not.
	HastenJobs(ctx context.Context, recordID string) (bool, error)
	// CancelJob ends a job that has not ended; CodeConflict when it has.
	CancelJob(ctx context.Context, id string, at time.Time, ev core.AuditEvent) (core.Job, error)

	// ClaimJob takes the most urgent job, of several the one that waits longest,
	// also one whose node fell silent, until lease. ok is false when there is none.
	ClaimJob(ctx context.Context, node string, now, lease time.Time) (c Claim, j core.Job, ok bool, err error)
	// RenewClaim prolongs the lease.
	RenewClaim(ctx context.Context, c Claim, lease time.Time) error
	// MoreUrgentWaits reports whether a job waits that is more urgent than this
	// one, which may have become more urgent itself.
	MoreUrgentWaits(ctx context.Context, jobID string) (bool, error)
	// RequeueJobs puts back what this node was running when it ended.
	RequeueJobs(ctx context.Context, node string) (int, error)
	// ReleaseJob puts a job back as if this attempt had not been.
	ReleaseJob(ctx context.Context, c Claim) error

	// SaveProgress stores the job's progress; SavePage stores a finished page with it.
	SaveProgress(ctx context.Context, c Claim, j core.Job) error
	SavePage(ctx context.Context, c Claim, j core.Job, p SealedPage) error
	// FinishJob stores the ending together with ev and, unless a is nil, what
	// was found in the pages: findings, the record's patient check and, when that
	// asks for a person, the notification of the patient's clinician.
	FinishJob(ctx context.Context, c Claim, j core.Job, a *core.Analysis, ev core.AuditEvent) error
	// UnanalyzedJob gives a completed job nobody has looked for values in, newest
	// first; ok is false when there is none. SaveAnalysis stores what was found in
	// it, or with nil that nothing could be; CodeConflict when the job belongs to
	// another patient by now, or was looked into meanwhile.
	UnanalyzedJob(ctx context.Context) (j core.Job, ok bool, err error)
	SaveAnalysis(ctx context.Context, j core.Job, a *core.Analysis) error

	// DonePages gives the finished pages, without their content, by number.
	DonePages(ctx context.Context, jobID string) ([]SealedPage, error)
	// SealedPages gives pages with content in order; page 0 means all. One page
	// that is not there is CodeNotFound.
	SealedPages(ctx context.Context, jobID string, page int) ([]SealedPage, error)
}

// SealedPage is a finished page as stored.
type SealedPage struct {
	Page    int
	Failed  bool
	Partial bool // something of it was not read
	Sealed  []byte
}

// Sealer encrypts small things under a patient's key. What was sealed opens
// only for the same patient and subject.
type Sealer interface {
	SealBytes(ctx context.Context, patientID int64, subject string, clear []byte) ([]byte, error)
	OpenBytes(ctx context.Context, patientID int64, subject string, sealed []byte) ([]byte, error)
}
