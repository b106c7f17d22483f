package tui

import (
	"context"

	"clinician/internal/core"
)

// sending is a file on its way to the server. What happens when the connection is
// lost is the backend's affair; here it is only told.
type sending struct {
	backend  core.Documents
	progress func(sent, total int64)
	again    func(attempt int) // the link broke; it is tried again
	resumed  func(have int64)  // the server has so much of it from an earlier try; may be nil
}

// send sends the file at path, of most bytes at most.
func (s sending) send(ctx context.Context, path string, most int64, u core.NewDocument) (core.Record, error) {
	f, size, err := openRegular(path, most)
	if err != nil {
		return core.Record{}, err
	}
	defer f.Close() // only read
	u.Size, u.Content, u.Lost, u.Resumed = size, f, s.again, s.resumed
	s.progress(0, size)
	return s.backend.Upload(ctx, u, func(n int64) { s.progress(n, size) })
}
