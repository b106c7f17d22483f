package store

import (
	"context"
	"errors"
	"fmt"

	"clinician/internal/core"
)

// maxGroup bounds how many callers' changes share one transaction.
const maxGroup = 64

// errClosed is what writers get once the database is being closed.
var errClosed = core.Errorf(core.CodeUnavailable, "The service is shutting down. Try again in a moment.").
	WithCause(errors.New("the database is closed"))

// change is one caller's wish to write.
type change struct {
	ctx  context.Context
	fn   func(context.Context, *Tx) error
	err  error
	done chan struct{}
}

// Write runs fn in a transaction and returns after that is on disk. When fn
// fails, nothing of it is kept. Other callers' changes may be part of the same
// commit but cannot see a half-done fn. fn must use only the tx and the context
// it is given (which is not cancelled: an interrupted statement would take the
// neighbours' changes with it) and must not call Write.
func (db *DB) Write(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &change{ctx: context.WithoutCancel(ctx), fn: fn, done: make(chan struct{})}
	if err := db.enqueue(ctx, c); err != nil {
		return err
	}
	<-c.done
	return c.err
}

// enqueue hands c to the writer. The lock keeps Close from closing the queue
// under a sender; the writer goes on draining while Close waits for it.
func (db *DB) enqueue(ctx context.Context, c *change) error {
	db.closing.RLock()
	defer db.closing.RUnlock()
	if db.closed {
		return errClosed
	}
	select {
	case db.queue <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// writer is the one goroutine that writes; it ends when the queue is closed.
func (db *DB) writer() {
	defer close(db.done)
	for first := range db.queue {
		group := []*change{first}
		err := db.commitGroup(&group)
		if err == nil && db.audited {
			db.head.noteCommit()
		}
		db.audited = false
		for _, c := range group {
			// A change whose own error is known keeps it: it was undone either way.
			if c.err == nil {
				c.err = err
			}
			close(c.done)
		}
	}
}

// commitGroup runs the first change and all that wait behind it, each in a
// savepoint of its own, and commits them together. An error means that nothing
// of the group was kept.
func (db *DB) commitGroup(group *[]*change) error {
	ctx := context.Background()
	if err := db.begin(ctx); err != nil {
		return busy(err)
	}
	tx, committed := db.tx, false
	defer func() {
		if !committed {
			_, _ = tx.Exec(ctx, "ROLLBACK") // it may be gone already
		}
	}()
	for i := 0; i < len(*group); i++ {
		if err := runInSavepoint(ctx, (*group)[i], tx); err != nil {
			return busy(err)
		}
		if len(*group) < maxGroup {
			select {
			case next, ok := <-db.queue:
				if ok {
					*group = append(*group, next)
				}
			default:
			}
		}
	}
	_, err := tx.Exec(ctx, "COMMIT")
	committed = err == nil
	return busy(err)
}

// begin starts a transaction, over a new connection when the old one is gone.
func (db *DB) begin(ctx context.Context) error {
	err := db.tx.begin(ctx)
	if !lost(err) {
		return err
	}
	fresh, err := newTx(ctx, db.write, db.d)
	if err != nil {
		return err
	}
	_ = db.tx.Close()
	db.tx = fresh
	return db.tx.begin(ctx)
}

// runInSavepoint runs c and leaves its error in c. The error it returns itself
// means that the whole transaction is lost: after a full disk or an I/O error
// SQLite gives up all of it, and what ran afterwards would commit on its own.
func runInSavepoint(ctx context.Context, c *change, tx *Tx) error {
	if _, err := tx.Exec(ctx, "SAVEPOINT change"); err != nil {
		return err
	}
	if c.err = guard(c, tx); c.err != nil {
		if _, err := tx.Exec(ctx, "ROLLBACK TO SAVEPOINT change"); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, "RELEASE SAVEPOINT change")
	return err
}

// guard turns a panic in c into its error: one caller's bug must not end the writer.
func guard(c *change, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while writing: %v", p)
		}
	}()
	return c.fn(c.ctx, tx)
}

// busy turns a database that cannot take writes into CodeUnavailable.
func busy(err error) error {
	if err == nil {
		return nil
	}
	return core.Errorf(core.CodeUnavailable, "The change could not be stored. Nothing was changed; try again in a moment.").WithCause(err)
}
