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
	Wrapped    []byte // content key under the patient's key
	UploadedAt time.Time
}

// Location leads to the content of a live record.
type Location struct {
	PatientID int64
	Wrapped   []byte
}

// Index keeps the rows. Records that were deleted do not exist for it, other
// than as ids that are not used again. It leaves core.Record.CanAnalyze alone.
type Index interface {
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
	// LiveRecords says which of the ids belong to live records.
	LiveRecords(ctx context.Context, ids []string) (map[string]bool, error)
}
