package clinicianapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

const (
	maxFrame     = 1 << 20
	watchTimeout = 10 * time.Second // for handshake and authentication
	lastWords    = 2 * time.Second  // for what may still come after the end is known
)

// WatchJob follows a job over the WebSocket. It does no IO itself; the first
// Next connects. Next reconnects after a lost connection, with growing waits,
// and then starts with a fresh status frame; it gives CodeUnavailable once for
// each connection that was lost or refused and may be called again. Other
// errors are final. io.EOF comes after job_complete, job_error, or a final
// status that none of them follows.
func (c *Client) WatchJob(ctx context.Context, jobID string) (core.JobWatch, error) {
	w, err := c.WatchFrames(ctx, jobID)
	if err != nil {
		return nil, err
	}
	return &events{Frames: w, job: core.Job{ID: jobID}}, nil
}

// events tells a job's frames as events.
type events struct {
	*Frames
	job  core.Job       // as it stood last
	last *core.JobEvent // the ending, of which another frame may say more
}

// Next skips what says nothing of the job. The status and the frame that tell of an
// ending are one event, which is the last.
func (w *events) Next(ctx context.Context) (core.JobEvent, error) {
	for {
		f, err := w.Frames.Next(ctx)
		if err == io.EOF && w.last != nil {
			ev := *w.last
			w.last = nil
			return ev, nil
		}
		if err != nil {
			return core.JobEvent{}, err
		}
		ev, ok := f.Event(w.job)
		if !ok {
			continue
		}
		if w.job = ev.Job; ev.Final() {
			w.last = &ev
			continue
		}
		return ev, nil
	}
}

// WatchFrames is WatchJob that gives the protocol's own frames, for programs that
// pass them on.
func (c *Client) WatchFrames(_ context.Context, jobID string) (*Frames, error) {
	if err := checkID("job", jobID); err != nil {
		return nil, err
	}
	w := &Frames{c: c, jobID: jobID}
	w.life, w.end = context.WithCancel(c.life)
	return w, nil
}

// Frames is one job's stream. Next is called by one goroutine at a time; Close
// by any.
type Frames struct {
	c     *Client
	jobID string
	life  context.Context
	end   context.CancelFunc

	mu   sync.Mutex // guards link, which Close may take away at any time
	link *link

	seq      int64 // of the newest frame that was given out
	attempts int   // connections tried since the last status
	told     bool  // CodeUnavailable was given for the present outage
	ending   bool  // the status is final; only job_complete or job_error may follow
	over     error // what every further Next gives
}

// Next gives the next frame; see WatchJob.
func (w *Frames) Next(ctx context.Context) (wire.Frame, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.life, cancel)()
	for {
		if w.over != nil {
			return wire.Frame{}, w.over
		}
		if w.life.Err() != nil {
			w.finish(io.EOF)
			continue
		}
		if w.ending {
			f, ok := w.epilogue(ctx)
			w.finish(io.EOF)
			if ok {
				return f, nil
			}
			continue
		}
		f, err := w.step(ctx)
		switch {
		case err == nil:
			w.note(f)
			return f, nil
		case w.life.Err() != nil:
			w.finish(io.EOF)
		case ctx.Err() != nil:
			w.drop()
			return wire.Frame{}, w.c.failed(ctx, ctx.Err())
		case core.CodeOf(err) != core.CodeUnavailable && core.CodeOf(err) != core.CodeRateLimited:
			w.finish(withoutEOF(err))
		default: // a lost connection, or a server that is too busy for now
			w.drop()
			if !w.told {
				w.told = true
				return wire.Frame{}, withoutEOF(err)
			}
		}
	}
}

// withoutEOF hides an io.EOF that only says that a connection broke: to
// callers of Next it means that the job has ended.
func withoutEOF(err error) error {
	var e *core.Error
	if errors.Is(err, io.EOF) && errors.As(err, &e) {
		return e.WithCause(errors.New(e.Cause.Error()))
	}
	return err
}

// Close ends the stream; a Next under way gives io.EOF.
// Close ends the stream; it may be called more than once.
func (w *Frames) Close() error {
	w.end()
	w.drop()
	return nil
}

// finish ends the stream for good.
func (w *Frames) finish(err error) {
	w.over = err
	w.drop()
	w.end()
}

func (w *Frames) drop() {
	w.mu.Lock()
	l := w.link
	w.link = nil
	w.mu.Unlock()
	if l != nil {
		l.close()
	}
}

// current gives the live link, connecting first if there is none.
func (w *Frames) current(ctx context.Context) (*link, error) {
	w.mu.Lock()
	l := w.link
	w.mu.Unlock()
	if l != nil {
		return l, nil
	}
	if w.attempts++; w.attempts > 1 {
		if err := w.c.opt.Sleep(ctx, w.c.opt.Backoff(w.attempts-1)); err != nil {
			return nil, err
		}
	}
	l, err := w.connect(ctx)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.life.Err() != nil { // closed meanwhile
		l.close()
		return nil, w.life.Err()
	}
	w.link = l
	return l, nil
}

