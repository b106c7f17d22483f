package clinicianapi

import (
	"context"
	"net/http"
	"net/url"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// including asks for what is out of use too.
func including(all bool) url.Values {
	if !all {
		return nil
	}
	return url.Values{"include": {wire.IncludeAll}}
}

// EditRecord changes what e holds of a record's metadata.
func (c *Client) EditRecord(ctx context.Context, id string, e core.RecordEdit) (core.Record, error) {
	if err := checkID("record", id); err != nil {
		return core.Record{}, err
	}
	return c.changed(ctx, id, call{method: http.MethodPatch, path: wire.PathRecord(id), body: e, seen: e.Version})
}

// EnterInError hides a record that does not belong where it is.
func (c *Client) EnterInError(ctx context.Context, id string, confirmed core.Confirmation) (core.Record, error) {
	return c.recordAct(ctx, id, http.MethodPost, wire.ActEnteredInError, confirmed.Version, confirmed)
}

// RestoreRecord brings a record back that was entered in error.
func (c *Client) RestoreRecord(ctx context.Context, id string, confirmed core.Confirmation) (core.Record, error) {
	return c.recordAct(ctx, id, http.MethodPost, wire.ActRestore, confirmed.Version, confirmed)
}

// HoldRecord places a legal hold, ReleaseRecord takes it away.
func (c *Client) HoldRecord(ctx context.Context, id string, confirmed core.Confirmation) (core.Record, error) {
	return c.recordAct(ctx, id, http.MethodPost, wire.ActLegalHold, confirmed.Version, confirmed)
}

// ReleaseRecord takes a legal hold away; only who placed it may.
func (c *Client) ReleaseRecord(ctx context.Context, id string, confirmed core.Confirmation) (core.Record, error) {
	return c.recordAct(ctx, id, http.MethodDelete, wire.ActLegalHold, confirmed.Version, confirmed)
}

// ReviewRecord notes that the caller has read a record, or takes that back.
func (c *Client) ReviewRecord(ctx context.Context, id, version string, reviewed bool) (core.Record, error) {
	if reviewed {
		return c.recordAct(ctx, id, http.MethodPost, wire.ActReviewed, version, nil)
	}
	return c.recordAct(ctx, id, http.MethodDelete, wire.ActReviewed, version, nil)
}

// MoveRecord gives a misfiled record to the patient m names.
func (c *Client) MoveRecord(ctx context.Context, id string, m core.MoveRecord) (core.Record, error) {
	var done wire.Moved
	if err := c.act(ctx, id, wire.ActMove, m.Version, m, &done); err != nil {
		return core.Record{}, err
	}
	return done.Tombstone, nil
}

// SplitRecord makes a record of each part of a bundle.
func (c *Client) SplitRecord(ctx context.Context, id string, split core.SplitRecord) (core.SplitDone, error) {
	var done wire.SplitDone
	err := c.act(ctx, id, wire.ActSplit, split.Version, split, &done)
	return done.SplitDone, err
}

// UnlockRecord makes a record of a protected PDF that opens without its password.
func (c *Client) UnlockRecord(ctx context.Context, id string, u core.UnlockRecord) (core.Unlocked, error) {
	var done core.Unlocked
	err := c.act(ctx, id, wire.ActUnlock, u.Version, u, &done)
	return done, err
}

// VerifyRecord has the server compare a record's content with what came in.
func (c *Client) VerifyRecord(ctx context.Context, id string) (core.Integrity, error) {
	var found core.Integrity
	err := c.act(ctx, id, wire.ActVerify, "", nil, &found)
	return found, err
}

func (c *Client) act(ctx context.Context, id, act, seen string, body, out any) error {
	if err := checkID("record", id); err != nil {
		return err
	}
	return standing[core.Record](c.json(ctx, call{method: http.MethodPost, path: wire.PathRecordLifecycle(id, act), body: body, seen: seen}, out))
}

func (c *Client) recordAct(ctx context.Context, id, method, act, seen string, body any) (core.Record, error) {
	if err := checkID("record", id); err != nil {
		return core.Record{}, err
	}
	return c.changed(ctx, id, call{method: method, path: wire.PathRecordLifecycle(id, act), body: body, seen: seen})
}

// changed makes a call that answers the record id.
func (c *Client) changed(ctx context.Context, id string, k call) (core.Record, error) {
	var r core.Record
	if err := standing[core.Record](c.json(ctx, k, &r)); err != nil {
		return core.Record{}, err
	}
	if r.ID != id {
		return core.Record{}, otherRecord
	}
	return r, nil
}
