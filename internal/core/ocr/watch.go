package ocr

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"clinician/internal/core"
)

// lookAgain is how often a watcher looks into the store, in case the bus lost
// an event.
const lookAgain = 3 * time.Second

// Watch follows a job. The caller closes the stream.
func (s *Service) Watch(ctx context.Context, id string) (core.JobWatch, error) {
	// Subscribe first: what happens between here and the snapshot is not lost.
	sub, err := s.o.Bus.Subscribe(ctx, id)
	if err != nil {
		s.log.WarnContext(ctx, "job is watched without the bus", "job_id", id, "err", err)
		sub = nil
	}
	j, err := s.o.Store.Job(ctx, id)
	if err != nil {
		if sub != nil {
			sub.Close()
		}
		return nil, err
	}
	w := &watch{s: s, id: id, sub: sub, snapshot: &j}
	w.life, w.end = context.WithCancel(context.Background())
	return w, nil
}

// watch implements core.JobWatch: the bus for speed, the store for certainty.
type watch struct {
	s        *Service
	id       string
	sub      core.JobWatch // nil when the bus did not answer
	deaf     bool          // the bus has nothing more to say
	snapshot *core.Job     // to be given first
	seq      int64
	ended    bool

	life context.Context
	end  context.CancelFunc
	once sync.Once
}

func (w *watch) Next(ctx context.Context) (core.JobEvent, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.life, cancel)()
	for {
		if w.ended {
			return core.JobEvent{}, io.EOF
		}
		if w.life.Err() != nil {
			return core.JobEvent{}, core.Errorf(core.CodeCanceled, "The stream was closed.")
		}
		if w.snapshot != nil {
			ev := w.event(*w.snapshot)
			w.snapshot = nil
			return w.give(ev), nil
		}
		ev, err := w.wait(ctx)
		if err == nil && (ev.Job.Seq > w.seq || ev.Final()) {
			return w.give(ev), nil
		}
		if w.life.Err() == nil && ctx.Err() != nil {
			return core.JobEvent{}, ctx.Err()
		}
		if err == nil || w.life.Err() != nil {
			continue
		}
		j, err := w.s.o.Store.Job(ctx, w.id)
		if err != nil {
			return core.JobEvent{}, err
		}
		if j.Seq > w.seq || j.Status.Final() {
			return w.give(w.event(j)), nil
		}
	}
}

// wait gives the next event of the bus, or an error when it is time to look
// into the store.
func (w *watch) wait(ctx context.Context) (core.JobEvent, error) {
	ctx, cancel := context.WithTimeout(ctx, lookAgain)
	defer cancel()
	if w.sub != nil && !w.deaf {
		ev, err := w.sub.Next(ctx)
		if err == nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			return ev, err
		}
		w.deaf = true // go on by looking, at once when the bus says it was the end
		if errors.Is(err, io.EOF) {
			return core.JobEvent{}, err
		}
	}
	<-ctx.Done()
	return core.JobEvent{}, ctx.Err()
}

func (w *watch) give(ev core.JobEvent) core.JobEvent {
	w.seq, w.ended = ev.Job.Seq, ev.Final()
	return ev
}

// event makes an event of a stored state.
func (w *watch) event(j core.Job) core.JobEvent {
	stage := "queued"
	switch {
	case j.Status.Final():
		stage = string(j.Status)
	case j.Status == core.JobProcessing && j.Pages > 0:
		stage = "reading"
	case j.Status == core.JobProcessing:
		stage = "opening"
	}
	return core.JobEvent{Job: j, Stage: stage, At: w.s.o.Clock()}
}

func (w *watch) Close() error {
	w.once.Do(func() {
		w.end()
		if w.sub != nil {
			w.sub.Close()
		}
	})
	return nil
}
