package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"clinician/internal/core"
)

// headEvery is how often the head beside the database is renewed at most.
const headEvery = time.Second

// signedHead is the newest event of the audit log, signed. One lies in the
// database, always current; a copy lies in a file beside it, at most headEvery
// behind, so that the log's end cannot be cut off by way of SQL alone.
type signedHead struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
	MAC  string `json:"mac"`
}

func (db *DB) sign(seq int64, hash string) signedHead {
	m := hmac.New(sha256.New, db.auditKey)
	fmt.Fprintf(m, "head\n%d\n%s", seq, hash) // no event body starts like this
	return signedHead{Seq: seq, Hash: hash, MAC: hex.EncodeToString(m.Sum(nil))}
}

func (db *DB) signed(h signedHead) bool {
	return hmac.Equal([]byte(db.sign(h.Seq, h.Hash).MAC), []byte(h.MAC))
}

// readHead gives the head in the database, the zero head of an empty log.
func (db *DB) readHead(ctx context.Context, q querier) (signedHead, error) {
	var h signedHead
	// A log whose head was thrown away is not an empty log: its head is 1 or
	// more and bears no signature.
	err := ask(ctx, q, `SELECT COALESCE(h.seq, (SELECT MAX(seq) FROM audit_events), 0),
		COALESCE(h.hash, ''), COALESCE(h.mac, '')
		FROM (SELECT 1 AS id) one LEFT JOIN audit_head h ON h.id = one.id`).into(&h.Seq, &h.Hash, &h.MAC)
	if err == nil && h.Seq == 0 {
		return signedHead{}, nil
	}
	if err == nil && !db.signed(h) {
		err = errors.New("the head does not bear our signature")
	}
	if err != nil {
		return signedHead{}, errNoEnd(err)
	}
	return h, nil
}

// endOfLog gives the head to go on from: it is signed, and it is the newest event. Going
// on behind one that was cut off would hide what is missing among what follows.
func (db *DB) endOfLog(ctx context.Context, q querier) (signedHead, error) {
	h, err := db.readHead(ctx, q)
	if err != nil {
		return h, err
	}
	if h.Seq == 0 { // nothing was ever written, or all of it was removed
		if outside, err := db.head.load(); err != nil || outside.Seq > 0 {
			return signedHead{}, errNoEnd(errors.Join(err, fmt.Errorf("it is empty, the head beside it is %d", outside.Seq)))
		}
		return h, nil
	}
	var newest signedHead
	err = ask(ctx, q, "SELECT seq, hash FROM audit_events ORDER BY seq DESC LIMIT 1").into(&newest.Seq, &newest.Hash)
	if err == nil && (newest.Seq != h.Seq || newest.Hash != h.Hash) || errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("it ends at event %d, its head is %d", newest.Seq, h.Seq)
	}
	if err != nil {
		return signedHead{}, errNoEnd(err)
	}
	return h, nil
}

func errNoEnd(cause error) error {
	return core.Errorf(core.CodeUnavailable,
		"The audit log cannot be continued, so nothing can be done. Tell your administrator: the log was changed from outside, or its key is not the right one.").WithCause(cause)
}

// headKeeper keeps the head beside the database. run is its goroutine.
type headKeeper struct {
	db   *DB
	file string
	news chan struct{} // something was appended; holds one
	stop chan struct{}
	done chan struct{}
	err  error // of the last write; read after done
}

func newHeadKeeper(db *DB) *headKeeper {
	return &headKeeper{
		db: db, file: db.path + ".audit-head",
		news: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
}

// noteCommit says that the log has grown. It never waits.
func (k *headKeeper) noteCommit() {
	select {
	case k.news <- struct{}{}:
	default:
	}
}

func (k *headKeeper) run() {
	defer close(k.done)
	for {
		select {
		case <-k.stop:
			k.err = k.renew()
			return
		case <-k.news:
			k.err = k.renew()
		}
		select {
		case <-k.stop:
			k.err = k.renew()
			return
		case <-time.After(headEvery):
		}
	}
}

// close renews the head a last time. The database must still be open for reading.
func (k *headKeeper) close() error {
	close(k.stop)
	<-k.done
	return k.err
}

// load gives the head in the file, the zero head when there is none.
func (k *headKeeper) load() (signedHead, error) {
	var h signedHead
	b, err := os.ReadFile(k.file)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return h, fmt.Errorf("read the head of the audit log: %w", err)
	}
	if err := json.Unmarshal(b, &h); err != nil || !k.db.signed(h) {
		return signedHead{}, core.Errorf(core.CodeInternal,
			"The head beside the database does not bear the audit log's signature. Keep a copy of the data directory and tell your privacy officer.")
	}
	return h, nil
}

// renew writes the current head into the file, unless what is there is ahead
// of the log or not of the log: that is evidence and stays.
func (k *headKeeper) renew() error {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	now, err := k.db.readHead(ctx, k.db.read)
	if err != nil || now.Seq == 0 {
		return err
	}
	if old, err := k.load(); err != nil || old.Seq >= now.Seq {
		return nil // Verify tells
	} else if old.Seq > 0 {
		var hash string
		err := ask(ctx, k.db.read, "SELECT hash FROM audit_events WHERE seq = ?", old.Seq).into(&hash)
		if err != nil || hash != old.Hash {
			return nil
		}
	}
	b, err := json.Marshal(now)
	if err != nil {
		return err
	}
	return replaceFile(k.file, b)
}

// replaceFile puts content in the place of file: the old one or the new one,
// never a part, also after a power cut.
func replaceFile(file string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Sync()
	}
	if err := errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), file)
}
