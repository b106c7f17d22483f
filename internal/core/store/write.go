package store

import (
	"context"
	"encoding/json"
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
	ev   *core.AuditEvent // fn appends this and nothing else, so that the journal will do
	err  error
	done chan struct{}

	events []core.AuditEvent // what it put into the audit log, when somebody is told
}

// Write runs fn in a transaction and returns after that is on disk. When fn
// fails, nothing of it is kept. Other callers' changes may be part of the same
// commit but cannot see a half-done fn. fn must use only the tx and the context
// it is given (which is not cancelled: an interrupted statement would take the
// neighbours' changes with it) and must not call Write.
func (db *DB) Write(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return db.hand(ctx, &change{fn: fn})
}

// hand hands c to the writer and waits for it.
func (db *DB) hand(ctx context.Context, c *change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.ctx, c.done = context.WithoutCancel(ctx), make(chan struct{})
	if err := db.enqueue(ctx, c); err != nil {
		return err
	}
	<-c.done
	if c.err == nil {
		if c.ev != nil && len(c.events) == 0 && db.told != nil { // it went into the journal
			c.events = []core.AuditEvent{*c.ev}
		}
		for _, ev := range c.events {
			db.told(ctx, ev)
		}
	}
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

// noteAlone stores one event in the journal, on the caller's goroutine, where nobody
// else is writing or waits to: waking the writer costs more than that. It
// gives errNoJournal when the writer has to do it.
func (db *DB) noteAlone(c *change) error {
	db.closing.RLock()
	defer db.closing.RUnlock()
	if db.closed || db.journal.file == nil || len(db.queue) > 0 || !db.writing.TryLock() {
		return errNoJournal
	}
	defer db.writing.Unlock()
	if !db.journal.known || db.journal.length() >= journalMost {
		return errNoJournal
	}
	if err := db.note([]*change{c}); err != nil {
		return err
	}
	return c.err
}

// writer is the one goroutine that takes changes from the queue; it ends when the queue is closed. What
// waits in the journal then is taken over first.
func (db *DB) writer() {
	defer close(db.done)
	for {
		select {
		case c, ok := <-db.queue:
			if !ok {
				_, _ = db.commit(nil) // else it is taken over at the next start
				return
			}
			db.writing.Lock()
			for c != nil {
				c = db.serve(c)
			}
			db.writing.Unlock()
		case <-db.journal.due:
			db.writing.Lock()
			if _, err := db.commit(nil); err != nil {
				db.journal.later() // the next change tells somebody
			}
			db.writing.Unlock()
		}
	}
}

// serve makes c and those waiting behind it durable and tells their callers. It
// gives the first of those that have to wait, which came in between.
func (db *DB) serve(c *change) (next *change) {
	group := []*change{c}
	var err error
	if c.ev != nil && db.journal.file != nil {
		group, next = db.readers(c)
		err = db.note(group)
		if errors.Is(err, errNoJournal) {
			group, err = db.commit(group)
		}
	} else {
		group, err = db.commit(group)
	}
	for _, c := range group {
		// A change whose own error is known keeps it: it was undone either way.
		if c.err == nil {
			c.err = err
		}
		close(c.done)
	}
	return next
}

// readers gives c and those behind it that only append an event, and the first that
// does more.
func (db *DB) readers(c *change) (group []*change, other *change) {
	group = []*change{c}
	for len(group) < maxGroup {
		select {
		case next := <-db.queue:
			if next == nil { // closed
				return group, nil
			}
			if next.ev == nil {
				return group, next
			}
			group = append(group, next)
		default:
			return group, nil
		}
	}
	return group, nil
}

// errNoJournal sends events through a transaction after all.
var errNoJournal = errors.New("the journal has no room, or the connection is gone")

// note stores the group's events in the journal. An error means that nobody may be
// told anything; after errNoJournal nothing was done.
func (db *DB) note(group []*change) error {
	if !db.journal.known || db.journal.length() >= journalMost {
		if _, err := db.commit(nil); err != nil {
			return err
		}
	}
	unlock, err := db.journal.lock()
	if err != nil {
		return busy(err)
	}
	defer unlock()
	events, encoded := make([]core.AuditEvent, 0, len(group)), make([][]byte, 0, len(group))
	for _, c := range group {
		ev := *c.ev
		err := stands(c.ctx, db.tx, ev.Guard)
		if lost(err) {
			return errNoJournal
		}
		if c.err = err; err != nil {
			continue
		}
		ev.Guard = nil
		db.complete(&ev)
		body, err := json.Marshal(ev)
		if c.err = err; err == nil {
			events, encoded = append(events, ev), append(encoded, body)
		}
	}
	if err = db.journal.add(events, encoded); errors.Is(err, errNoJournal) {
		return err
	}
	return busy(err)
}

// commit commits the changes of group, and of those waiting behind it where there is
// one, together with what waits in the journal. It gives all whose outcome this is.
func (db *DB) commit(group []*change) ([]*change, error) {
	unlock, err := db.journal.lock()
	if err != nil {
		return group, busy(err)
	}
	defer unlock()
	err = db.commitGroup(&group)
	if err == nil && db.tx.grown {
		db.head.noteCommit()
	}
	if err == nil && db.grouped != nil && len(group) > 0 {
		db.grouped(len(group))
	}
	return group, err
}

// commitGroup runs the group's changes and all that wait behind them, each in a
// savepoint of its own, and commits them together. An error means that nothing
// of the group was kept.
func (db *DB) commitGroup(group *[]*change) error {
	ctx := context.Background()
	if err := db.begin(ctx); err != nil {
		return busy(err)
	}
	tx, over := db.tx, false
	defer func() {
		db.running = nil
		if !over {
			_, _ = tx.Exec(ctx, "ROLLBACK") // it may be gone already
		}
	}()
	seen, err := db.views.store(ctx, tx)
	defer func() { seen(over) }()
	if err != nil {
		return busy(err)
	}
	taken, done, err := db.journal.takeOver(ctx, db, tx)
	if err != nil {
		return busy(err)
	}
	alone := taken == 0 // but for views, which are kept
	for i := 0; i < len(*group); i++ {
		c := (*group)[i]
		db.running = c
		if alone && len(*group) == 1 { // with nobody else in it, the transaction is savepoint enough
			if c.err = guard(c, tx); c.err != nil {
				return nil
			}
		} else if err := runInSavepoint(ctx, c, tx); err != nil {
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
	if err := db.keepHead(ctx, tx); err != nil {
		return busy(err)
	}
	_, err = tx.Exec(ctx, "COMMIT")
	over = err == nil
	done(over)
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
	head, grown := tx.head, tx.grown
	if c.err = guard(c, tx); c.err != nil {
		tx.head, tx.grown = head, grown
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
