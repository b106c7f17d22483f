package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"clinician/internal/core"
)

var _ core.Sessions = (*DB)(nil)

var (
	errBadRefresh     = core.Errorf(core.CodeUnauthenticated, "Invalid refresh token")
	errRefreshExpired = core.Errorf(core.CodeUnauthenticated, "Refresh token expired")
	errSessionEnded   = core.Errorf(core.CodeUnauthenticated, "Your session has ended. Log in again.")
)

type sessionRow struct {
	ID         string
	UserID     int64
	CreatedAt  int64
	LastUsedAt int64
	ExpiresAt  int64
	RevokedAt  *int64
}

func (r *sessionRow) fields() []any {
	return []any{&r.ID, &r.UserID, &r.CreatedAt, &r.LastUsedAt, &r.ExpiresAt, &r.RevokedAt}
}

const sessionColumns = "s.id, s.user_id, s.created_at, s.last_used_at, s.expires_at, s.revoked_at"

func (r sessionRow) session() core.Session {
	return core.Session{
		ID: r.ID, UserID: r.UserID, CreatedAt: fromMicros(r.CreatedAt), LastUsedAt: fromMicros(r.LastUsedAt),
		ExpiresAt: fromMicros(r.ExpiresAt), RevokedAt: fromMicrosPtr(r.RevokedAt),
	}
}

// tokenRow is a refresh token with its family and whether the user is active.
type tokenRow struct {
	sessionRow
	IsActive bool
	IssuedAt int64
	SpentAt  *int64
	Sealed   []byte
}

func (r *tokenRow) fields() []any {
	return append(r.sessionRow.fields(), &r.IsActive, &r.IssuedAt, &r.SpentAt, &r.Sealed)
}

// Open stores a session with its first token.
func (db *DB) Open(ctx context.Context, s core.NewSession, ev core.AuditEvent) (core.Session, error) {
	row := sessionRow{ID: s.ID, UserID: s.UserID, CreatedAt: micros(s.At), LastUsedAt: micros(s.At), ExpiresAt: micros(s.ExpiresAt)}
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err := tx.Exec(ctx, "UPDATE users SET last_login = ? WHERE id = ? AND is_active", micros(s.At), s.UserID)
		if err := oneRow(res, err, "User not found", "note the login"); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at) VALUES (?, ?, ?, ?, ?)",
			row.ID, row.UserID, row.CreatedAt, row.LastUsedAt, row.ExpiresAt)
		if err != nil {
			return fmt.Errorf("store session: %w", err)
		}
		if err := insertToken(ctx, tx, s.ID, s.Token, s.At); err != nil {
			return err
		}
		ev.UserID, ev.SessionID = s.UserID, s.ID
		return db.appendAudit(ctx, tx, ev)
	})
	if err != nil {
		return core.Session{}, err
	}
	return row.session(), nil
}

func insertToken(ctx context.Context, tx *Tx, sessionID string, token core.TokenHash, at time.Time) error {
	_, err := tx.Exec(ctx, "INSERT INTO session_tokens (hash, session_id, issued_at) VALUES (?, ?, ?)",
		token[:], sessionID, micros(at))
	if err != nil {
		return fmt.Errorf("store refresh token: %w", err)
	}
	return nil
}

func readToken(ctx context.Context, q querier, token core.TokenHash) (tokenRow, error) {
	var row tokenRow
	err := ask(ctx, q, "SELECT "+sessionColumns+`, u.is_active, t.issued_at, t.spent_at, t.sealed
		FROM session_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
		WHERE t.hash = ?`, token[:]).into(row.fields()...)
	return row, err
}

// Rotate exchanges a refresh token for its successor.
func (db *DB) Rotate(ctx context.Context, r core.Rotation, ev core.AuditEvent) (core.Rotated, error) {
	// Guesses must not cost a write.
	if _, err := readToken(ctx, db.read, r.Presented); errors.Is(err, sql.ErrNoRows) {
		return core.Rotated{}, errBadRefresh
	} else if err != nil {
		return core.Rotated{}, fmt.Errorf("read refresh token: %w", err)
	}
	var out core.Rotated
	var refusal error // an answer of its own: what comes with it must be kept
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		t, err := readToken(ctx, tx, r.Presented)
		if err != nil {
			return fmt.Errorf("read refresh token: %w", err)
		}
		ev.UserID, ev.SessionID = t.UserID, t.ID
		if ev.At.IsZero() {
			ev.At = r.At
		}
		if refusal = t.refuse(r); refusal != nil {
			return nil
		}
		out.Session = t.session()
		switch {
		case t.SpentAt == nil:
			out.Session.LastUsedAt = fromMicros(micros(r.At))
			if err := succeed(ctx, tx, t, r); err != nil {
				return err
			}
		case !r.At.After(fromMicros(*t.SpentAt).Add(r.Grace)):
			out.Replayed = t.Sealed
			ev = withDetail(ev, "replayed", true)
		default:
			refusal = errBadRefresh
			ev.Type, ev.Action, ev.Outcome, ev.Detail = core.EventTokenReuse, core.ActionExecute, core.OutcomeDenied, nil
			if err := endSession(ctx, tx, t.ID, r.At); err != nil {
				return err
			}
		}
		return db.appendAudit(ctx, tx, ev)
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return core.Rotated{}, err
	}
	return out, nil
}

