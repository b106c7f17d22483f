package ocr

import (
	"context"
	"fmt"

	"clinician/internal/core"
)

// analyze looks for values in what was read; nil when there is nothing to look
// into, or it failed: a document that was read stays read.
func (r *run) analyze(ctx context.Context) (found *core.Analysis) {
	defer func() {
		if p := recover(); p != nil {
			r.log.ErrorContext(ctx, "values not looked for", "err", fmt.Errorf("panic: %v", p))
			found = nil
		}
	}()
	r.mu.Lock()
	j := r.job
	r.mu.Unlock()
	if r.s.o.Analyze == nil || j.Pages > 0 && j.FailedPages == j.Pages {
		return nil
	}
	sealed, err := r.s.o.Store.SealedPages(ctx, j.ID, 0)
	if err != nil {
		r.log.ErrorContext(ctx, "values not looked for", "err", err)
		return nil
	}
	pages := make([]core.Page, len(sealed))
	for i, sp := range sealed {
		if pages[i], err = r.s.unseal(ctx, j, sp); err != nil {
			r.log.ErrorContext(ctx, "values not looked for", "err", err)
			return nil
		}
	}
	a, err := r.s.o.Analyze(ctx, j, pages)
	if err != nil {
		r.log.ErrorContext(ctx, "values not looked for", "err", err)
		return nil
	}
	return &a
}
