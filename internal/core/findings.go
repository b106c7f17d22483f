package core

import "context"

// StatusUnverified selects values nobody has reviewed, beside the words of
// core.ReviewStatus.
const StatusUnverified = "unverified"

// ValueFilter selects values; empty fields do not restrict.
type ValueFilter struct {
	Kind   ValueKind
	Status string // StatusUnverified or a ReviewStatus
}

// RecordValues is what the newest reading of a record found. Counts are of all values, whatever the filter.
type RecordValues struct {
	RecordID     string           `json:"file_id"`
	JobID        string           `json:"job_id"` // "" when the record was never read
	PatientID    int64            `json:"patient_id"`
	PatientCheck PatientCheck     `json:"patient_check"`
	Analyzed     bool             `json:"analyzed"`
	Message      string           `json:"message,omitempty"` // why there are none, or what to know about them
	Count        int              `json:"count"`             // of Results
	Total        int              `json:"total"`
	Unverified   int              `json:"unverified"`
	Results      []Value          `json:"results"`
	Orphaned     []OrphanedReview `json:"orphaned"` // reviews of values that read differently now
	TypeName     string           `json:"type_suggestion"`
	DocumentDate Date             `json:"document_date_suggestion"`
	RulesVersion string           `json:"rules_version"`
}

// ValueReview is what a clinician says of a value.
type ValueReview struct {
	// Version is Value.Version as they saw it; over HTTP it is If-Match. "" is
	// enough for a value that nobody else has reviewed.
	Version string `json:"-"`

	Status ReviewStatus `json:"status"`
	Value  string       `json:"value,omitempty"`  // corrected: what is really printed; verified: the same, as typed from the page, which a value with doubts needs
	Unit   string       `json:"unit,omitempty"`   // corrected: the unit, when that was wrong
	Reason string       `json:"reason,omitempty"` // rejected: why
}

// TextCorrection corrects the text of a page: the whole of it, or ranges of its words.
type TextCorrection struct {
	Text   *string    `json:"text,omitempty"`
	Edits  []TextEdit `json:"edits,omitempty"`
	JobID  string     `json:"job_id,omitempty"` // whose words the edits count; "" the newest completed job
	Reason string     `json:"reason,omitempty"`

	// Version is PageCorrections.Version as they saw it. "" is enough for a page that
	// nobody else has corrected.
	Version string `json:"-"`
}

// PageCorrections is the text of a page as the engine read it, with what people
// made of it.
type PageCorrections struct {
	RecordID      string       `json:"file_id"`
	JobID         string       `json:"job_id"`
	PatientID     int64        `json:"patient_id"`
	Page          int          `json:"page"`
	EngineText    string       `json:"text"`
	CorrectedText *string      `json:"corrected_text"`  // nil: nothing is corrected
	Correction    *Correction  `json:"correction"`      // the one in force, without texts
	History       []Correction `json:"history"`         // oldest first
	Draft         *TextDraft   `json:"draft,omitempty"` // what the caller typed and has not stored
	Version       string       `json:"version"`         // of the reading and its corrections; goes back with a change (If-Match)
}

// DraftText is what somebody has typed over the text of a page and not stored yet.
type DraftText struct {
	Text *string `json:"text"`
	Line int     `json:"line"`
	// Steps is len(PageCorrections.History) as it was when typing began.
	Steps int `json:"steps"`
}

// Values is what a person can do with what was found in records, and with their
// text; see Clinic.
type Values interface {
	// RecordValues lists what the newest reading of a record found, with reviews.
	RecordValues(ctx context.Context, recordID string, f ValueFilter) (RecordValues, error)
	// ReviewValue says that a value is verified, corrected or rejected; UndoReview
	// takes that back. Both answer the value as it is then. CodeConflict with
	// Error.Current when it is not of the version that the caller saw, or when no
	// version is given and somebody else has reviewed it.
	ReviewValue(ctx context.Context, recordID, valueID string, r ValueReview) (Value, error)
	UndoReview(ctx context.Context, recordID, valueID, version string) (Value, error)
	// PatientCheck says page by page whether a record belongs to its patient;
	// ResolveCheck decides that it does, CodeConflict when that was not in doubt.
	PatientCheck(ctx context.Context, recordID string) (DocumentCheck, error)
	ResolveCheck(ctx context.Context, recordID, version, reason string) (DocumentCheck, error)
	// PageText is a page's text with its corrections; CorrectText adds one,
	// UndoCorrection takes the last one back.
	PageText(ctx context.Context, recordID string, page int) (PageCorrections, error)
	CorrectText(ctx context.Context, recordID string, page int, c TextCorrection) (PageCorrections, error)
	UndoCorrection(ctx context.Context, recordID string, page int, version string) (PageCorrections, error)
	// KeepDraft keeps what was typed over a page and is not stored, so that it
	// outlives the program; PageText has it. DropDraft throws it away.
	KeepDraft(ctx context.Context, recordID string, page int, d DraftText) error
	DropDraft(ctx context.Context, recordID string, page int) error
}