// refuse says why a token cannot be exchanged, reuse aside.
func (t tokenRow) refuse(r core.Rotation) error {
	at := micros(r.At)
	switch {
	case t.RevokedAt != nil || !t.IsActive:
		return errBadRefresh
	case at >= t.ExpiresAt:
		return errRefreshExpired
	case t.SpentAt == nil && r.Idle > 0 && at-t.IssuedAt > r.Idle.Microseconds():
		return errRefreshExpired
	}
	return nil
}

// succeed spends t and stores its successor.
func succeed(ctx context.Context, tx *Tx, t tokenRow, r core.Rotation) error {
	sealed := r.Sealed
	if sealed == nil {
		sealed = []byte{} // spent without an answer to replay is still spent
	}
	_, err := tx.Exec(ctx, "UPDATE session_tokens SET spent_at = ?, sealed = ? WHERE hash = ?",
		micros(r.At), sealed, r.Presented[:])
	if err != nil {
		return fmt.Errorf("spend refresh token: %w", err)
	}
	if err := insertToken(ctx, tx, t.ID, r.Successor, r.At); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "UPDATE sessions SET last_used_at = ? WHERE id = ?", micros(r.At), t.ID); err != nil {
		return fmt.Errorf("note the use of the session: %w", err)
	}
	return nil
}

// Active gives session and user when both are alive.
func (db *DB) Active(ctx context.Context, sessionID string, at time.Time) (core.Session, core.User, error) {
	s, u, _, err := db.Caller(ctx, sessionID, at)
	return s, u, err
}

// Caller gives session, user and the user's clinician's profile when the first
// two are alive.
func (db *DB) Caller(ctx context.Context, sessionID string, at time.Time) (core.Session, core.User, int64, error) {
	var clinicianID int64
	var s sessionRow
	var u userRow
	err := ask(ctx, db.read, "SELECT "+sessionColumns+", "+userColumns+`, COALESCE(c.id, 0)
		FROM sessions s JOIN users u ON u.id = s.user_id JOIN roles r ON r.id = u.role_id
		LEFT JOIN clinicians c ON c.user_id = u.id WHERE s.id = ?`, sessionID).into(append(append(s.fields(), u.fields()...), &clinicianID)...)
	if errors.Is(err, sql.ErrNoRows) {
		return core.Session{}, core.User{}, 0, errSessionEnded
	}
	if err != nil {
		return core.Session{}, core.User{}, 0, fmt.Errorf("read session: %w", err)
	}
	if s.RevokedAt != nil || !u.IsActive || micros(at) >= s.ExpiresAt {
		return core.Session{}, core.User{}, 0, errSessionEnded
	}
	return s.session(), u.user(), clinicianID, nil
}

// ByToken gives the session of a token, current or spent.
func (db *DB) ByToken(ctx context.Context, token core.TokenHash) (core.Session, error) {
	row, err := readToken(ctx, db.read, token)
	if err != nil {
		return core.Session{}, notFoundOr(err, "Session not found", "read refresh token")
	}
	return row.session(), nil
}

// Revoke ends a session.
func (db *DB) Revoke(ctx context.Context, sessionID string, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		var userID int64
		if err := ask(ctx, tx, "SELECT user_id FROM sessions WHERE id = ?", sessionID).into(&userID); err != nil {
			return notFoundOr(err, "Session not found", "read session")
		}
		if err := endSession(ctx, tx, sessionID, db.eventTime(ev)); err != nil {
			return err
		}
		ev.SessionID = sessionID
		if ev.UserID == 0 {
			ev.UserID = userID
		}
		return db.appendAudit(ctx, tx, ev)
	})
}

// RevokeUser ends all sessions of a user and says which.
func (db *DB) RevokeUser(ctx context.Context, userID int64, ev core.AuditEvent) (ended []string, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if ended, err = endSessions(ctx, tx, userID, db.eventTime(ev)); err != nil {
			return err
		}
		if ev.UserID == 0 {
			ev.UserID = userID
		}
		return db.appendAudit(ctx, tx, withDetail(withDetail(ev, "subject_user_id", userID), "sessions_ended", len(ended)))
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

func endSession(ctx context.Context, tx *Tx, id string, at time.Time) error {
	_, err := tx.Exec(ctx, "UPDATE sessions SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", micros(at), id)
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

func endSessions(ctx context.Context, tx *Tx, userID int64, at time.Time) ([]string, error) {
	ended, err := column[string](ctx, tx, `UPDATE sessions SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ?
		RETURNING id`, micros(at), userID, micros(at))
	if err != nil {
		return nil, fmt.Errorf("end sessions: %w", err)
	}
	if ended == nil {
		ended = []string{}
	}
	return ended, nil
}

// PurgeSessions removes families that ended before the given moment, with
// their tokens, and says how many.
func (db *DB) PurgeSessions(ctx context.Context, before time.Time) (n int64, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err := tx.Exec(ctx, "DELETE FROM sessions WHERE expires_at < ? OR revoked_at < ?", micros(before), micros(before))
		if err != nil {
			return fmt.Errorf("purge sessions: %w", err)
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, err
}
