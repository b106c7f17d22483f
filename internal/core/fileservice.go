package core

import (
	"context"
	"io"
	"time"
)

// FileService is another service that keeps the content of records, for several
// programs at once, and asks for itself who may: file-service of the portal. What is
// said of a record is ours; its id is the service's.
//
// Errors are those of a person's act: CodeUnauthenticated when the person's token has
// expired, CodeForbidden when the service does not let this person, and IsUnanswered
// ones, after which nobody knows whether it was done.
type FileService interface {
	Ping(ctx context.Context) error
	// KeepFile stores content, of n.Size bytes, in a patient's chart. CodeForbidden when
	// the service does not see the patient as by's; CodeConflict when it does not take
	// these bytes, for it has them already, in whosever chart; CodeTooLarge.
	KeepFile(ctx context.Context, by Acting, n NewFile, content io.Reader) (KeptFile, error)
	// OpenFile gives the content from its start; the caller closes it. It may end early
	// without an error: compare size and hash. CodeForbidden when the service has not
	// released it to by: those it has are who uploaded it and the patient.
	OpenFile(ctx context.Context, by Acting, id string) (io.ReadCloser, error)
	// DeleteFile removes content and all that the service keeps of the record. One that
	// is not there is CodeNotFound or no error. CodeForbidden when the service takes by
	// for somebody who did not upload it.
	DeleteFile(ctx context.Context, by Acting, id string) error
}

// NewFile describes a file to be kept.
type NewFile struct {
	PatientID int64
	TypeID    int64 // medical record type
	Name      string
	MIME      string
	Size      int64
}

// KeptFile is what the service says of a file that it took.
type KeptFile struct {
	ID         string // of file and record
	UploadedAt time.Time
}

// RecordSource is what another service knows of records that are kept there:
// database-service of the portal.
type RecordSource interface {
	// SourceRecords lists the records of a patient, whatever number of pages that takes.
	SourceRecords(ctx context.Context, patientID int64) ([]SourceRecord, error)
	// SourceRecord gives one; CodeNotFound when it is not there.
	SourceRecord(ctx context.Context, id string) (SourceRecord, error)
	// NewestRecords gives the records that came in last of all, whosever they are, the
	// newest first; some hundred.
	NewestRecords(ctx context.Context) ([]SourceRecord, error)
	// JudgedRecord gives the record that file-service looks at when it is asked to delete
	// another one: it searches with a filter that does not exist, and takes the first of
	// all records there are.
	JudgedRecord(ctx context.Context, id string) (SourceRecord, error)
}

// SourceRecord is a record as another service knows it.
type SourceRecord struct {
	ID         string
	PatientID  int64
	TypeID     int64
	UploadedBy int64 // 0: not known
	UploadedAt time.Time
	Filename   string
	MIME       string
	Size       int64
	SHA256     string
}
