package page

import (
	"context"

	"clinician/internal/core"
)

// Sending is a file on its way to the server. What happens when the connection is
// lost is the backend's affair; here it is only told.
type Sending struct {
	Backend  core.Documents
	Local    Local
	Progress func(sent, total int64)
	Again    func(attempt int) // the link broke; it is tried again
	Resumed  func(have int64)  // the server has so much of it from an earlier try; may be nil
}

// Send sends the file at path, of most bytes at most.
func (s Sending) Send(ctx context.Context, path string, most int64, u core.NewDocument) (core.Record, error) {
	f, size, err := s.Local.Open(path, most)
	if err != nil {
		return core.Record{}, err
	}
	defer f.Close() // only read
	u.Size, u.Content, u.Lost, u.Resumed = size, f, s.Again, s.Resumed
	s.Progress(0, size)
	return s.Backend.Upload(ctx, u, func(n int64) { s.Progress(n, size) })
}
