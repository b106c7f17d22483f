package store

import (
	"context"
	"runtime"

	"github.com/uptrace/bun"

	"clinician/internal/core"
)

// WaitQueued waits until n changes wait to be written.
func (db *DB) WaitQueued(n int) {
	for len(db.queue) < n {
		runtime.Gosched()
	}
}

// AppendWithin appends within a transaction of Write.
func (db *DB) AppendWithin(ctx context.Context, tx bun.Tx, ev core.AuditEvent) error {
	return db.appendAudit(ctx, tx, ev)
}
