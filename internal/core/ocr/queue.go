package ocr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"clinician/internal/core"
)

// errStopped is why a run ends when the service does.
var errStopped = errors.New("ocr: service stopped")

// Start puts back what this node was running when it last ended, and begins to
// work. It is called once. The end of ctx stops the work as Stop does.
func (s *Service) Start(ctx context.Context) error {
	n, err := s.o.Store.RequeueJobs(ctx, s.o.Node)
	if err != nil {
		return fmt.Errorf("put interrupted OCR jobs back: %w", err)
	}
	if n > 0 {
		s.log.WarnContext(ctx, "ocr jobs were interrupted and go on", "jobs", n)
	}
	work, stop := context.WithCancel(ctx)
	s.stop, s.done = stop, make(chan struct{})
	go s.dispatch(work)
	return nil
}

// Stop ends running jobs, which are put back to go on at the next start, and
// waits until nothing runs any more or ctx ends.
func (s *Service) Stop(ctx context.Context) error {
	if s.stop == nil {
		return nil
	}
	s.stop()
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wake makes the dispatcher look for work now.
func (s *Service) wake() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// dispatch claims jobs while there are free slots, until ctx ends.
func (s *Service) dispatch(ctx context.Context) {
	defer close(s.done)
	var runs sync.WaitGroup
	defer runs.Wait()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case s.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		now := s.o.Clock()
		claim, job, ok, err := s.o.Store.ClaimJob(ctx, s.o.Node, now, now.Add(leaseTime))
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "ocr queue cannot be read", "err", err)
		}
		if ok && err == nil {
			runs.Go(func() {
				defer func() { <-s.slots }()
				s.work(ctx, claim, job)
			})
			continue
		}
		<-s.slots
		if s.analyzeOne(ctx) {
			continue
		}
		select {
		case <-s.woken:
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// work runs one claimed job to its end, or gives it back when the service stops.
func (s *Service) work(stop context.Context, c Claim, j core.Job) {
	log := s.log.With("job_id", c.JobID, "attempt", c.Attempt)
	// The store is still written to after the service was told to stop.
	base := context.WithoutCancel(stop)
	ctx, end := context.WithCancelCause(base)
	defer end(nil)
	defer context.AfterFunc(stop, func() { end(errStopped) })()
	s.track(c.JobID, end)
	defer s.track(c.JobID, nil)
	var renewing sync.WaitGroup
	renewing.Go(func() { s.renew(ctx, c, end) })
	defer renewing.Wait()
	defer end(nil)

	r := &run{s: s, log: log, claim: c, asked: j, job: j, began: s.o.Clock()}
	var err error
	if c.Attempt > maxAttempts {
		err = core.Errorf(core.CodeInvalid, "Reading this document was broken off %d times. It will not be tried again by itself.", maxAttempts)
	} else {
		err = r.guarded(ctx)
	}
	switch {
	case errors.Is(context.Cause(ctx), errCancelled), core.CodeOf(err) == core.CodeConflict:
		log.InfoContext(base, "ocr job taken away")
	case errors.Is(context.Cause(ctx), errStopped), errors.Is(err, errPreempted):
		s.putBack(base, log, c)
	default:
		r.finish(base, err)
	}
}

// putBack gives a job back that goes on later, here or elsewhere.
func (s *Service) putBack(ctx context.Context, log *slog.Logger, c Claim) {
	err := s.o.Store.ReleaseJob(ctx, c)
	if core.CodeOf(err) == core.CodeConflict {
		return // cancelled, deleted or moved meanwhile
	}
	var j core.Job
	if err == nil {
		j, err = s.o.Store.Job(ctx, c.JobID)
	}
	if err != nil {
		log.WarnContext(ctx, "ocr job not put back; the next start does it", "err", err)
		return
	}
	log.InfoContext(ctx, "ocr job put back", "page", j.Page, "pages", j.Pages)
	s.publish(ctx, j, "queued", 0)
}

// track remembers how to end a running job; nil forgets it.
func (s *Service) track(id string, end context.CancelCauseFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if end == nil {
		delete(s.running, id)
	} else {
		s.running[id] = end
	}
}

// renew keeps the claim alive until ctx ends, and ends the run when it is lost:
// cancelled through another node, deleted, or taken over.
func (s *Service) renew(ctx context.Context, c Claim, end context.CancelCauseFunc) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		switch err := s.o.Store.RenewClaim(ctx, c, s.o.Clock().Add(leaseTime)); {
		case core.CodeOf(err) == core.CodeConflict:
			end(errCancelled)
			return
		case err != nil && ctx.Err() == nil:
			s.log.WarnContext(ctx, "ocr claim not renewed", "job_id", c.JobID, "err", err)
		}
	}
}
