package tui

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// sending is a file on its way to the server, over a link that may break.
type sending struct {
	backend  Backend
	began    time.Time
	progress func(sent, total int64)
	again    func(attempt int) // the link broke; it is tried again
	resumed  func(have int64)  // the server has so much of it from an earlier try; may be nil
	pause    func(attempt int) time.Duration
}

// sendTries is how often a file is sent before the user is asked.
const sendTries = 8

// sendPause waits longer and longer: two minutes in all.
func sendPause(attempt int) time.Duration { return min(time.Second<<attempt, 30*time.Second) }

// send sends a file. A large one goes in pieces, and after a broken link on from
// the last of them. A small one goes from its beginning again: the server takes
// it whole or not at all; but its answer may be what got lost, so the chart is
// looked at before a second try: nothing is stored twice.
func (s sending) send(ctx context.Context, path string, most int64, u core.NewDocument) (core.Record, error) {
	f, size, err := openRegular(path, most)
	if err != nil {
		return core.Record{}, err
	}
	defer f.Close() // only read
	u.Size, u.Content = size, f
	if size > wire.PieceBytes {
		u.Lost, u.Resumed = s.again, s.resumed
		s.progress(0, size)
		return s.backend.Upload(ctx, u, func(n int64) { s.progress(n, size) })
	}
	for attempt := 1; ; attempt++ {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return core.Record{}, fileError(err)
		}
		s.progress(0, size)
		out, err := s.backend.Upload(ctx, u, func(n int64) { s.progress(n, size) })
		if core.CodeOf(err) != core.CodeUnavailable || ctx.Err() != nil {
			return out, err
		}
		for looked := false; !looked; attempt++ {
			if attempt >= sendTries {
				return core.Record{}, core.Errorf(core.CodeUnavailable,
					"The connection was lost %d times, so the file was not sent. It is still where it was: send it again when the footer says connected.", attempt).WithCause(err)
			}
			s.again(attempt)
			select {
			case <-time.After(s.pause(attempt)):
			case <-ctx.Done():
				return core.Record{}, ctx.Err()
			}
			r, found, lookErr := s.stored(ctx, f, u)
			if found {
				s.progress(size, size)
				return r, nil
			}
			if lookErr != nil && core.CodeOf(lookErr) != core.CodeUnavailable {
				return core.Record{}, lookErr
			}
			looked = lookErr == nil
		}
	}
}

// stored looks for the file in the chart.
func (s sending) stored(ctx context.Context, f *os.File, u core.NewDocument) (core.Record, bool, error) {
	list, err := s.backend.PatientRecords(ctx, u.PatientID, false)
	if err != nil {
		return core.Record{}, false, err
	}
	sum := ""
	for _, r := range list {
		if r.Size != u.Size || r.Filename != u.Filename || r.UploadedAt.Before(s.began.Add(-time.Minute)) { // clocks differ
			continue
		}
		if sum == "" {
			if sum, err = digest(f); err != nil {
				return core.Record{}, false, err
			}
		}
		if r.SHA256 == sum && r.PatientID == u.PatientID {
			return r, true, nil
		}
	}
	return core.Record{}, false, nil
}

func digest(f *os.File) (string, error) {
	h := sha256.New()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", fileError(err)
	}
	if _, err := io.Copy(h, f); err != nil {
		return "", fileError(err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
