// Package store keeps people, sessions, record metadata, jobs and the audit
// log in one SQL database: SQLite for now (pure Go, WAL, synchronous=FULL). Start
// at DB.Write (write.go) and at sql.go, which is how statements are run; what is
// SQLite and nothing else stands in sqlite.go.
//
// Reads go through a pool of read-only connections. All writes of this process
// go through Write, one goroutine that puts many callers' changes into one
// transaction and so pays for one fsync (group commit). Other processes may
// write at the same time (administration from the shell): transactions are
// BEGIN IMMEDIATE and wait for each other.
//
// Times are stored as integer Unix microseconds, dates as "YYYY-MM-DD" text.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/pressly/goose/v3"

	"clinician/internal/core"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

// Options say where the database is and what it needs.
type Options struct {
	Path     string     // of the SQLite file; its directory exists
	AuditKey []byte     // 32 bytes: key of the audit chain
	Clock    core.Clock // nil: core.SystemClock
	// Journal: events of reads go by way of the journal (journal.go); one process at a
	// time may. It goes on with the log, so Open refuses one whose end is not as it was
	// signed (CheckEnd), before anything is written.
	Journal bool

	journalEvery time.Duration // 0: the constant; for tests

	// Audited is told of each event once it is on disk, in the goroutine of who wrote
	// it, with their context; nil: nobody is. Events that went into the journal have no
	// Seq yet.
	Audited func(context.Context, core.AuditEvent)
	// Committed is told how many callers' changes shared a transaction; nil: nobody is.
	// It must be quick: writers wait for it.
	Committed func(changes int)
}

// DB is the open database. It implements core.People and the ports beside it, core.Sessions,
// core.AuditLog and the storage sides of records, vault and ocr.
type DB struct {
	path     string
	auditKey []byte
	now      core.Clock
	d        *dialect
	read     *pool
	write    *sql.DB
	writing  sync.Mutex // held by who writes: the writer goroutine, or a reader noting its own event
	tx       *Tx        // of who writes
	queue    chan *change
	done     chan struct{} // closed when the writer goroutine has ended
	journal  *journal
	views    recentViews
	told     func(context.Context, core.AuditEvent)
	grouped  func(changes int)
	running  *change // what is being written, when somebody is told; of who writes
	head     *headKeeper

	closing sync.RWMutex // read-held while handing over a change
	closed  bool
}

// Open opens or creates the database and brings its schema up to date. A
// schema newer than this program is refused. The caller closes it.
func Open(ctx context.Context, o Options) (*DB, error) {
	if len(o.AuditKey) != 32 {
		return nil, errors.New("store: the audit key must have 32 bytes")
	}
	if o.Clock == nil {
		o.Clock = core.SystemClock
	}
	if f, err := os.OpenFile(o.Path, os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	} else if err := f.Close(); err != nil {
		return nil, err
	}
	w, err := openSQLite(o.Path, "immediate", 1)
	if err != nil {
		return nil, err
	}
	d := newSQLite()
	if err := migrate(ctx, w, d); err != nil {
		w.Close()
		return nil, err
	}
	r, err := openSQLite(o.Path, "deferred", max(4, runtime.NumCPU()), "query_only(1)")
	if err != nil {
		w.Close()
		return nil, err
	}
	tx, err := newTx(ctx, w, d)
	if err != nil {
		return nil, errors.Join(err, r.Close(), w.Close())
	}
	db := &DB{
		path: o.Path, auditKey: o.AuditKey, now: o.Clock, told: o.Audited, grouped: o.Committed,
		d: d, read: newPool(r, d), write: w, tx: tx,
		queue: make(chan *change, maxGroup),
		done:  make(chan struct{}),
	}
	db.head = newHeadKeeper(db)
	if err := db.openLog(ctx, o); err != nil {
		return nil, errors.Join(err, tx.Close(), r.Close(), w.Close())
	}
	go db.writer()
	go db.head.run()
	if err := errors.Join(db.fillCatalogue(ctx), db.fillNameKeys(ctx)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openLog makes sure that the audit log can be gone on with, and opens its journal.
func (db *DB) openLog(ctx context.Context, o Options) (err error) {
	if o.Journal {
		// With another key the events that wait in the journal would be none of ours, and
		// written over.
		if err := db.CheckEnd(ctx); err != nil {
			return err
		}
	}
	if db.journal, err = openJournal(o); err != nil || db.journal.file == nil {
		return err
	}
	// What a crash left in it counts from now on, before it is taken over.
	run, taken, err := journaled(ctx, db.read)
	if err != nil {
		return err
	}
	return db.journal.load(run, taken)
}

func migrate(ctx context.Context, db *sql.DB, d *dialect) error {
	files, err := fs.Sub(migrations, d.migrations)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(d.goose, db, files, goose.WithAllowOutofOrder(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	// Two programs may open a new database at the same moment; the one that
	// comes second finds the step done and goes on from there.
	for try := 0; ; try++ {
		at, target, err := p.GetVersions(ctx)
		if err == nil && at > target {
			return fmt.Errorf("the database has schema %d, this program knows %d: use a newer program", at, target)
		}
		if err == nil {
			_, err = p.Up(ctx)
		}
		if err == nil {
			return nil
		}
		if try == 5 || ctx.Err() != nil {
			return fmt.Errorf("bring the database up to date: %w", err)
		}
	}
}

// Close waits for pending writes and closes the database. Closing again does
// nothing.
func (db *DB) Close() error {
	db.closing.Lock()
	if db.closed {
		db.closing.Unlock()
		return nil
	}
	db.closed = true
	close(db.queue)
	db.closing.Unlock()
	<-db.done
	return errors.Join(db.head.close(), db.journal.close(), db.read.Close(), db.tx.Close(), db.write.Close())
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := ask(ctx, db.read, "SELECT 1").into(&one); err != nil {
		return core.Errorf(core.CodeUnavailable, "The database does not answer. Try again in a moment.").WithCause(err)
	}
	return nil
}

// micros and fromMicros convert times to and from their stored form.
func micros(t time.Time) int64      { return t.UnixMicro() }
func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }

func microsPtr(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	us := micros(*t)
	return &us
}

func fromMicrosPtr(us *int64) *time.Time {
	if us == nil {
		return nil
	}
	t := fromMicros(*us)
	return &t
}
