package read

import (
	"context"
	"sync"

	"clinician/internal/core"
)

// document is an open document. Its page reader is a child process that a bad
// page may kill; the document is then opened anew for the next page.
type document struct {
	opener core.PageOpener
	source core.Document

	mu     sync.Mutex // the source takes one call at a time
	src    core.PageSource
	deaths int
}

// maxDeaths is how many pages may kill their reader before the rest is given up.
const maxDeaths = 10

var errDeadly = core.Errorf(core.CodeInvalid, "The document makes the page reader fail again and again. Print it to a new PDF and upload that.")

func (d *document) open(ctx context.Context) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.reopen(ctx); err != nil {
		return 0, err
	}
	return d.src.Count(), nil
}

func (d *document) reopen(ctx context.Context) error {
	content, err := d.source.Open(ctx)
	if err != nil {
		return err
	}
	defer content.Close()
	d.src, err = d.opener.OpenPages(ctx, d.source.MIME, content)
	return err
}

// do calls f with the open source.
func (d *document) do(ctx context.Context, f func(core.PageSource) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.deaths >= maxDeaths {
		return errDeadly
	}
	if d.src == nil {
		if err := d.reopen(ctx); err != nil {
			return err
		}
	}
	err := f(d.src)
	if core.CodeOf(err) == core.CodeUnavailable {
		d.deaths++
		d.src.Close()
		d.src = nil
	}
	return err
}

func (d *document) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.src != nil {
		d.src.Close()
		d.src = nil
	}
}
