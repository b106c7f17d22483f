package ocr

import (
	"context"
	"fmt"

	"clinician/internal/core"
)

// analyze looks for values in what was read; nil when there is nothing to look
// into, or it failed: a document that was read stays read.
func (r *run) analyze(ctx context.Context) *core.Analysis {
	r.mu.Lock()
	j := r.job
	r.mu.Unlock()
	if r.s.o.Analyze == nil || j.Pages > 0 && j.FailedPages == j.Pages {
		return nil
	}
	return r.s.analyze(ctx, j)
}

// analyze looks for values in the pages of a job.
func (s *Service) analyze(ctx context.Context, j core.Job) *core.Analysis {
	a, err := s.analyzed(ctx, j)
	if err != nil {
		s.log.ErrorContext(ctx, "values not looked for", "job_id", j.ID, "err", err)
		return nil
	}
	return &a
}

func (s *Service) analyzed(ctx context.Context, j core.Job) (a core.Analysis, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	sealed, err := s.o.Store.SealedPages(ctx, j.ID, 0)
	if err != nil {
		return core.Analysis{}, err
	}
	pages := make([]core.Page, len(sealed))
	for i, sp := range sealed {
		if pages[i], err = s.unseal(ctx, j, sp); err != nil {
			return core.Analysis{}, err
		}
	}
	return s.o.Analyze(ctx, j, pages)
}

// analyzeOne looks for values in a completed job that has none: it was read
// before there was an analysis, or its record has moved to another chart. It
// reports whether there was one to do.
func (s *Service) analyzeOne(ctx context.Context) bool {
	if s.o.Analyze == nil || ctx.Err() != nil {
		return false
	}
	j, ok, err := s.o.Store.UnanalyzedJob(ctx)
	if err != nil || !ok {
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "jobs without values cannot be looked up", "err", err)
		}
		return false
	}
	found := s.analyze(ctx, j)
	if ctx.Err() != nil {
		return false // stopped meanwhile: the next start does it
	}
	if err := s.o.Store.SaveAnalysis(ctx, j, found); err != nil {
		s.log.WarnContext(ctx, "values not stored", "job_id", j.ID, "err", err)
		return core.CodeOf(err) == core.CodeConflict
	}
	s.log.InfoContext(ctx, "values looked for afterwards", "job_id", j.ID, "found", found != nil)
	return true
}
