package store

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"clinician/internal/core"
)

// endRows is how many events CheckEnd looks at, however long the log is.
const endRows = 64

// ErrAuditKey is in the chain of errors about a log that was written with another key.
var ErrAuditKey = errors.New("the audit log was written with another key")

// CheckEnd checks the newest events, the head in the database and the one beside it. It
// finds a log that was cut off, emptied or signed by somebody else, and costs the same
// however long the log is; what was changed further back, Verify finds. When the end was
// not written with this key at all, the error has ErrAuditKey in its chain.
func (db *DB) CheckEnd(ctx context.Context) error {
	// Before the log itself is read: it may grow meanwhile.
	outside, outsideErr := db.head.load()
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("read the audit log: %w", err)
	}
	defer tx.Rollback()
	view := snapshot{tx, db.d}
	rows, err := rowsOf(ctx, view, (*auditRow).fields, "SELECT "+auditColumns+" FROM audit_events ORDER BY seq DESC LIMIT ?", endRows+1)
	if err != nil {
		return fmt.Errorf("read the end of the audit log: %w", err)
	}
	inside, insideErr := db.readHead(ctx, view)
	if len(rows) > 0 && (insideErr != nil || outsideErr != nil) && !db.wrote(rows[0]) {
		return db.anotherKey(ctx, view)
	}
	if err := errors.Join(insideErr, outsideErr); err != nil {
		return err
	}
	last, err := db.checkRows(rows)
	if err != nil {
		return err
	}
	if last.Seq == 0 && inside.Seq == 0 && outside.Seq == 0 {
		return db.checkEmpty(ctx, view)
	}
	atOutside, err := hashOf(ctx, view, outside.Seq)
	if err == nil {
		_, err = compareHeads(inside, outside, last, atOutside)
	}
	return err
}

// hashOf gives the hash of an event; "" when there is none of that number.
func hashOf(ctx context.Context, q querier, seq int64) (hash string, err error) {
	err = ask(ctx, q, "SELECT hash FROM audit_events WHERE seq = ?", seq).into(&hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read audit event %d: %w", seq, err)
	}
	return hash, nil
}

// wrote reports whether an event bears the hash of our key.
func (db *DB) wrote(r auditRow) bool {
	return hmac.Equal([]byte(db.auditHash([]byte(r.Body))), []byte(r.Hash))
}

// checkRows checks events, newest first, of which one more than endRows may be there as
// the predecessor of the others. It gives the newest.
func (db *DB) checkRows(rows []auditRow) (last signedHead, err error) {
	slices.Reverse(rows)
	if len(rows) > endRows {
		last = signedHead{Seq: rows[0].Seq, Hash: rows[0].Hash}
		rows = rows[1:]
	}
	for _, r := range rows {
		if err := db.checkRow(last, r); err != nil {
			return last, err
		}
		last = signedHead{Seq: r.Seq, Hash: r.Hash}
	}
	return last, nil
}

// anotherKey says that the log is not ours, and whose the data may be.
func (db *DB) anotherKey(ctx context.Context, q querier) error {
	var root string
	cause := ErrAuditKey
	if err := ask(ctx, q, "SELECT root_id FROM patient_keys LIMIT 1").into(&root); err == nil {
		cause = fmt.Errorf("%w; patients' keys are under root key %s", ErrAuditKey, root)
	}
	return core.Errorf(core.CodeUnavailable, "The audit log was written with another key than this server's.").WithCause(cause)
}

// checkEmpty refuses a log without events beside people, sessions or documents, which
// never come into being without one. People of a mirror are another service's.
func (db *DB) checkEmpty(ctx context.Context, q querier) error {
	var used bool
	if err := ask(ctx, q, `SELECT EXISTS (SELECT 1 FROM records) OR EXISTS (SELECT 1 FROM sessions)
		OR EXISTS (SELECT 1 FROM audit_journal WHERE run > 1 OR pos > 0)
		OR EXISTS (SELECT 1 FROM users) AND NOT EXISTS (SELECT 1 FROM mirror)`).into(&used); err != nil {
		return fmt.Errorf("look whether the database was used: %w", err)
	}
	if used {
		return broken(1, "it and all after it were removed, with the heads; the database was used")
	}
	return nil
}

// compareHeads compares the end of a log whose events are good with the heads that were
// signed; atOutside is the hash of the event that the head beside the database names. It
// gives the number of the last event that can be trusted.
func compareHeads(inside, outside, last signedHead, atOutside string) (int64, error) {
	switch {
	case inside.Seq > last.Seq:
		return last.Seq, broken(last.Seq+1, "it and all after it were removed (the signed head in the database is %d)", inside.Seq)
	case inside.Seq < last.Seq || inside.Hash != last.Hash:
		return inside.Seq, broken(inside.Seq+1, "it lies beyond the signed head in the database")
	case outside.Seq > last.Seq:
		return last.Seq, broken(last.Seq+1, "it and all after it were removed (the signed head beside the database is %d)", outside.Seq)
	case outside.Seq > 0 && outside.Hash != atOutside:
		return outside.Seq - 1, broken(outside.Seq, "it is not the event that the head beside the database signed")
	}
	return last.Seq, nil
}