// step connects if need be and gives the next frame that says something new.
func (w *Frames) step(ctx context.Context) (wire.Frame, error) {
	l, err := w.current(ctx)
	if err != nil {
		return wire.Frame{}, err
	}
	for {
		f, err := w.read(ctx, l, w.c.opt.PingEvery*5/2)
		if err != nil {
			return wire.Frame{}, err
		}
		switch f.Type {
		case wire.FrameStatus:
			w.attempts, w.told, w.seq = 0, false, max(w.seq, f.Seq)
			return f, nil
		case wire.FrameProgress:
			if f.Seq != 0 && f.Seq <= w.seq {
				continue // a replay of what was shown before the connection broke
			}
			w.seq = max(w.seq, f.Seq)
			return f, nil
		case wire.FrameComplete, wire.FrameError:
			return f, nil
		case wire.FrameProtocol:
			return wire.Frame{}, w.complaint(ctx, l, f.Message)
		}
	}
}

// complaint makes an error of an "error" frame. Its text is for people; where
// it does not tell, the code the connection is closed with does.
func (w *Frames) complaint(ctx context.Context, l *link, message string) error {
	err := w.c.protocolError(message)
	if core.CodeOf(err) == core.CodeUnavailable {
		if _, closed := w.read(ctx, l, lastWords); core.CodeOf(closed) == core.CodeNotFound {
			return closed
		}
	}
	return err
}

// read gives the next frame of any type. A connection that is silent for
// longer than patience is lost: the heartbeat's pongs come more often.
func (w *Frames) read(ctx context.Context, l *link, patience time.Duration) (wire.Frame, error) {
	one, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	typ, data, err := l.conn.Read(one)
	if err != nil {
		return wire.Frame{}, w.c.closed(ctx, err)
	}
	var f wire.Frame
	if typ != websocket.MessageText || json.Unmarshal(data, &f) != nil {
		return wire.Frame{}, core.Errorf(core.CodeInternal, "The server's progress message could not be read. Check that server and client have matching versions.")
	}
	return f, nil
}

// closed says what the end of a connection means.
func (c *Client) closed(ctx context.Context, err error) error {
	var ce websocket.CloseError
	if errors.As(err, &ce) {
		switch ce.Code {
		case wire.CloseUnauthenticated:
			// The token ran out while we watched. The next connection brings a new
			// one, or finds out that the session is over.
			return core.Errorf(core.CodeUnavailable, "The server at %s asks who you are again.", c.base.Host).WithCause(err)
		case wire.CloseNotFound:
			return core.Errorf(core.CodeNotFound, "There is no such job, or it is not yours to see.").WithCause(err)
		}
	}
	if ctx.Err() != nil {
		return c.failed(ctx, ctx.Err())
	}
	return core.Errorf(core.CodeUnavailable, "The connection to the server at %s was lost. The job goes on without it.", c.base.Host).WithCause(err)
}

// protocolError makes an error of an "error" frame, which has no code.
func (c *Client) protocolError(message string) error {
	message = tidy(message)
	m := strings.ToLower(message)
	switch {
	case strings.Contains(m, "not found"):
		return core.Errorf(core.CodeNotFound, "%s", message)
	case strings.Contains(m, "denied"), strings.Contains(m, "not authorized"), strings.Contains(m, "not assigned"):
		return core.Errorf(core.CodeForbidden, "%s", message)
	case strings.Contains(m, "authentication"):
		return errSessionOver()
	}
	return core.Errorf(core.CodeUnavailable, "The server at %s could not report on the job.", c.base.Host).
		WithCause(errors.New(message))
}

// note ends the stream when f says that the job has ended.
func (w *Frames) note(f wire.Frame) {
	switch {
	case f.Type == wire.FrameComplete, f.Type == wire.FrameError,
		f.Type == wire.FrameStatus && f.Status == string(core.JobCancelled):
		w.finish(io.EOF)
	case f.Type == wire.FrameStatus && core.JobStatus(f.Status).Final():
		w.ending = true
	}
}

// epilogue gives the frame that says how a job ended whose final status has
// come already, if the server sends one.
func (w *Frames) epilogue(ctx context.Context) (wire.Frame, bool) {
	w.mu.Lock()
	l := w.link
	w.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, lastWords)
	defer cancel()
	for l != nil {
		f, err := w.read(ctx, l, lastWords)
		if err != nil {
			return wire.Frame{}, false
		}
		if f.Type == wire.FrameComplete || f.Type == wire.FrameError {
			return f, true
		}
	}
	return wire.Frame{}, false
}
