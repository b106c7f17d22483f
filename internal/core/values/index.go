package values

import (
	"context"
	"time"

	"clinician/internal/core"
)

// FindingsRow is what is stored of the findings of a completed job.
type FindingsRow struct {
	JobID      string
	RecordID   string
	PatientID  int64
	Check      core.PatientCheck
	UploadedAt time.Time
	InPart     bool   // a page, or a part of one, was not read
	Sealed     []byte // nil: nothing is kept of an analysis
}

// ReviewRow is a review as stored.
type ReviewRow struct {
	ID        string
	RecordID  string
	PatientID int64
	ValueID   string
	Status    core.ReviewStatus
	By        int64
	ByName    string // filled in by the index
	At        time.Time
	Sealed    []byte // reviewed, under reviewSubject
}

// EndedReview is a review that does not count any more.
type EndedReview struct {
	ID     string
	ByName string // who took it back or replaced it
	At     time.Time
}

// CorrectionRow is a step in a page's history as stored.
type CorrectionRow struct {
	ID        string
	RecordID  string
	PatientID int64
	Page      int
	Number    int
	Undoes    int
	By        int64
	ByName    string // filled in by the index
	At        time.Time
	Sealed    []byte // corrected, under CorrectionSubject
	MAC       string
}

// ResolutionRow is a decision on a document's patient as stored.
type ResolutionRow struct {
	ID        string
	RecordID  string
	PatientID int64
	By        int64
	ByName    string // filled in by the index
	At        time.Time
	Sealed    []byte // resolved, under resolutionSubject
}

// DraftRow is a draft as stored.
type DraftRow struct {
	ID        string
	RecordID  string
	PatientID int64
	Page      int
	Steps     int
	By        int64
	At        time.Time
	Sealed    []byte // drafted, under DraftSubject
}

// Index keeps the rows. Records that were deleted do not exist for it. Each
// change is one transaction with its event.
type Index interface {
	// FindingsOfJob gives a completed job's row, CodeNotFound when there is none.
	FindingsOfJob(ctx context.Context, jobID string) (FindingsRow, error)
	// NewestFindings gives the row of the record's newest completed job.
	NewestFindings(ctx context.Context, recordID string) (FindingsRow, error)
	// FindingsOfPatient gives NewestFindings of all of a patient's records,
	// newest upload first; trusted leaves out those whose patient is in doubt
	// and those that are not current.
	FindingsOfPatient(ctx context.Context, patientID int64, trusted bool) ([]FindingsRow, error)

	// FindingsOfRecords gives NewestFindings of some records, in no order; of those
	// without any nothing.
	FindingsOfRecords(ctx context.Context, recordIDs []string, trusted bool) ([]FindingsRow, error)

	// StandingReviews gives the reviews of some records that were not replaced or
	// taken back, oldest first.
	StandingReviews(ctx context.Context, recordIDs ...string) ([]ReviewRow, error)
	// PutReview ends the review with the id replaces, "" for none, and stores r;
	// CodeConflict when another one stands of the same value.
	PutReview(ctx context.Context, r ReviewRow, replaces string, ev core.AuditEvent) error
	// EndReview takes a standing review back; CodeConflict when it does not stand.
	EndReview(ctx context.Context, id string, by int64, at time.Time, ev core.AuditEvent) error
	// LastEnded gives the review of a value that was taken back or replaced last, with
	// who did that; CodeNotFound when there is none.
	LastEnded(ctx context.Context, recordID, valueID string) (EndedReview, error)

	// CorrectionRows gives a page's history in order, or that of all pages for page 0.
	CorrectionRows(ctx context.Context, recordID string, page int) ([]CorrectionRow, error)
	// AddCorrection appends, and drops its author's draft of the page;
	// CodeConflict when its number is taken.
	AddCorrection(ctx context.Context, c CorrectionRow, ev core.AuditEvent) error

	// PutDraft replaces a person's draft of a page, id and all; ev is written
	// when there was none. One that is older than their last correction of the
	// page is dropped.
	PutDraft(ctx context.Context, d DraftRow, ev core.AuditEvent) error
	// DraftRow is CodeNotFound when there is none.
	DraftRow(ctx context.Context, recordID string, page int, by int64) (DraftRow, error)
	DropDraft(ctx context.Context, recordID string, page int, by int64) error

	// NotesChart gives the patient in whose chart a record or a tombstone is; CodeNotFound
	// when there is neither.
	NotesChart(ctx context.Context, recordID string) (patientID int64, err error)
	// NoteRows gives the steps in the notes on a record, in order.
	NoteRows(ctx context.Context, recordID string) ([]NoteRow, error)
	// AddNote appends; CodeConflict when its number is taken.
	AddNote(ctx context.Context, n NoteRow, ev core.AuditEvent) error

	// TaskRows lists the tasks of q.UserID; see core.TaskQuery.
	TaskRows(ctx context.Context, q core.TaskQuery) ([]TaskRow, error)
	// TaskRow gives one that the user sent or is to do; CodeNotFound for others.
	TaskRow(ctx context.Context, userID int64, id string) (TaskRow, error)
	AddTask(ctx context.Context, t TaskRow, ev core.AuditEvent) error
	// ChangeTask stores a status and an answer, nil for none, and notifies the other one;
	// CodeConflict when the task is not of the version that was seen.
	ChangeTask(ctx context.Context, id, seen string, to core.TaskStatus, answer []byte, ev core.AuditEvent) error
	CountTasks(ctx context.Context, userID int64, day core.Date) (open, overdue int, err error)

	// NewestResolution is CodeNotFound when there is none.
	NewestResolution(ctx context.Context, recordID string) (ResolutionRow, error)
	// AddResolution stores r and makes the record resolved; CodeConflict when
	// its patient is not in doubt.
	AddResolution(ctx context.Context, r ResolutionRow, ev core.AuditEvent) error
}

// Sealer encrypts small things under a patient's key. What was sealed opens
// only for the same patient and subject.
type Sealer interface {
	SealBytes(ctx context.Context, patientID int64, subject string, clear []byte) ([]byte, error)
	OpenBytes(ctx context.Context, patientID int64, subject string, sealed []byte) ([]byte, error)
}

// People knows charts and panels; a core.People with core.Assignments does.
type People interface {
	Patient(ctx context.Context, id int64) (core.Patient, error)
	Patients(ctx context.Context, clinicianID int64, q core.PatientQuery) (core.PatientPage, error)
}

// CorrectionSubject is what a step of a history is sealed as; it does not name
// the record's patient, so that moving the record only wraps its key anew.
func CorrectionSubject(id string) string { return "correction/" + id }

// DraftSubject is what a draft is sealed as; like CorrectionSubject.
func DraftSubject(id string) string { return "draft/" + id }

func reviewSubject(id string) string     { return "review/" + id }
func resolutionSubject(id string) string { return "resolution/" + id }
