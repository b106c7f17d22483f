package clinicianapi

import (
	"context"
	"io"
	"time"

	"clinician/internal/core"
)

// wholeTries is how often a file that goes in one piece is sent before the caller
// is asked.
const wholeTries = 8

// uploadWhole sends content from its beginning until the server has answered. The
// server takes it whole or not at all, but its answer may be what got lost, so the
// chart is looked at before a second try: nothing is stored twice.
func (c *Client) uploadWhole(ctx context.Context, u core.NewDocument, content io.ReadSeeker, progress func(int64)) (core.Record, error) {
	began := c.opt.Clock()
	for attempt := 1; ; attempt++ {
		if _, err := content.Seek(0, io.SeekStart); err != nil {
			return core.Record{}, errUnreadable(err)
		}
		r, err := c.uploadOnce(ctx, u, progress)
		if core.CodeOf(err) != core.CodeUnavailable || ctx.Err() != nil {
			return r, err
		}
		for looked := false; !looked; attempt++ {
			if attempt >= wholeTries {
				return core.Record{}, core.Errorf(core.CodeUnavailable,
					"The connection was lost %d times, so the file was not sent. It is still where it was: send it again when the server can be reached.", attempt).WithCause(err)
			}
			if u.Lost != nil {
				u.Lost(attempt)
			}
			if err := c.opt.Sleep(ctx, c.opt.Backoff(attempt)); err != nil {
				return core.Record{}, c.failed(ctx, err)
			}
			found, lookErr := c.stored(ctx, u, content, began)
			switch {
			case found != nil:
				return *found, nil
			case lookErr != nil && core.CodeOf(lookErr) != core.CodeUnavailable:
				return core.Record{}, lookErr
			}
			looked = lookErr == nil
		}
	}
}

// stored looks in the chart for content that came in since began; nil when it is
// not there.
func (c *Client) stored(ctx context.Context, u core.NewDocument, content io.ReadSeeker, began time.Time) (*core.Record, error) {
	list, err := c.PatientRecords(ctx, u.PatientID, false)
	if err != nil {
		return nil, err
	}
	sum := ""
	for _, r := range list {
		if r.Size != u.Size || r.Filename != quoteFilename(u.Filename) || r.UploadedAt.Before(began.Add(-time.Minute)) { // clocks differ
			continue
		}
		if sum == "" {
			if sum, err = digest(ctx, content, u.Size); err != nil {
				return nil, err
			}
		}
		if r.SHA256 == sum {
			return &r, nil
		}
	}
	return nil, nil
}
