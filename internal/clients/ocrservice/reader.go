package ocrservice

import (
	"context"

	"clinician/internal/core"
)

// Reader is a core.DocumentReader. Documents are opened, and pages drawn, on this
// machine; a page that has text of its own is not sent anywhere.
type Reader struct {
	Service *Client
	// Pages reads documents page by page, pictures with the engine it is given.
	Pages func(core.Engine) core.DocumentReader
}

var _ core.DocumentReader = Reader{}

// Info says whether the service works.
func (r Reader) Info(ctx context.Context) (core.EngineInfo, error) { return r.Service.Info(ctx) }

// ReadDocument reads d on behalf of d.By, who is asked for before each act. When
// there is nobody (any more), the reading ends with that error.
func (r Reader) ReadDocument(ctx context.Context, d core.Document, o core.ReadingRequest, to core.PageSink) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	by := func(ctx context.Context) (core.Acting, error) {
		if d.By == nil {
			return core.Acting{}, nil
		}
		who, err := d.By(ctx)
		if err != nil && ctx.Err() == nil {
			end(err)
		}
		return who, err
	}
	return r.Pages(engine{r.Service, by}).ReadDocument(ctx, d, o, to)
}
