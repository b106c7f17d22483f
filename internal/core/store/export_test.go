package store

import (
	"context"
	"runtime"

	"clinician/internal/core"
)

// WaitQueued waits until n changes wait to be written.
func (db *DB) WaitQueued(n int) {
	for len(db.queue) < n {
		runtime.Gosched()
	}
}

// AppendWithin appends within a transaction of Write.
func (db *DB) AppendWithin(ctx context.Context, tx *Tx, ev core.AuditEvent) error {
	return db.appendAudit(ctx, tx, ev)
}

// Ask reads one row within a transaction of Write.
func Ask(ctx context.Context, tx *Tx, text string, dest ...any) error {
	return ask(ctx, tx, text).into(dest...)
}
