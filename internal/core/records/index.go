package records

import (
	"context"
	"time"

	"clinician/internal/core"
)

// NewRow is a record about to be stored.
type NewRow struct {
	core.NewRecord
	ID         string
	Size       int64
	SHA256     string
	MIME       string
	Wrapped    []byte // content key under the patient's key; empty, not nil: another service keeps the content
	UploadedAt time.Time
	PartOf     string // the record it is split from
	TakenOver  bool   // another program made it a record: nothing of it is refused
	UploadID   string // the upload that is complete with it: CodeConflict when that is so already, or gone
}

// Move says where a record goes and how what is sealed for its patient is made
// to open for the other one. The functions are called within a transaction and
// must not write to the index.
type Move struct {
	core.RecordMove
	TombstoneID string
	// RewrapKey gives the content key for the new patient.
	RewrapKey func(ctx context.Context, from int64, wrapped []byte) ([]byte, error)
	// RewrapBytes gives bytes sealed as subject for the new patient.
	RewrapBytes func(ctx context.Context, from int64, subject string, sealed []byte) ([]byte, error)
}

// Stored is what must be true of a live record's content.
type Stored struct {
	ID        string
	PatientID int64
	Wrapped   []byte
	Size      int64
	SHA256    string
}

// Location leads to the content of a live record.
type Location struct {
	PatientID int64
	Wrapped   []byte // empty: the content is with core.FileService
}

// elsewhere reports whether another service keeps the content.
func (l Location) elsewhere() bool { return len(l.Wrapped) == 0 }

// Index keeps the rows. Records that were deleted do not exist for it, other
// than as ids that are not used again. Records it gives are whole: nothing is left
// to be filled in.
type Index interface {
	UploadIndex
	// MayInsert gives the error that InsertRecord would for this patient and type.
	MayInsert(ctx context.Context, patientID, typeID int64) error
	// InsertRecord stores row and ev in one transaction. It sets DuplicateOf to
	// the oldest live record of the same patient with the same SHA-256.
	// CodeNotFound for an unknown patient, CodeInvalid with
	// Fields["medical_record_type_id"] for an unknown or inactive type.
	InsertRecord(ctx context.Context, row NewRow, ev core.AuditEvent) (core.Record, error)
	Record(ctx context.Context, id string) (core.Record, error)
	// RecordsByPatient gives the newest upload first.
	RecordsByPatient(ctx context.Context, patientID int64) ([]core.Record, error)
	RecordLocation(ctx context.Context, id string) (Location, error)
	// DeleteRecord turns the row into a tombstone without key and names, removes
	// the record's OCR jobs and results, and stores ev, in one transaction.
	DeleteRecord(ctx context.Context, id string, ev core.AuditEvent) error
	// KeptElsewhere gives the ids of all records a patient ever had here, and which of
	// them are live with their content kept by another service.
	KeptElsewhere(ctx context.Context, patientID int64) (map[string]bool, error)
	// LiveRecords says which of the ids belong to live records.
	LiveRecords(ctx context.Context, ids []string) (map[string]bool, error)
	// AllRecords calls f for each live record, by id.
	AllRecords(ctx context.Context, f func(Stored) error) error
	// AllPieces calls f for each piece of an upload, by the name of its blob.
	AllPieces(ctx context.Context, f func(patientID int64, p Piece) error) error
	// SampleRecords gives some live records whose content is in the vault, of the oldest
	// and of the newest; it costs the same however many there are.
	SampleRecords(ctx context.Context, limit int) ([]Stored, error)

	// See core.RecordContents for what these do.
	MoveRecord(ctx context.Context, id string, m Move, ev core.AuditEvent) (tombstone core.Record, err error)
	SplitRecord(ctx context.Context, id, reason string, rows []NewRow, ev core.AuditEvent) (original core.Record, made []core.Record, err error)
}
