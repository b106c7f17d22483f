package store

import (
	"context"
	"errors"
	"fmt"
	"os"

	"clinician/internal/core"
)

// Snapshot writes the database as it is at one moment into a new file that only its owner
// may read, with every audit event that was durable before. Others read and write
// meanwhile; none of that is in it.
func (db *DB) Snapshot(ctx context.Context, path string) error {
	if err := db.settled(ctx); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := copySQLite(ctx, db.path, path); err != nil {
		return errors.Join(fmt.Errorf("copy the database: %w", err), os.Remove(path))
	}
	return nil
}

// Head gives number and hash of the newest audit event; zero when there is none.
func (db *DB) Head(ctx context.Context) (seq int64, hash string, err error) {
	h, err := db.readHead(ctx, db.read)
	return h.Seq, h.Hash, err
}

// CheckIntegrity reads the whole database and says what is damaged in it; nothing when it
// is sound.
func (db *DB) CheckIntegrity(ctx context.Context) ([]string, error) {
	problems, err := integrityOf(ctx, db.read)
	if err != nil {
		return nil, fmt.Errorf("check the database: %w", err)
	}
	return problems, nil
}

// EndAllSessions ends the session of everybody and stores ev, which says how many.
func (db *DB) EndAllSessions(ctx context.Context, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err := tx.Exec(ctx, "UPDATE sessions SET revoked_at = ? WHERE revoked_at IS NULL", micros(db.eventTime(ev)))
		if err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		return db.appendAudit(ctx, tx, withDetail(ev, "sessions_ended", n))
	})
}
