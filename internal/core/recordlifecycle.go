package core

import (
	"context"
	"time"
)

// RecordLifecycle is what happens to the row of a record after it came in; see
// RecordContents for what content and keys take part in. A legal hold beats
// everything that changes, hides, moves or removes a record: such a call is
// CodeConflict and its message says whom to ask. So is a call that does not fit
// the record's status. Where the event names a patient and the record is not in
// that chart (any more), it is CodeNotFound: between policy and change it may have
// been moved; where the event says what was seen, and it is not that any more, Unseen
// refuses. Reasons are stored with the record and stay out of the audit log.
type RecordLifecycle interface {
	// ListRecords gives a patient's records, newest upload first, and with
	// q.UserID says which of them that user has reviewed.
	ListRecords(ctx context.Context, q RecordQuery) ([]Record, error)
	// ReviewedAt gives when the user reviewed the record; nil: not yet.
	ReviewedAt(ctx context.Context, userID int64, recordID string) (*time.Time, error)
	// SetReviewed notes that the user has read the record, or with nil that not.
	SetReviewed(ctx context.Context, userID int64, recordID string, at *time.Time, ev AuditEvent) error
	// Unread counts the current records that the user has not reviewed, by
	// patient; patients without any are left out.
	Unread(ctx context.Context, userID int64, patients []int64) (map[int64]int, error)
	// UnreadOf counts what a clinician has not reviewed of all their patients.
	UnreadOf(ctx context.Context, clinicianID int64) (int, error)
	// UnreadIDs gives the ids of what UnreadOf counts, of some patients; patients without
	// any, and those who are not this clinician's, are left out.
	UnreadIDs(ctx context.Context, clinicianID int64, patients []int64) (map[int64][]string, error)
	// UnreadRecords lists what UnreadOf counts, newest upload first; a page costs as
	// much wherever it is. A cursor stays good when the records around it are
	// reviewed meanwhile.
	UnreadRecords(ctx context.Context, q UnreadQuery) (UnreadPage, error)

	// EditRecord changes a current record's metadata. CodeInvalid with
	// Fields["medical_record_type_id"] for an unknown or inactive type.
	EditRecord(ctx context.Context, id string, e RecordEdit, ev AuditEvent) (Record, error)
	// EnterInError hides a current record, RestoreRecord shows it again.
	EnterInError(ctx context.Context, id, reason string, ev AuditEvent) (Record, error)
	RestoreRecord(ctx context.Context, id, reason string, ev AuditEvent) (Record, error)
	// HoldRecord places a legal hold, ReleaseRecord takes it away.
	HoldRecord(ctx context.Context, id, reason string, ev AuditEvent) (Record, error)
	ReleaseRecord(ctx context.Context, id, reason string, ev AuditEvent) (Record, error)
}

// RecordContents are the acts on a record that its sealed content, or the keys
// that lead to it, take part in. What RecordLifecycle says of legal holds, status,
// charts and reasons is true of them too, and what Records says of the
// person on whose behalf they are done.
type RecordContents interface {
	// MoveRecord gives a current record, with what was read from it, to another
	// patient, in one step: keys are wrapped anew, derived values and reviews are
	// void, the clinicians of both patients are notified, ev is stored once for
	// each chart. Jobs that run start again where they are. What stays is a
	// tombstone with an id of its own, which is given back.
	MoveRecord(ctx context.Context, by Acting, id string, m RecordMove, ev AuditEvent) (tombstone Record, err error)
	// SplitRecord makes records of staged content, each in its patient's chart,
	// and enters the original in error, in one step. Whose parts fail are the
	// caller's to discard.
	SplitRecord(ctx context.Context, by Acting, id, reason string, parts []RecordPart, ev AuditEvent) (original Record, made []Record, err error)

	// VerifyRecord reads the whole content and compares it with what was stored
	// when it came in. Damage is part of the answer, not an error.
	VerifyRecord(ctx context.Context, by Acting, id string) (Integrity, error)
}

// Changeable refuses, as CodeConflict, what is under a legal hold, and says whom
// to ask.
func (r Record) Changeable() error {
	h := r.LegalHold
	if h == nil {
		return nil
	}
	who := "the privacy officer"
	if h.By != 0 && h.ByName != "" {
		who = h.ByName + ", who placed it, or the privacy officer"
	}
	return Errorf(CodeConflict, "This record is under a legal hold since %s, so it cannot be changed, moved or removed. Contact %s.",
		DateOf(h.At).Display(), who)
}

// RecordQuery selects records of a patient.
type RecordQuery struct {
	PatientID int64
	UserID    int64 // whose reviews to tell; 0: nobody's
	All       bool  // also those entered in error, and tombstones of those that were moved
}

// UnreadQuery asks for one page of what a clinician has not reviewed of all
// their patients.
type UnreadQuery struct {
	ClinicianID int64
	Limit       int    // 1..200; 0: 50
	Cursor      string // UnreadPage.Next of the page before

	// After is the id of a record of the clinician's patients, reviewed or not: what stands
	// behind it is asked for, or when that is nothing, the beginning without it. What is
	// not known, or another's by now, stands before all. Not with Cursor.
	After string
}

// UnreadRecord is a current record the user has not reviewed, and whose it is.
type UnreadRecord struct {
	Patient PatientSummary `json:"patient"`
	Record  Record         `json:"record"`
}

// UnreadPage is one page of unread records.
type UnreadPage struct {
	Count   int            `json:"count"` // all of them, on all pages
	Records []UnreadRecord `json:"results"`
	Next    string         `json:"next,omitempty"`
	Around  bool           `json:"around,omitempty"` // nothing stood behind UnreadQuery.After
	AsAt    time.Time      `json:"as_at"`
}

// RecordEdit changes what is not nil.
type RecordEdit struct {
	TypeID       *int64    `json:"medical_record_type_id,omitempty"`
	Title        *string   `json:"title,omitempty"`
	DocumentDate *Date     `json:"document_date,omitempty"` // zero takes it away: not known
	Source       *string   `json:"source,omitempty"`
	ReceivedBy   *string   `json:"received_by,omitempty"`
	Tags         *[]string `json:"tags,omitempty"`

	Version string `json:"-"` // Record.Version as the caller saw it; "" not said
}

// RecordMove says where a record goes.
type RecordMove struct {
	PatientID int64
	Reason    string
}

// RecordPart is a part of a record that is split, staged.
type RecordPart struct {
	Staged Staged
	Record NewRecord
}

// Integrity is the answer to: is the content what came in?
type Integrity struct {
	RecordID string    `json:"file_id"`
	OK       bool      `json:"ok"`
	SHA256   string    `json:"sha256"` // as stored when it came in
	Size     int64     `json:"size"`
	Problem  string    `json:"problem,omitempty"`
	At       time.Time `json:"checked_at"`
}

// ReceivedBy lists the ways a record may have come in.
func ReceivedBy() []string { return []string{"upload", "scan", "fax", "email", "post"} }

// PageExtractor is a PageSource that can copy pages into a document of the same
// kind. Pages are numbered from 1 and come in the order given.
type PageExtractor interface {
	Extract(ctx context.Context, pages []int) ([]byte, error)
}

// Splittable reports whether documents of a MIME type can be taken apart.
func Splittable(mime string) bool { return mime == MIMEPDF || mime == MIMETIFF }
