package wire

import (
	"context"
)

// PieceBytes is how much of a large file is sent and acknowledged at a time.
const PieceBytes = 1 << 20

// Progress is a stream of progress frames; one goroutine pulls.
type Progress interface {
	// Next waits for the next frame; io.EOF after the end of the job.
	Next(ctx context.Context) (Frame, error)
	// Close ends the stream; it may be called more than once.
	Close() error
}
