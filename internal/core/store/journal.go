package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"clinician/internal/core"
)

// The journal is a small file beside the database in which the events of reads are
// durable before what was read is given out. They are taken over into audit_events
// some at a time: by every transaction of Write before its own changes, whoever
// asks for the log, and journalEvery after the first of them. A commit for each read
// would cost more than most reads, and would make every reader fetch its pages of the
// database again.
//
// Of a file of journalSize, filled with zeros once so that writing into it changes
// no metadata, one run after another is written from its start. A record is
//
//	length of the event   4 bytes, big endian, never 0
//	HMAC-SHA256          32 bytes, of run, position, the record before, and the event
//	event                 JSON, without what the log gives it (number, hashes)
//
// so that what was changed, left over from an earlier run, or written in part by a
// crash is no record: a run ends before it. The table audit_journal says which run it
// is and how much of it has been taken over, in the transaction that did so.
//
// One process journals (Options.Journal); any process that writes the database takes
// over. Who does either holds the lock of the file, so that an assignment
// cannot end between a read's check and its event.
const (
	journalSize  = 512 << 10
	journalMost  = 128 // events that wait at most
	journalEvery = time.Second
	journalHead  = 4 + sha256.Size
)

// journal belongs to who holds DB.writing, but for what mu guards.
type journal struct {
	path  string
	key   []byte
	every time.Duration // after so long what waits is taken over
	file  *os.File      // nil: this process does not journal, or there is none

	known bool // what follows is so
	run   int64
	pos   int64  // where the next record goes
	tag   []byte // of the record before; nil at the start of a run
	taken int64  // taken over up to there, as the database says

	due chan struct{} // what waits has waited long enough; holds one

	mu      sync.Mutex
	waiting []waiting // not taken over yet, oldest first
	times   int       // goes up with each taking over
}

// waiting is an event in the journal and where its record ends.
type waiting struct {
	ev  core.AuditEvent
	end int64
}

// openJournal makes or opens the file where this process journals and can lock it.
func openJournal(o Options) (*journal, error) {
	j := &journal{path: o.Path + ".audit-journal", key: o.AuditKey, every: cmp.Or(o.journalEvery, journalEvery),
		due: make(chan struct{}, 1)}
	if !o.Journal || !canLock {
		return j, nil
	}
	f, err := os.OpenFile(j.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the audit log's journal: %w", err)
	}
	info, err := f.Stat()
	if err == nil && info.Size() < journalSize {
		_, err = f.WriteAt(make([]byte, journalSize-info.Size()), info.Size())
		err = errors.Join(err, f.Sync(), syncDir(filepath.Dir(j.path)))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make the audit log's journal: %w", err), f.Close())
	}
	j.file = f
	return j, nil
}

// later says in a while that what waits is due.
func (j *journal) later() {
	time.AfterFunc(j.every, func() {
		select {
		case j.due <- struct{}{}:
		default:
		}
	})
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}

// lock waits until nobody else journals or writes the database, and gives the
// undoing of it. A process that does not journal opens the file when there is one.
func (j *journal) lock() (unlock func(), err error) {
	f := j.file
	if f == nil {
		if !canLock {
			return func() {}, nil
		}
		if f, err = os.OpenFile(j.path, os.O_RDWR, 0); errors.Is(err, fs.ErrNotExist) {
			return func() {}, nil
		} else if err != nil {
			return nil, err
		}
	}
	unlock = func() { _ = unlockFile(f) }
	if j.file == nil {
		unlock = func() { f.Close() }
	}
	if err := lockFile(f); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// sum is a record's tag.
func (j *journal) sum(run, pos int64, before, event []byte) []byte {
	m := hmac.New(sha256.New, j.key)
	fmt.Fprintf(m, "journal\n%d\n%d\n%x\n", run, pos, before)
	m.Write(event)
	return m.Sum(nil)
}

// load finds the end of the database's run, and what of it waits behind taken. What
// stands behind the end was never answered for. It leaves known as it is.
func (j *journal) load(run, taken int64) error {
	content, err := os.ReadFile(j.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the audit log's journal: %w", err)
	}
	list, pos, tag := j.records(content, run)
	list = slices.DeleteFunc(list, func(w waiting) bool { return w.end <= taken })
	j.run, j.pos, j.tag, j.taken = run, pos, tag, taken
	j.mu.Lock()
	j.waiting = list
	j.mu.Unlock()
	if len(list) > 0 {
		j.later()
	}
	return nil
}

// journaled says of which run how much has been taken over.
func journaled(ctx context.Context, q querier) (run, taken int64, err error) {
	if err = ask(ctx, q, "SELECT run, pos FROM audit_journal WHERE id = 1").into(&run, &taken); err != nil {
		return 0, 0, fmt.Errorf("read how far the journal was taken over: %w", err)
	}
	return run, taken, nil
}

// records gives the records of a run, where they end and the last one's tag.
func (j *journal) records(content []byte, run int64) (list []waiting, pos int64, tag []byte) {
	for pos < int64(len(content)) {
		event, sum := record(content[pos:])
		if event == nil || !hmac.Equal(sum, j.sum(run, pos, tag, event)) {
			break
		}
		ev, err := decodeEvent(event)
		if err != nil {
			break // it bears our tag, so this cannot be
		}
		pos += journalHead + int64(len(event))
		tag = sum
		list = append(list, waiting{ev, pos})
	}
	return list, pos, tag
}

// record takes the first record apart; nil when there is none that is whole.
func record(b []byte) (event, sum []byte) {
	if len(b) < journalHead {
		return nil, nil
	}
	n := int64(binary.BigEndian.Uint32(b))
	if n == 0 || n > int64(len(b)-journalHead) {
		return nil, nil
	}
	return b[journalHead : journalHead+n], b[4:journalHead]
}

// decodeEvent undoes json.Marshal of an event; whole numbers in Detail are int64.
func decodeEvent(b []byte) (core.AuditEvent, error) {
	var ev core.AuditEvent
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&ev); err != nil {
		return core.AuditEvent{}, err
	}
	for k, v := range ev.Detail {
		ev.Detail[k] = plainNumbers(v)
	}
	return ev, nil
}

