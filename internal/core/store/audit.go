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

	"github.com/uptrace/bun"

	"clinician/internal/core"
)

// auditRow is an event as stored. Body is the canonical JSON of the event
// without its hash; the indexed columns repeat parts of it for queries only.
type auditRow struct {
	bun.BaseModel `bun:"table:audit_events"`
	Seq           int64 `bun:",pk"`
	At            int64
	Type          string
	UserID        int64
	PatientID     int64
	RecordID      string
	Body          string
	Hash          string
}

// appendAudit adds ev to the chain within tx. It fills in Seq, At (when zero),
// Service (when empty), PrevHash and Hash.
func (db *DB) appendAudit(ctx context.Context, tx bun.Tx, ev core.AuditEvent) error {
	var last auditRow
	err := tx.NewSelect().Model(&last).Column("seq", "hash").OrderExpr("seq DESC").Limit(1).Scan(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the end of the audit log: %w", err)
	}
	ev.Seq, ev.PrevHash, ev.Hash = last.Seq+1, last.Hash, ""
	if ev.At.IsZero() {
		ev.At = db.now()
	}
	if ev.Service == "" {
		ev.Service = "clinician-service"
	}
	body, err := json.Marshal(ev)
	if err != nil {
		return fmt.Errorf("encode audit event: %w", err)
	}
	row := auditRow{
		Seq: ev.Seq, At: micros(ev.At), Type: ev.Type, UserID: ev.UserID, PatientID: ev.PatientID,
		RecordID: ev.RecordID, Body: string(body), Hash: db.auditHash(body),
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("append to the audit log: %w", err)
	}
	return nil
}

// auditHash chains an event: body holds the hash of the one before it.
func (db *DB) auditHash(body []byte) string {
	m := hmac.New(sha256.New, db.auditKey)
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}
