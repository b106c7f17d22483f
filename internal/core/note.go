package core

import (
	"context"
	"time"
)

// NoteStatus follows FHIR Composition.status.
type NoteStatus string

const (
	NoteFinal          NoteStatus = "final"
	NoteEnteredInError NoteStatus = "entered-in-error" // its text stays, and why it is wrong stands beside it
)

// Note is what a person wrote about a document. It is signed and never changed or
// removed: what is to be added is an addendum, what is wrong is entered in error. It
// belongs to the chart it was written in: when the document moves to another chart, the
// note stays with what is left of it in this one.
type Note struct {
	ID         string     `json:"id"`
	RecordID   string     `json:"file_id"`
	PatientID  int64      `json:"patient_id"`
	Number     int        `json:"number"`                // from 1, within the document
	AddendumTo string     `json:"addendum_to,omitempty"` // the note that this one adds to
	Text       string     `json:"text"`
	Author     int64      `json:"author"`
	AuthorName string     `json:"author_name"`
	AuthorRole Role       `json:"author_role"` // as it was when the note was written
	At         time.Time  `json:"at"`
	Status     NoteStatus `json:"status"`

	StatusReason string     `json:"status_reason,omitempty"` // why it was entered in error
	StatusBy     int64      `json:"status_by,omitempty"`
	StatusByName string     `json:"status_by_name,omitempty"`
	StatusAt     *time.Time `json:"status_at,omitempty"`

	Signature string `json:"signature"` // HMAC-SHA-256 over this note and the one before it
	Version   string `json:"version"`   // goes back when it is entered in error (If-Match)
}

// Versioned gives n with its version.
func (n Note) Versioned() Note {
	n.Version = VersionOf(n.ID, n.Status, n.StatusReason)
	return n
}

// ETag gives the version of a note, as HTTP calls it.
func (n Note) ETag() string { return n.Version }

// NewNote is a note that somebody writes.
type NewNote struct {
	Text       string `json:"text"`
	AddendumTo string `json:"addendum_to,omitempty"` // the id of a note on the same document
}

// RecordNotes is all that was written about a document, oldest first.
type RecordNotes struct {
	RecordID  string    `json:"file_id"`
	PatientID int64     `json:"patient_id"`
	Count     int       `json:"count"`
	Results   []Note    `json:"results"`
	AsAt      time.Time `json:"as_at"`
}

// Notes is what a person can do with notes on documents; see Clinic. A document of
// another's patient is CodeNotFound, like an unknown one. What is left of a document that
// was moved to another chart (its tombstone) still has the notes that were written here;
// nothing is added to it.
type Notes interface {
	RecordNotes(ctx context.Context, recordID string) (RecordNotes, error)
	// AddNote signs a note or an addendum. CodeInvalid for an addendum to a note that the
	// document does not have.
	AddNote(ctx context.Context, recordID string, n NewNote) (Note, error)
	// NoteInError says that a note is wrong, and why. CodeConflict with Error.Current when
	// it was said before, or the version is not the one that is there.
	NoteInError(ctx context.Context, recordID, noteID, version, reason string) (Note, error)
}

// NoteStore keeps notes, sealed under the patient's key. It checks no policy.
type NoteStore interface {
	// NotesOf gives the notes on a record, oldest first. Notes that do not fit their
	// signatures are CodeInternal and give nothing.
	NotesOf(ctx context.Context, recordID string) ([]Note, error)
	// AddNote appends; n has text, author, role and what it adds to.
	AddNote(ctx context.Context, recordID string, n Note, ev AuditEvent) (Note, error)
	// NoteInError appends that a note is wrong; ev.Seen is the version that was seen.
	NoteInError(ctx context.Context, recordID, noteID, reason string, by Note, ev AuditEvent) (Note, error)
}