// add appends events, of which each has its JSON beside it, and returns when they are
// on disk. errNoJournal, and nothing was written, when they do not fit.
func (j *journal) add(events []core.AuditEvent, encoded [][]byte) error {
	if len(events) == 0 {
		return nil
	}
	var b []byte
	pos, tag, list := j.pos, j.tag, make([]waiting, 0, len(events))
	for i, event := range encoded {
		tag = j.sum(j.run, pos, tag, event)
		b = binary.BigEndian.AppendUint32(b, uint32(len(event)))
		b = append(append(b, tag...), event...)
		pos += journalHead + int64(len(event))
		list = append(list, waiting{events[i], pos})
	}
	if pos > journalSize {
		return errNoJournal
	}
	// Until it is known to be on disk, nobody knows what stands there.
	j.known = false
	if _, err := j.file.WriteAt(b, j.pos); err != nil {
		return err
	}
	if err := syncData(j.file); err != nil {
		return err
	}
	j.pos, j.tag, j.known = pos, tag, true
	j.mu.Lock()
	first := len(j.waiting) == 0
	j.waiting = append(j.waiting, list...)
	j.mu.Unlock()
	if first {
		j.later()
	}
	return nil
}

// length is how many events wait.
func (j *journal) length() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.waiting)
}

// Journaled is how many events are durable but not yet in the log's chain.
func (db *DB) Journaled() int { return db.journal.length() }

// latest gives the newest of what waits about a patient, newest first, and how many
// times some were taken over before.
func (j *journal) latest(patientID int64, limit int) (list []core.AuditEvent, times int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := len(j.waiting) - 1; i >= 0 && len(list) < limit; i-- {
		if ev := j.waiting[i].ev; ev.PatientID == patientID {
			list = append(list, core.AuditEvent{At: ev.At, Type: ev.Type, Outcome: ev.Outcome, Service: ev.Service,
				UserID: ev.UserID, PatientID: ev.PatientID, RecordID: ev.RecordID})
		}
	}
	return list, j.times
}

// takeOver appends what waits to the log, within tx. Call done with whether that
// was committed.
func (j *journal) takeOver(ctx context.Context, db *DB, tx *Tx) (n int, done func(committed bool), err error) {
	// Another process may have taken over, and where the last commit ended nobody
	// may know: the database says.
	run, taken, err := journaled(ctx, tx)
	if err != nil {
		return 0, nil, err
	}
	if !j.known || run != j.run || taken != j.taken {
		if err := j.load(run, taken); err != nil {
			return 0, nil, err
		}
	}
	j.known = false
	for _, w := range j.waiting {
		if err := db.appendAudit(ctx, tx, w.ev); err != nil {
			return 0, nil, err
		}
	}
	n, pos, tag := len(j.waiting), j.pos, j.tag
	// A file that ends before what was taken over was thrown away or put back from
	// a copy: a new run writes over it. Runs are begun by who journals only.
	if j.file != nil && (pos > journalSize/2 || pos < taken) {
		run, pos, tag = run+1, 0, nil
	}
	if run != j.run || n > 0 {
		if _, err := tx.Exec(ctx, "UPDATE audit_journal SET run = ?, pos = ? WHERE id = 1", run, pos); err != nil {
			return 0, nil, fmt.Errorf("note how far the journal was taken over: %w", err)
		}
	}
	return n, func(committed bool) {
		if !committed {
			return
		}
		j.run, j.pos, j.tag, j.taken, j.known = run, pos, tag, pos, j.file != nil
		j.mu.Lock()
		j.waiting, j.times = nil, j.times+1
		j.mu.Unlock()
	}, nil
}

// settled returns when the log holds every event that was durable at its call.
func (db *DB) settled(ctx context.Context) error {
	if db.journal.file == nil { // another process may journal
		if _, err := os.Stat(db.journal.path); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	} else if db.journal.length() == 0 {
		return nil
	}
	return db.Write(ctx, func(context.Context, *Tx) error { return nil })
}
