package store

import (
	"context"
	"fmt"
	"slices"

	"clinician/internal/core"
)

// StoresEvents: what this database stores, it stores with its event.
func (db *DB) StoresEvents(ledger core.AuditLog) bool {
	other, ok := ledger.(*DB)
	return ok && other == db
}

// Intend appends ev as something that is about to be done elsewhere.
func (db *DB) Intend(ctx context.Context, ev core.AuditEvent) (seq int64, err error) {
	ev.Outcome = core.OutcomeIntended
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := db.appendAudit(ctx, tx, ev); err != nil {
			return err
		}
		seq = tx.head.Seq
		_, err := tx.Exec(ctx, "INSERT INTO audit_intents (seq) VALUES (?)", seq)
		return err
	})
	return seq, err
}

// Conclude appends how the act of intent ended.
func (db *DB) Conclude(ctx context.Context, intent int64, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		done, err := tx.Exec(ctx, "DELETE FROM audit_intents WHERE seq = ?", intent)
		if err != nil {
			return fmt.Errorf("end an intent: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return core.Errorf(core.CodeConflict, "Audit event %d is no open intent.", intent)
		}
		return db.appendAudit(ctx, tx, withDetail(ev, "intent", intent))
	})
}

// OpenIntents gives the events of acts whose end is not known, oldest first.
func (db *DB) OpenIntents(ctx context.Context) ([]core.AuditEvent, error) {
	if err := db.settled(ctx); err != nil {
		return nil, err
	}
	rows, err := rowsOf(ctx, db.read, (*auditRow).fields,
		"SELECT "+auditColumns+" FROM audit_events WHERE seq IN (SELECT seq FROM audit_intents) ORDER BY seq")
	if err != nil {
		return nil, fmt.Errorf("read open intents: %w", err)
	}
	events := slices.Grow([]core.AuditEvent{}, len(rows))
	for _, r := range rows {
		ev, err := r.event()
		if err != nil {
			return nil, fmt.Errorf("decode audit event %d: %w", r.Seq, err)
		}
		events = append(events, ev)
	}
	return events, nil
}
