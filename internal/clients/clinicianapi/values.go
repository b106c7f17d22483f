package clinicianapi

import (
	"context"
	"net/http"
	"net/url"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// RecordValues lists what was found in a record's newest reading.
func (c *Client) RecordValues(ctx context.Context, recordID string, f core.ValueFilter) (core.RecordValues, error) {
	if err := checkID("record", recordID); err != nil {
		return core.RecordValues{}, err
	}
	q := url.Values{}
	if f.Kind != "" {
		q.Set("kind", string(f.Kind))
	}
	if f.Status != "" {
		q.Set("status", f.Status)
	}
	var v core.RecordValues
	if err := c.json(ctx, call{path: wire.PathRecordValues(recordID), query: q}, &v); err != nil {
		return core.RecordValues{}, err
	}
	if v.RecordID != recordID {
		return core.RecordValues{}, otherRecord
	}
	if v.Results == nil {
		v.Results = []core.Value{}
	}
	return v, nil
}

var otherRecord = core.Errorf(core.CodeInternal, "The server answered with another record. Nothing is shown; tell your administrator.")

// ReviewValue says that a value is verified, corrected or rejected. CodeConflict with
// the value as it is when somebody else was first.
func (c *Client) ReviewValue(ctx context.Context, recordID, valueID string, r core.ValueReview) (core.Value, error) {
	return c.review(ctx, recordID, valueID, call{method: http.MethodPost, body: r, seen: r.Version})
}

// UndoReview makes a value unverified again; CodeNotFound when nobody has
// reviewed it.
func (c *Client) UndoReview(ctx context.Context, recordID, valueID, version string) (core.Value, error) {
	return c.review(ctx, recordID, valueID, call{method: http.MethodDelete, seen: version})
}

func (c *Client) review(ctx context.Context, recordID, valueID string, how call) (core.Value, error) {
	if err := checkID("record", recordID); err != nil {
		return core.Value{}, err
	}
	if err := checkID("value", valueID); err != nil {
		return core.Value{}, err
	}
	how.path = wire.PathValueReview(recordID, valueID)
	var v core.Value
	err := standing[core.Value](c.json(ctx, how, &v))
	return v, err
}

// PatientCheck says page by page whether a record belongs to its patient.
func (c *Client) PatientCheck(ctx context.Context, recordID string) (core.DocumentCheck, error) {
	return c.check(ctx, recordID, call{path: wire.PathPatientCheck(recordID)})
}

// ResolveCheck decides that a record belongs to its patient; CodeConflict when
// that was not in doubt.
func (c *Client) ResolveCheck(ctx context.Context, recordID, version, reason string) (core.DocumentCheck, error) {
	return c.check(ctx, recordID, call{method: http.MethodPost, path: wire.PathPatientCheckResolve(recordID), body: wire.ResolveCheck{Reason: reason}, seen: version})
}

func (c *Client) check(ctx context.Context, recordID string, how call) (core.DocumentCheck, error) {
	if err := checkID("record", recordID); err != nil {
		return core.DocumentCheck{}, err
	}
	var d core.DocumentCheck
	if err := standing[core.Record](c.json(ctx, how, &d)); err != nil {
		return core.DocumentCheck{}, err
	}
	if d.RecordID != recordID {
		return core.DocumentCheck{}, otherRecord
	}
	return d, nil
}

// PageText is the text of a page with its corrections.
func (c *Client) PageText(ctx context.Context, recordID string, page int) (core.PageCorrections, error) {
	return c.pageText(ctx, recordID, page, call{})
}

// CorrectText puts a text over what the engine read.
func (c *Client) CorrectText(ctx context.Context, recordID string, page int, t core.TextCorrection) (core.PageCorrections, error) {
	return c.pageText(ctx, recordID, page, call{method: http.MethodPut, body: t, seen: t.Version})
}

// UndoCorrection takes a page's last correction back; CodeNotFound when there
// is none.
func (c *Client) UndoCorrection(ctx context.Context, recordID string, page int, version string) (core.PageCorrections, error) {
	return c.pageText(ctx, recordID, page, call{method: http.MethodDelete, seen: version})
}

// KeepDraft keeps what was typed over a page and is not stored.
func (c *Client) KeepDraft(ctx context.Context, recordID string, page int, d core.DraftText) error {
	return c.draft(ctx, recordID, page, call{method: http.MethodPut, body: d})
}

// DropDraft throws it away.
func (c *Client) DropDraft(ctx context.Context, recordID string, page int) error {
	return c.draft(ctx, recordID, page, call{method: http.MethodDelete})
}

func (c *Client) draft(ctx context.Context, recordID string, page int, how call) error {
	if err := checkID("record", recordID); err != nil {
		return err
	}
	how.path = wire.PathRecordTextDraft(recordID, page)
	return c.json(ctx, how, &wire.Done{})
}

func (c *Client) pageText(ctx context.Context, recordID string, page int, how call) (core.PageCorrections, error) {
	if err := checkID("record", recordID); err != nil {
		return core.PageCorrections{}, err
	}
	how.path = wire.PathRecordText(recordID, page)
	var t core.PageCorrections
	if err := standing[core.PageCorrections](c.json(ctx, how, &t)); err != nil {
		return core.PageCorrections{}, err
	}
	if t.RecordID != recordID || t.Page != page {
		return core.PageCorrections{}, otherRecord
	}
	return t, nil
}
