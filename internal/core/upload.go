package core

import (
	"context"
	"io"
	"time"
)

// What bounds uploads in pieces.
const (
	MaxPieceBytes  = 8 << 20           // of one piece
	MaxUploads     = 32                // of one user, unfinished
	MaxUploadBytes = 10 * MaxFileBytes // in all of these together, as announced
	UploadLifetime = 24 * time.Hour    // after its last piece an unfinished upload is removed
)

// Upload is a file that comes in piece by piece. Its pieces are sealed as they
// come; it becomes a record when all are there.
type Upload struct {
	ID        string    `json:"upload_id"`
	PatientID int64     `json:"patient_id"`
	Filename  string    `json:"filename"`
	Size      int64     `json:"size"`
	SHA256    string    `json:"sha256"`   // as announced; "": not
	Offset    int64     `json:"offset"`   // so much is stored durably: the next piece begins here
	Complete  bool      `json:"complete"` // it is a record
	ExpiresAt time.Time `json:"expires_at"`
	RecordID  string    `json:"file_id,omitempty"` // once complete

	LeaveUnread bool `json:"-"` // as was said of the record, while it is not complete
}

// NewUpload announces a file.
type NewUpload struct {
	Record NewRecord // what the record will say; UploadedBy owns the upload
	Size   int64
	SHA256 string // hexadecimal, "" when not known: then it cannot be found again by its content
}

// Uploads takes files in pieces over links that break. An upload belongs to one
// user: for others, unknown and expired ones it is CodeNotFound. The general
// rules for ports apply.
type Uploads interface {
	// BeginUpload makes an upload. When the user has an unfinished one of the same
	// patient, size and hash, that one is taken up (found), with r's new word on
	// the record. CodeTooLarge over MaxFileBytes, CodeConflict over MaxUploads or
	// MaxUploadBytes.
	BeginUpload(ctx context.Context, n NewUpload, ev AuditEvent) (u Upload, found bool, err error)
	Upload(ctx context.Context, userID int64, id string) (Upload, error)
	// Uploads lists the user's unfinished ones, oldest first.
	Uploads(ctx context.Context, userID int64) ([]Upload, error)
	// AddPiece stores what content holds behind offset, all of it durably or
	// nothing. CodeConflict when offset is not the upload's; an empty piece adds
	// nothing. Content of a kind that is not accepted is refused with the first
	// piece.
	AddPiece(ctx context.Context, userID int64, id string, offset int64, content io.Reader) (Upload, error)
	// FinishUpload makes the record of one of by's uploads in one step with ev and gives the same record
	// when it is called again. CodeConflict while pieces are missing. Content that
	// cannot become a record (another hash than announced, a kind that is not
	// accepted) ends the upload.
	FinishUpload(ctx context.Context, by Acting, id string, ev AuditEvent) (Record, error)
	// AbandonUpload removes an unfinished upload; a complete one is CodeConflict.
	AbandonUpload(ctx context.Context, userID int64, id string, ev AuditEvent) error
}
