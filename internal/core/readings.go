package core

// AnalyzeOptions says how a record is to be read; empty fields take the default, or
// when a job is tried again what that job had.
type AnalyzeOptions struct {
	Language string   `json:"language,omitempty"`
	Priority Priority `json:"priority,omitempty"`
	ForceOCR *bool    `json:"force_ocr,omitempty"` // nil: no, and of a retry as before
}
