package core

import (
	"context"
	"time"
)

// TextQuery searches the text that was read from documents.
type TextQuery struct {
	PatientID int64  // 0: all patients of the clinician
	Text      string // words that must all be on a page; a phrase in quotes
	Limit     int    // pages with hits, 1..200; 0: 50
	Cursor    string // TextHits.Next of the page before
}

// TextHit is a page that has what was searched for.
type TextHit struct {
	PatientID    int64        `json:"patient_id"`
	PatientName  string       `json:"patient_name"` // DisplayName form
	PatientMRN   string       `json:"patient_mrn"`
	PatientBorn  Date         `json:"patient_date_of_birth"`
	NameAlert    string       `json:"name_alert,omitempty"` // as in PatientSummary, when several patients were searched
	RecordID     string       `json:"file_id"`
	JobID        string       `json:"job_id"`
	Title        string       `json:"title"`
	TypeName     string       `json:"record_type"`
	DocumentDate Date         `json:"document_date"`
	UploadedAt   time.Time    `json:"uploaded_at"`
	PatientCheck PatientCheck `json:"patient_check"`
	Page         int          `json:"page"`              // 0: found in a note
	NoteID       string       `json:"note_id,omitempty"` // found in this note on the document; "" in its text
	Corrected    bool         `json:"corrected"`         // found in a clinician's correction of the page
	Context      string       `json:"context"`           // one line around the first match
	Matches      []TextSpan   `json:"matches"`           // in Context
	Places       []TextPlace  `json:"places"`            // every match on the page, at most 50
	Count        int          `json:"count"`             // matches on the page
}

// TextSpan is a part of a text, in characters (not bytes) from its beginning.
type TextSpan struct {
	Start int `json:"start"`
	End   int `json:"end"` // behind the last
}

// TextPlace is where a match is on its page. Boxes are missing where the words
// of the page have no places (plain text) or the text was corrected.
type TextPlace struct {
	Word  int   `json:"word"`  // index of the first word in Page.Words; in the fields of Page.Text when the page has no words
	Words int   `json:"words"` // how many
	Boxes []Box `json:"boxes"`
}

// TextHits is one page of hits, newest document first.
type TextHits struct {
	Count     int       `json:"count"` // hits on this page
	Hits      []TextHit `json:"results"`
	Documents int       `json:"documents"` // documents looked through for this page
	Failed    int       `json:"failed"`    // of them, documents whose text could not be opened: tell the administrator
	Unread    int       `json:"unread"`    // of the same patients, documents without text to search (not analysed yet, or failed)
	InPart    int       `json:"in_part"`   // of the same patients, documents of which not all was read: the rest was not searched
	Total     int       `json:"total"`     // all current documents of those patients, on this page or not, read or not
	Next      string    `json:"next,omitempty"`
	AsAt      time.Time `json:"as_at"`
}

// ReadDocument is a live record that has been read: what a search goes through.
type ReadDocument struct {
	RecordID  string
	PatientID int64
	JobID     string // newest completed job
	Noted     bool   // somebody wrote a note on it
}

// Library says what there is in all the charts of a clinician together.
type Library interface {
	// CountJobs counts the jobs that q asks for, whatever its Limit.
	CountJobs(ctx context.Context, q JobQuery) (int, error)
	// ReadDocuments lists current records of the clinician's patients (or of one
	// of them, when patientID is not 0) that have a completed job, newest
	// document first, from behind the record after on ("" from the start).
	// CodeInvalid when after is not among them.
	ReadDocuments(ctx context.Context, clinicianID, patientID int64, after string, limit int) ([]ReadDocument, error)
	// Readable counts all current records, those that ReadDocuments leaves out, and
	// those of which the newest reading left something out.
	Readable(ctx context.Context, clinicianID, patientID int64) (Coverage, error)
	// DescribeDocuments fills in what a hit says of its record and patient; with
	// name alerts among the patients of clinicianID, unless that is 0.
	DescribeDocuments(ctx context.Context, clinicianID int64, recordIDs []string) (map[string]TextHit, error)
}

// PageText is the text of one page. Page opens the whole page with its words.
type PageText struct {
	Number int
	Text   string
	Page   func() (Page, error)
}

// TextReader opens what was read.
type TextReader interface {
	// ReadTexts calls f for each page of a completed job that has text, in order,
	// and stops with f's error. A job that is gone has no pages.
	ReadTexts(ctx context.Context, patientID int64, jobID string, f func(PageText) error) error
}
