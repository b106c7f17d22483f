package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"clinician/internal/core"
)

// maxGroup bounds how many callers' changes share one transaction.
const maxGroup = 64

// errClosed is what writers get once the database is being closed.
var errClosed = errors.New("the database is closed")

// change is one caller's wish to write.
type change struct {
	ctx  context.Context
	fn   func(context.Context, bun.Tx) error
	err  error
	done chan struct{}
}

// Write runs fn in a transaction and returns after that is on disk. When fn
// fails, nothing of it is kept. Other callers' changes may be part of the same
// commit but cannot see a half-done fn. fn must use only the tx and the context
// it is given (which is not cancelled: an interrupted statement would take the
// neighbours' changes with it) and must not call Write.
func (db *DB) Write(ctx context.Context, fn func(context.Context, bun.Tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &change{ctx: context.WithoutCancel(ctx), fn: fn, done: make(chan struct{})}
	defer func() {
		if recover() != nil { // queue closed under us
			err = errClosed
		}
	}()
	select {
	case db.queue <- c:
	case <-ctx.Done():
		return ctx.Err()
	}
	<-c.done
	return c.err
}

// writer is the one goroutine that writes; it ends when the queue is closed.
func (db *DB) writer() {
	defer close(db.done)
	for first := range db.queue {
		group := []*change{first}
		err := db.commitGroup(&group)
		for _, c := range group {
			if c.err == nil {
				c.err = err
			}
			close(c.done)
		}
	}
}

// commitGroup runs the first change and all that wait behind it, each in a
// savepoint of its own, and commits them together.
func (db *DB) commitGroup(group *[]*change) error {
	ctx := context.Background()
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return busy(err)
	}
	defer tx.Rollback()
	for i := 0; i < len(*group); i++ {
		c := (*group)[i]
		c.err = runInSavepoint(c, tx)
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
	return busy(tx.Commit())
}

func runInSavepoint(c *change, tx bun.Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while writing: %v", p)
		}
	}()
	return tx.RunInTx(c.ctx, nil, c.fn)
}

// busy turns a database that cannot take writes into CodeUnavailable.
func busy(err error) error {
	if err == nil {
		return nil
	}
	return core.Errorf(core.CodeUnavailable, "The change could not be stored. Nothing was changed; try again in a moment.").WithCause(err)
}
