package store

import (
	"context"
	"fmt"
	"time"

	"clinician/internal/core"
)

// AdoptSession opens a session for a token that another service issued, unless it is
// there already; one that ended is not opened again. ev tells of it.
func (db *DB) AdoptSession(ctx context.Context, s core.NewSession, ev core.AuditEvent) error {
	var n int
	if err := ask(ctx, db.read, "SELECT COUNT(*) FROM sessions WHERE id = ?", s.ID).into(&n); err != nil {
		return fmt.Errorf("look for session: %w", err)
	}
	if n > 0 {
		return nil
	}
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err := tx.Exec(ctx, `INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, s.ID, s.UserID, micros(s.At), micros(s.At), micros(s.ExpiresAt))
		if err != nil {
			return fmt.Errorf("adopt session: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if err := insertToken(ctx, tx, s.ID, s.Token, s.At); err != nil {
			return err
		}
		ev.UserID, ev.SessionID = s.UserID, s.ID
		return db.appendAudit(ctx, tx, ev)
	})
}

// TokenIsCurrent reports whether a refresh token is known here and not spent.
func (db *DB) TokenIsCurrent(ctx context.Context, token core.TokenHash) (known, current bool, err error) {
	row, err := readToken(ctx, db.read, token)
	if err = notFoundOrNil(err, "read refresh token"); err != nil || row.ID == "" {
		return false, false, err
	}
	return true, row.SpentAt == nil, nil
}

// KeepSourceToken remembers, sealed by the caller, the refresh token by which another
// service knows a session; SourceTokenOf gives it back, nil for none.
func (db *DB) KeepSourceToken(ctx context.Context, sessionID string, sealed []byte) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, insert("mirror_tokens", "session_id, sealed")+" ON CONFLICT (session_id) DO UPDATE SET sealed = excluded.sealed", sessionID, sealed)
		if err != nil {
			return fmt.Errorf("keep the token of a session: %w", err)
		}
		return nil
	})
}

// SourceTokenOf gives what KeepSourceToken remembered.
func (db *DB) SourceTokenOf(ctx context.Context, sessionID string) ([]byte, error) {
	var sealed []byte
	err := ask(ctx, db.read, "SELECT sealed FROM mirror_tokens WHERE session_id = ?", sessionID).into(&sealed)
	return sealed, notFoundOrNil(err, "read the token of a session")
}

// UnsentEvents gives audit events that the source has not been told of, oldest first.
func (db *DB) UnsentEvents(ctx context.Context, limit int) ([]core.AuditEvent, error) {
	if err := db.settled(ctx); err != nil {
		return nil, err
	}
	rows, err := rowsOf(ctx, db.read, (*auditRow).fields, "SELECT "+auditColumns+` FROM audit_events
		WHERE seq > (SELECT events_sent FROM mirror WHERE id = 1) ORDER BY seq LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("read events to be sent: %w", err)
	}
	list := make([]core.AuditEvent, len(rows))
	for i, r := range rows {
		if list[i], err = r.event(); err != nil {
			return nil, fmt.Errorf("decode audit event %d: %w", r.Seq, err)
		}
	}
	return list, nil
}

// EventsSent notes that the source was told of all events up to seq.
func (db *DB) EventsSent(ctx context.Context, seq int64) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "UPDATE mirror SET events_sent = ? WHERE id = 1 AND events_sent < ?", seq, seq)
		if err != nil {
			return fmt.Errorf("note the events that were sent: %w", err)
		}
		return nil
	})
}

// EventLag says how many events wait to be told, and since when.
func (db *DB) EventLag(ctx context.Context) (n int64, since time.Time, err error) {
	var at int64
	err = ask(ctx, db.read, `SELECT COUNT(*), COALESCE(MIN(at), 0) FROM audit_events WHERE seq > (SELECT events_sent FROM mirror WHERE id = 1)`).into(&n, &at)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("count events to be sent: %w", err)
	}
	if n > 0 {
		since = fromMicros(at)
	}
	return n, since, nil
}
