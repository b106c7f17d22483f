package core

import (
	"context"
	"time"
)

// ValueStore keeps what documents say: the findings of every job, what clinicians
// said of single values, corrected text, and whose document it is. Everything
// that holds words is sealed under the patient's key. It checks no policy.
//
// Findings come into being with the end of a job (see Analysis) and go with
// the record.
type ValueStore interface {
	// Findings gives what was found in a job's pages, with the reviews of its
	// record. CodeNotFound when nothing is kept: the job did not complete, or
	// its analysis failed.
	Findings(ctx context.Context, jobID string) (DocumentValues, error)
	// Newest gives the findings of the record's newest completed job, and the
	// reviews whose values that reading does not have any more. CodeNotFound
	// when the record was never read; Analyzed is false when it was, but
	// nothing is kept of an analysis.
	Newest(ctx context.Context, recordID string) (DocumentValues, error)
	// ByPatient gives Newest of each analysed record of a patient, newest upload first.
	ByPatient(ctx context.Context, patientID int64, q ValueQuery) ([]DocumentValues, error)
	// ByRecords gives Newest of those of the records that were analysed, in no order.
	ByRecords(ctx context.Context, recordIDs []string, q ValueQuery) ([]DocumentValues, error)

	// Review stores a clinician's word on a value of the newest reading, in
	// place of an earlier one, which is kept as history. CodeNotFound when that
	// reading has no such value; CodeConflict with Error.Current when the value is
	// not of the version that was seen, or when none is given and somebody else
	// has reviewed it. Of several at once one is stored. CodeInvalid on "value"
	// when a value in doubt is verified without what is printed having been typed,
	// or what was typed is not what was read.
	Review(ctx context.Context, recordID, valueID string, r NewReview, ev AuditEvent) (Value, error)
	// UndoReview takes the word back that stood when the value was seen, with the
	// same conflicts; CodeNotFound when there is none. The value it was about is
	// given back without review.
	UndoReview(ctx context.Context, recordID, valueID, seen string, by int64, ev AuditEvent) (Value, error)

	// CorrectText puts a text over what the engine read on a page. Earlier
	// corrections stay as history.
	CorrectText(ctx context.Context, c NewCorrection, ev AuditEvent) (Correction, error)
	// UndoCorrection takes the page's last correction back, which stays as
	// history; CodeNotFound when there is none in force.
	UndoCorrection(ctx context.Context, recordID string, page int, by int64, ev AuditEvent) (Correction, error)
	// Corrections gives the history of a page, oldest first, or of all pages by
	// page for page 0. A history that does not fit its signatures is
	// CodeInternal and gives nothing.
	Corrections(ctx context.Context, recordID string, page int) ([]Correction, error)

	// KeepDraft keeps what a person typed over a page and did not store, in place
	// of what was kept before; ev is written when nothing was. It is seen by
	// nobody else and goes when they store a correction of the page. A draft that
	// comes late, after such a correction, is not kept.
	KeepDraft(ctx context.Context, d TextDraft, ev AuditEvent) error
	// Draft gives a person's draft of a page; CodeNotFound when there is none.
	Draft(ctx context.Context, recordID string, page int, by int64) (TextDraft, error)
	// DropDraft forgets a draft; one that is not there is no error.
	DropDraft(ctx context.Context, recordID string, page int, by int64) error

	// Check gives the verdict on each page of the newest reading.
	Check(ctx context.Context, recordID string) (DocumentCheck, error)
	// ResolveCheck notes that a person found the document to belong to this
	// patient. CodeConflict when nothing was to be decided.
	ResolveCheck(ctx context.Context, recordID string, by int64, reason string, ev AuditEvent) (DocumentCheck, error)
}

// ValueQuery selects values.
type ValueQuery struct {
	// Kind gives values of this kind only; "" any. Of documents without any, the rest of
	// what was found may then be missing.
	Kind ValueKind
	// Trusted leaves out records that must not feed trends and exports: those
	// whose patient is in doubt, entered in error or moved away.
	Trusted bool
}

// Analysis is what was found in the pages of a job, sealed, to be stored
// together with the job's end.
type Analysis struct {
	Sealed []byte // under FindingsSubject
	Check  PatientCheck
}

// FindingsSubject is what a job's findings are sealed as.
func FindingsSubject(jobID string) string { return "job/" + jobID + "/findings" }

// DocumentValues is what a reading of a record found, with reviews.
type DocumentValues struct {
	RecordID   string
	JobID      string
	PatientID  int64
	Check      PatientCheck
	UploadedAt time.Time
	Analyzed   bool // false: nothing is kept of an analysis of this reading
	InPart     bool // a page, or a part of one, was not read
	Findings
	Orphaned []OrphanedReview
}

// OrphanedReview is a review of a value that the newest reading does not have:
// its words are read differently now. It is never lost.
type OrphanedReview struct {
	Value Value `json:"value"` // as it was when it was reviewed, with the review
}

// NewReview is a word on a value, to be stored.
type NewReview struct {
	Review
	Typed string // verified: what a person typed from the page
	Seen  string // the version of the value that it was said of; "": not given
}

// NewCorrection is text a person puts over the engine's.
type NewCorrection struct {
	RecordID   string
	Page       int
	Text       string     // of the whole page
	Edits      []TextEdit // how it came about, when by ranges of words
	EngineText string     // what it corrects
	Reason     string
	By         int64
}

// TextDraft is what a person typed over a page's text and has not stored.
type TextDraft struct {
	RecordID string    `json:"file_id"`
	Page     int       `json:"page"`
	By       int64     `json:"-"`
	Text     string    `json:"text"`
	Line     int       `json:"line"`  // where they were, from 0
	Steps    int       `json:"steps"` // how many corrections the page had that it was typed over
	At       time.Time `json:"at"`    // given by KeepDraft
}

// TextEdit replaces the words From up to, but without, To of a page, counted
// from 0, by Text. From equal to To inserts; an empty Text removes.
type TextEdit struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Text string `json:"text"`
}

// Correction is one step in a page's history of corrections.
type Correction struct {
	ID         string     `json:"id"`
	Page       int        `json:"page"`
	Number     int        `json:"number"` // from 1, within the page
	Text       string     `json:"text"`   // what counts after this step; "" when Undoes took back the first
	Edits      []TextEdit `json:"edits,omitempty"`
	Undoes     int        `json:"undoes,omitempty"` // the number of the step this one takes back
	InForce    bool       `json:"in_force"`         // what the page says now comes from this step
	Reason     string     `json:"reason,omitempty"`
	By         int64      `json:"by"`
	ByName     string     `json:"by_name"`
	At         time.Time  `json:"at"`
	Stale      bool       `json:"stale"`     // the engine reads the page differently by now
	Signature  string     `json:"signature"` // HMAC-SHA-256 over this step and the one before it
	EngineText string     `json:"engine_text,omitempty"`
}

// DocumentCheck says whether a document belongs to its patient, and why.
type DocumentCheck struct {
	RecordID   string        `json:"file_id"`
	JobID      string        `json:"job_id"`
	PatientID  int64         `json:"patient_id"`
	Check      PatientCheck  `json:"patient_check"`
	Pages      []CheckedPage `json:"pages"`
	Resolution *Resolution   `json:"resolution"` // nil: none
	Version    string        `json:"version"`    // of the record; goes back with a decision (If-Match)
}

// Resolution is a person's decision that a document belongs where it is.
type Resolution struct {
	Reason string    `json:"reason"`
	By     int64     `json:"by"`
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`
}
