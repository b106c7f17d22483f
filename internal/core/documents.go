package core

import (
	"context"
	"io"
)

// Identifiers are two things that a person read from a patient's chart and typed, so
// that an act reaches the patient they mean. The server compares them; a front end
// passes on what was typed and never what it knows itself.
type Identifiers struct {
	FamilyName string `json:"family_name,omitempty"`
	BirthYear  int    `json:"birth_year,omitempty"`
	MRNEnding  string `json:"mrn_ending,omitempty"` // the last four of the MRN, for a patient whose year of birth is not recorded
}

// Given reports whether anything was typed.
func (i Identifiers) Given() bool { return i != Identifiers{} }

// Confirmation is what a person gives before an act that would harm the wrong patient.
type Confirmation struct {
	Version string `json:"-"` // Record.Version as they saw it; "" not said
	Reason  string `json:"reason"`
	Identifiers
}

// MoveRecord names the patient a record belongs to, by number and by identifiers
// read from that patient's chart.
type MoveRecord struct {
	PatientID int64 `json:"patient_id"`
	Confirmation
}

// SplitRecord says which pages of a bundle belong to whom.
type SplitRecord struct {
	Reason string      `json:"reason"`
	Parts  []SplitPart `json:"parts"`

	Version string `json:"-"` // Record.Version of the bundle as they saw it; "" not said
}

// UnlockRecord is what opens a protected record.
type UnlockRecord struct {
	Password string `json:"password"`

	Version string `json:"-"` // Record.Version as they saw it; "" not said
}

// SplitPart is one part. The identifiers are needed when the patient is not
// the one whose chart the bundle is in.
type SplitPart struct {
	Pages     []int `json:"pages"` // from 1
	PatientID int64 `json:"patient_id"`
	Identifiers
	Title        string `json:"title,omitempty"`                  // "" takes the type's name
	TypeID       int64  `json:"medical_record_type_id,omitempty"` // 0 takes the bundle's
	DocumentDate Date   `json:"document_date"`
}

// PartMade is a record that a split made. More of it is for those who may see
// its chart.
type PartMade struct {
	FileID    string `json:"file_id"`
	PatientID int64  `json:"patient_id"`
	Pages     []int  `json:"pages"`
}

// NewDocument is a file on its way into a patient's chart, as a client sends it.
type NewDocument struct {
	PatientID    int64
	TypeID       int64
	Title        string // "" takes the file name
	Filename     string
	DocumentDate Date
	Source       string   // organisation it came from
	ReceivedBy   string   // one of ReceivedBy(); "" is "upload"
	Tags         []string // without commas
	LeaveUnread  bool     // it is not read on arrival, whatever the server does
	Size         int64    // -1 when not known
	Content      io.Reader

	// Of content that is larger than PieceBytes and can seek, both may be nil:
	// Resumed is told how much the server had from an earlier try, Lost that the
	// connection was lost and attempt begins.
	Resumed func(have int64)
	Lost    func(attempt int)
}

// Documents is what a person can do with the records of their patients; see
// Clinic. A record of another's patient is CodeNotFound, like an unknown one. A
// legal hold, and a record that is out of use or moved already, are CodeConflict
// with a sentence for people.
type Documents interface {
	// PatientRecords lists the records of a patient, newest upload first; with all
	// also those entered in error and the tombstones of those moved away.
	PatientRecords(ctx context.Context, patientID int64, all bool) ([]Record, error)
	Record(ctx context.Context, id string) (Record, error)
	// UnreadRecords is one page of what the caller has not reviewed of all patients,
	// newest upload first; its Count is the dashboard's.
	UnreadRecords(ctx context.Context, q UnreadQuery) (UnreadPage, error)

	// Upload adds a document to a chart. progress, which may be nil, is called with
	// the bytes taken so far, from another goroutine than the caller's, and must be
	// quick. Once it returns without an error the record survives a crash.
	Upload(ctx context.Context, d NewDocument, progress func(sent int64)) (Record, error)
	// UnfinishedUploads lists the caller's uploads in pieces that are no records yet;
	// AbandonUpload removes one.
	UnfinishedUploads(ctx context.Context) ([]Upload, error)
	AbandonUpload(ctx context.Context, id string) error
	// Download writes the record's bytes to w, with progress like Upload. That of a
	// record entered in error is given with all only.
	Download(ctx context.Context, id string, all bool, w io.Writer, progress func(received int64)) error
	// PageImage draws a page, numbered from 1, as PNG at most maxWidth pixels wide;
	// 0 leaves the width to the server. all is as for Download.
	PageImage(ctx context.Context, id string, page, maxWidth int, all bool) (PageImage, error)

	// Whoever changes a record says which version of it they saw. CodeConflict, with
	// Error.Current, when it is another one: somebody changed the record meanwhile, and
	// nothing is done. "" does not say, and is not refused for that.

	// EditRecord changes what e holds.
	EditRecord(ctx context.Context, id string, e RecordEdit) (Record, error)
	// EnterInError takes a record out of use, RestoreRecord brings it back.
	// Identifiers that were given, here, below or to DeleteRecord, must be those of
	// the record's patient: else CodeForbidden, and nothing is done.
	EnterInError(ctx context.Context, id string, c Confirmation) (Record, error)
	RestoreRecord(ctx context.Context, id string, c Confirmation) (Record, error)
	// HoldRecord places a legal hold, ReleaseRecord takes it away again:
	// CodeForbidden when somebody else placed it.
	HoldRecord(ctx context.Context, id string, c Confirmation) (Record, error)
	ReleaseRecord(ctx context.Context, id string, c Confirmation) (Record, error)
	// ReviewRecord notes that the caller has reviewed the record, or takes that back.
	ReviewRecord(ctx context.Context, id, version string, reviewed bool) (Record, error)
	// VerifyRecord compares the content with what came in. Damage is part of the
	// answer, not an error.
	VerifyRecord(ctx context.Context, id string) (Integrity, error)
	// MoveRecord gives a misfiled record to the patient it belongs to and answers
	// the tombstone that stays; CodeForbidden when the identifiers do not fit.
	MoveRecord(ctx context.Context, id string, m MoveRecord) (Record, error)
	// SplitRecord makes a record of each part of a bundle, every page in one;
	// CodeForbidden when the identifiers of a part do not fit its patient.
	SplitRecord(ctx context.Context, id string, split SplitRecord) (SplitDone, error)
	// UnlockRecord makes a record of a PDF that is protected with a password: a copy
	// that opens without it, which can be read, searched and split. The protected one is
	// kept, entered in error, with a link to it. The password is kept nowhere.
	// CodeInvalid with Fields["password"] when it is not the document's, or it has none.
	UnlockRecord(ctx context.Context, id string, u UnlockRecord) (Unlocked, error)
	// DeleteRecord removes a record, its results and its content for good.
	DeleteRecord(ctx context.Context, id, version string, typed Identifiers) error
}

// MaxFilePassword is how many bytes the password of a document may have; a PDF takes 127
// (ISO 32000-2, 7.6.4.3.3).
const MaxFilePassword = 256

// Unlocked is what became of a record that was protected with a password.
type Unlocked struct {
	Record   Record `json:"record"`   // opens without a password
	Original Record `json:"original"` // entered in error
}

// SplitDone is what a split made.
type SplitDone struct {
	Original Record     `json:"original"` // entered in error, with links to its parts
	Parts    []PartMade `json:"parts"`
}
