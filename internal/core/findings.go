package core

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
	Status ReviewStatus `json:"status"`
	Value  string       `json:"value,omitempty"`  // corrected: what is really printed
	Unit   string       `json:"unit,omitempty"`   // corrected: the unit, when that was wrong
	Reason string       `json:"reason,omitempty"` // rejected: why
}

// TextCorrection corrects the text of a page: the whole of it, or ranges of its words.
type TextCorrection struct {
	Text   *string    `json:"text,omitempty"`
	Edits  []TextEdit `json:"edits,omitempty"`
	JobID  string     `json:"job_id,omitempty"` // whose words the edits count; "" the newest completed job
	Reason string     `json:"reason,omitempty"`
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
}

// DraftText is what somebody has typed over the text of a page and not stored yet.
type DraftText struct {
	Text *string `json:"text"`
	Line int     `json:"line"`
	// Steps is len(PageCorrections.History) as it was when typing began.
	Steps int `json:"steps"`
}
