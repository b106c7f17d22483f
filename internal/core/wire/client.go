package wire

import (
	"context"
	"io"

	"clinician/internal/core"
)

// Upload is a file on its way into a patient's chart, as a client sends it.
type Upload struct {
	PatientID    int64
	TypeID       int64
	Title        string // "" takes the file name
	Filename     string
	DocumentDate core.Date
	Source       string   // organisation it came from
	ReceivedBy   string   // one of core.ReceivedBy(); "" is "upload"
	Tags         []string // without commas
	Size         int64    // -1 when not known
	Content      io.Reader

	// Of content that is larger than PieceBytes and can seek, both may be nil:
	// Resumed is told how much the server had from an earlier try, Lost that the
	// connection was lost and attempt begins.
	Resumed func(have int64)
	Lost    func(attempt int)
}

// PieceBytes is how much of a large file is sent and acknowledged at a time.
const PieceBytes = 1 << 20

// Progress is a stream of progress frames; one goroutine pulls.
type Progress interface {
	// Next waits for the next frame; io.EOF after the end of the job.
	Next(ctx context.Context) (Frame, error)
	// Close ends the stream; it may be called more than once.
	Close() error
}
