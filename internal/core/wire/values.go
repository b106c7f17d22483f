package wire

import (
	"strconv"

	"clinician/internal/core"
)

// PathRecordValues lists the values found in a record; query: kind, status.
func PathRecordValues(recordID string) string { return PathRecord(recordID) + "values/" }

// PathValueReview is a clinician's word on a value: POST says it, DELETE takes it back.
func PathValueReview(recordID, valueID string) string {
	return PathRecordValues(recordID) + valueID + "/review/"
}

// PathRecordText is a page's corrected text: GET the history, PUT a correction,
// DELETE takes the last one back.
func PathRecordText(recordID string, page int) string {
	return PathRecord(recordID) + "text/" + strconv.Itoa(page) + "/"
}

// PathRecordTextDraft is what the caller typed over a page and has not stored:
// PUT keeps it, DELETE throws it away. PageText has it.
func PathRecordTextDraft(recordID string, page int) string {
	return PathRecordText(recordID, page) + "draft/"
}

// PathPatientCheck says whether a record belongs to its patient.
func PathPatientCheck(recordID string) string { return PathRecord(recordID) + "patient-check/" }

// PathPatientCheckResolve takes a person's decision that it does (POST).
func PathPatientCheckResolve(recordID string) string { return PathPatientCheck(recordID) + "resolve/" }

// PathJobRetry tries an ended job again (POST, body Analyze).
func PathJobRetry(id string) string { return PathJob(id) + "retry/" }

// StatusUnverified selects values nobody has reviewed, beside the words of
// core.ReviewStatus.
const StatusUnverified = "unverified"

// ValueFilter selects values; empty fields do not restrict.
type ValueFilter struct {
	Kind   core.ValueKind
	Status string // StatusUnverified or a core.ReviewStatus
}

// Values answers PathRecordValues. Counts are of all values, whatever the filter.
type Values struct {
	RecordID     string                `json:"file_id"`
	JobID        string                `json:"job_id"` // "" when the record was never read
	PatientID    int64                 `json:"patient_id"`
	PatientCheck core.PatientCheck     `json:"patient_check"`
	Analyzed     bool                  `json:"analyzed"`
	Message      string                `json:"message,omitempty"` // why there are none, or what to know about them
	Count        int                   `json:"count"`             // of Results
	Total        int                   `json:"total"`
	Unverified   int                   `json:"unverified"`
	Results      []core.Value          `json:"results"`
	Orphaned     []core.OrphanedReview `json:"orphaned"` // reviews of values that read differently now
	TypeName     string                `json:"type_suggestion"`
	DocumentDate core.Date             `json:"document_date_suggestion"`
	RulesVersion string                `json:"rules_version"`
}

// Review is the body of PathValueReview.
type Review struct {
	Status core.ReviewStatus `json:"status"`
	Value  string            `json:"value,omitempty"`  // corrected: what is really printed
	Unit   string            `json:"unit,omitempty"`   // corrected: the unit, when that was wrong
	Reason string            `json:"reason,omitempty"` // rejected: why
}

// CorrectText is the body of PathRecordText: the whole page, or ranges of its words.
type CorrectText struct {
	Text   *string         `json:"text,omitempty"`
	Edits  []core.TextEdit `json:"edits,omitempty"`
	JobID  string          `json:"job_id,omitempty"` // whose words the edits count; "" the newest completed job
	Reason string          `json:"reason,omitempty"`
}

// PageText answers PathRecordText.
type PageText struct {
	RecordID      string            `json:"file_id"`
	JobID         string            `json:"job_id"`
	PatientID     int64             `json:"patient_id"`
	Page          int               `json:"page"`
	EngineText    string            `json:"text"`
	CorrectedText *string           `json:"corrected_text"`  // nil: nothing is corrected
	Correction    *core.Correction  `json:"correction"`      // the one in force, without texts
	History       []core.Correction `json:"history"`         // oldest first
	Draft         *core.TextDraft   `json:"draft,omitempty"` // what the caller typed and has not stored
}

// KeepDraft is the body of PathRecordTextDraft.
type KeepDraft struct {
	Text *string `json:"text"`
	Line int     `json:"line"`
	// Steps is len(PageText.History) as it was when typing began.
	Steps int `json:"steps"`
}

// ResolveCheck is the body of PathPatientCheckResolve.
type ResolveCheck struct {
	Reason string `json:"reason"`
}
