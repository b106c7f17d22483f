package coretest

import (
	"context"
	"io"
	"sync"

	"clinician/internal/core"
)

// Checked keeps records as another service does, which looks for itself at who acts:
// each act on content is refused unless the token that comes with it proves the person
// it is done for. What it is not told is for the test that uses it to find.
type Checked struct {
	core.Records
	core.RecordContents
	uploads

	// Prove gives the person a token proves.
	Prove func(core.Token) (core.Principal, error)

	mu   sync.Mutex
	acts map[string]int
}

// uploads is core.Uploads under a name that is none of its methods'.
type uploads interface{ core.Uploads }

// NewChecked makes one of what keeps records here.
func NewChecked(kept interface {
	core.Records
	core.RecordContents
	core.Uploads
}, prove func(core.Token) (core.Principal, error)) *Checked {
	return &Checked{Records: kept, RecordContents: kept, uploads: kept, Prove: prove, acts: map[string]int{}}
}

// Acts says how often each act was allowed.
func (c *Checked) Acts() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	acts := map[string]int{}
	for name, n := range c.acts {
		acts[name] = n
	}
	return acts
}

func (c *Checked) check(act string, by core.Acting) error {
	if by.Token.IsZero() {
		return core.Errorf(core.CodeUnauthenticated, "%s: no token", act)
	}
	p, err := c.Prove(by.Token)
	switch {
	case err != nil:
		return core.Errorf(core.CodeUnauthenticated, "%s: invalid token", act).WithCause(err)
	case p.UserID != by.UserID || p.UserID == 0:
		return core.Errorf(core.CodeForbidden, "%s: the token is somebody else's", act)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acts[act]++
	return nil
}

// StoresEvents is as for what is behind it.
func (c *Checked) StoresEvents(ledger core.AuditLog) bool {
	t, ok := c.Records.(core.Transactional)
	return ok && t.StoresEvents(ledger)
}

// Stage checks, then stages.
func (c *Checked) Stage(ctx context.Context, by core.Acting, filename string, content io.Reader) (core.Staged, error) {
	if err := c.check("stage", by); err != nil {
		return core.Staged{}, err
	}
	return c.Records.Stage(ctx, by, filename, content)
}

// Commit checks, then commits.
func (c *Checked) Commit(ctx context.Context, by core.Acting, s core.Staged, r core.NewRecord, ev core.AuditEvent) (core.Record, error) {
	if err := c.check("commit", by); err != nil {
		return core.Record{}, err
	}
	return c.Records.Commit(ctx, by, s, r, ev)
}

// Open checks, then opens.
func (c *Checked) Open(ctx context.Context, by core.Acting, id string, offset int64) (io.ReadCloser, error) {
	if err := c.check("open", by); err != nil {
		return nil, err
	}
	return c.Records.Open(ctx, by, id, offset)
}

// Delete checks, then deletes.
func (c *Checked) Delete(ctx context.Context, by core.Acting, id string, ev core.AuditEvent) error {
	if err := c.check("delete", by); err != nil {
		return err
	}
	return c.Records.Delete(ctx, by, id, ev)
}

// MoveRecord checks, then moves.
func (c *Checked) MoveRecord(ctx context.Context, by core.Acting, id string, m core.RecordMove, ev core.AuditEvent) (core.Record, error) {
	if err := c.check("move", by); err != nil {
		return core.Record{}, err
	}
	return c.RecordContents.MoveRecord(ctx, by, id, m, ev)
}

// SplitRecord checks, then splits.
func (c *Checked) SplitRecord(ctx context.Context, by core.Acting, id, reason string, parts []core.RecordPart, ev core.AuditEvent) (core.Record, []core.Record, error) {
	if err := c.check("split", by); err != nil {
		return core.Record{}, nil, err
	}
	return c.RecordContents.SplitRecord(ctx, by, id, reason, parts, ev)
}

// VerifyRecord checks, then verifies.
func (c *Checked) VerifyRecord(ctx context.Context, by core.Acting, id string) (core.Integrity, error) {
	if err := c.check("verify", by); err != nil {
		return core.Integrity{}, err
	}
	return c.RecordContents.VerifyRecord(ctx, by, id)
}

// FinishUpload checks, then finishes.
func (c *Checked) FinishUpload(ctx context.Context, by core.Acting, id string, ev core.AuditEvent) (core.Record, error) {
	if err := c.check("finish", by); err != nil {
		return core.Record{}, err
	}
	return c.uploads.FinishUpload(ctx, by, id, ev)
}
