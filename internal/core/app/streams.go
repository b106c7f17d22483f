package app

import (
	"cmp"
	"context"
	"io"
	"sync"
	"time"

	"clinician/internal/core"
)

// Stream is one answer that takes its time to be given out: a download, a drawn
// page, a temporary view, the progress of a job. It ends when the right to it
// ends: the session is over (logout, logout everywhere, its time), the user is
// locked out, the patient is somebody else's, the record was moved, removed, or
// entered in error and not asked for as such.
//
// The right is asked for anew, of the store and never of memory, at two occasions:
// at once when an act in this process may have ended it, and by FollowStreams
// every few seconds, for what others did (the administrator's shell, another
// replica). Between them a chunk that is given out costs no question. A store
// that does not answer ends nothing. That a patient is not the caller's any more is
// recorded as the denial it is.
type Stream struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	leave  func()

	userID    int64
	sessionID string
	recordID  string
	allowed   func(context.Context) error
}

// Context ends with the stream; work for the answer is done under it.
func (st *Stream) Context() context.Context { return st.ctx }

// Err says why the right to the answer ended; nil while it has not, also when
// the caller has left.
func (st *Stream) Err() error {
	if e, ok := context.Cause(st.ctx).(streamEnded); ok {
		return e.error
	}
	return nil
}

// Close ends the stream in good order. It may be called more than once.
func (st *Stream) Close() {
	st.leave()
	st.cancel(nil)
}

// streamEnded tells the end of a right from a caller who left.
type streamEnded struct{ error }

func (e streamEnded) Unwrap() error { return e.error }

// guard fails a reader once the stream has ended.
func (st *Stream) guard(r io.ReadCloser) io.ReadCloser { return guardedReader{r, st} }

type guardedReader struct {
	io.ReadCloser
	st *Stream
}

func (g guardedReader) Read(p []byte) (int, error) {
	if g.st.ctx.Err() != nil {
		return 0, context.Cause(g.st.ctx)
	}
	return g.ReadCloser.Read(p)
}

// streams are those that are open now.
type streams struct {
	mu   sync.Mutex
	open map[*Stream]bool
}

// stream begins one about a record (or a job of it). allowed asks again for what
// lets the caller read it; the session is asked for as well. Its ctx ends with the
// stream. The caller closes it.
func (s *Session) stream(ctx context.Context, recordID string, allowed func(context.Context) error) *Stream {
	st := &Stream{userID: s.who.UserID, sessionID: s.who.SessionID, recordID: recordID}
	st.ctx, st.cancel = context.WithCancelCause(ctx)
	st.allowed = func(ctx context.Context) error {
		if _, _, err := s.Sessions.Active(ctx, s.who.SessionID, s.now()); err != nil {
			return err
		}
		return allowed(ctx)
	}
	st.leave = func() {
		s.streams.mu.Lock()
		defer s.streams.mu.Unlock()
		delete(s.streams.open, st)
	}
	s.streams.mu.Lock()
	defer s.streams.mu.Unlock()
	s.streams.open[st] = true
	return st
}

// inPlace gives a record as it is now; it is refused when it is gone, or in another chart.
func (s *Session) inPlace(ctx context.Context, r core.Record) (core.Record, error) {
	now, err := s.Records.Record(ctx, r.ID)
	switch {
	case core.IsNotFound(err):
		return now, errRecordNotFound
	case err == nil && now.PatientID != r.PatientID:
		return now, errMoved
	}
	return now, err
}

// contentStream begins a stream of the bytes of r, as they were allowed: in this
// patient's chart, and out of work only when all was asked for.
func (s *Session) contentStream(ctx context.Context, r core.Record, event string, all bool) *Stream {
	return s.stream(ctx, r.ID, func(ctx context.Context) error {
		now, err := s.inPlace(ctx, r)
		if err != nil {
			return err
		}
		ev := s.event(event, core.ActionRead)
		ev.RecordID = r.ID
		if _, err := s.allowPatient(ctx, now.PatientID, &ev, errRecordNotFound); err != nil {
			return err
		}
		return readable(now, all)
	})
}

// keptStream is contentStream for a document that is only kept open: nobody asks for
// anything, so that its end is no denial.
func (s *Session) keptStream(ctx context.Context, r core.Record, all bool) *Stream {
	return s.stream(ctx, r.ID, func(ctx context.Context) error {
		now, err := s.inPlace(ctx, r)
		switch {
		case err != nil:
			return err
		case now.Status != r.Status:
			return errMoved
		}
		clinicianID, err := s.clinicianID(ctx)
		if err != nil {
			return err
		}
		assigned, err := s.Assignments.IsAssigned(ctx, clinicianID, now.PatientID)
		if err == nil && !assigned {
			err = errRecordNotFound
		}
		return cmp.Or(err, readable(now, all))
	})
}

// streamCheck is how often FollowStreams asks: with the time the questions take,
// what another process did ends a stream within five seconds.
const streamCheck = 2 * time.Second

// FollowStreams checks all streams from time to time until ctx ends; nil ticks
// are streamCheck apart.
func (s *Service) FollowStreams(ctx context.Context, ticks <-chan time.Time) {
	if ticks == nil {
		t := time.NewTicker(streamCheck)
		defer t.Stop()
		ticks = t.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			s.CheckStreams(ctx)
		}
	}
}

// CheckStreams asks for every open stream whether it may go on, and ends those
// that may not, before it returns.
func (s *Service) CheckStreams(ctx context.Context) {
	s.checkStreams(ctx, func(*Stream) bool { return true })
}

// checkStreams does so for those that match, also when ctx has ended: what ended
// the right has been done.
func (s *Service) checkStreams(ctx context.Context, match func(*Stream) bool) {
	s.streams.mu.Lock()
	var list []*Stream
	for st := range s.streams.open {
		if match(st) {
			list = append(list, st)
		}
	}
	s.streams.mu.Unlock()
	for _, st := range list {
		if st.ctx.Err() != nil {
			continue
		}
		err := st.allowed(context.WithoutCancel(ctx))
		switch core.CodeOf(err) {
		case core.CodeUnauthenticated, core.CodeForbidden, core.CodeNotFound, core.CodeConflict:
			st.cancel(streamEnded{err})
			st.leave()
			s.log.InfoContext(ctx, "stream ended with the right to it", "user_id", st.userID, "record_id", st.recordID, "code", core.CodeOf(err))
		case "": // it may go on
		default:
			s.log.WarnContext(ctx, "stream not checked", "user_id", st.userID, "record_id", st.recordID, "err", err)
		}
	}
}

// recordChanged checks the streams of a record, whoever reads it.
func (s *Service) recordChanged(ctx context.Context, recordID string) {
	s.checkStreams(ctx, func(st *Stream) bool { return st.recordID == recordID })
}

// sessionsEnded checks the streams of a user.
func (s *Service) sessionsEnded(ctx context.Context, userID int64) {
	s.checkStreams(ctx, func(st *Stream) bool { return st.userID == userID })
}
