package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"clinician/internal/core"
	"clinician/internal/core/values"
)

// PutDraft keeps what a person typed over a page, in place of what was kept.
func (db *DB) PutDraft(ctx context.Context, d values.DraftRow, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := errors.Join(stands(ctx, tx, ev.Guard), stillOf(ctx, tx, d.RecordID, d.PatientID)); err != nil {
			return err
		}
		var late int // it was sent before a correction and comes behind it
		err := ask(ctx, tx, "SELECT COUNT(*) FROM text_corrections WHERE record_id = ? AND page = ? AND author = ? AND number > ?",
			d.RecordID, d.Page, d.By, d.Steps).into(&late)
		if err != nil {
			return fmt.Errorf("keep draft: %w", err)
		}
		if late > 0 {
			return nil
		}
		res, err := tx.Exec(ctx, "UPDATE text_drafts SET id = ?, patient_id = ?, steps = ?, at = ?, sealed = ? WHERE record_id = ? AND page = ? AND author = ?",
			d.ID, d.PatientID, d.Steps, micros(d.At), d.Sealed, d.RecordID, d.Page, d.By)
		if err != nil {
			return fmt.Errorf("keep draft: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO text_drafts (id, record_id, patient_id, page, author, steps, at, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			d.ID, d.RecordID, d.PatientID, d.Page, d.By, d.Steps, micros(d.At), d.Sealed); err != nil {
			return fmt.Errorf("keep draft: %w", err)
		}
		ev.PatientID, ev.RecordID = d.PatientID, d.RecordID
		return db.appendAudit(ctx, tx, ev)
	})
}

// DraftRow gives a person's draft of a page.
func (db *DB) DraftRow(ctx context.Context, recordID string, page int, by int64) (values.DraftRow, error) {
	var r struct {
		ID        string
		PatientID int64
		At        int64
		Steps     int
		Sealed    []byte
	}
	err := ask(ctx, db.read, "SELECT id, patient_id, steps, at, sealed FROM text_drafts WHERE record_id = ? AND page = ? AND author = ?", recordID, page, by).into(&r.ID, &r.PatientID, &r.Steps, &r.At, &r.Sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return values.DraftRow{}, core.Errorf(core.CodeNotFound, "Nothing is kept that you typed over this page.")
	}
	if err != nil {
		return values.DraftRow{}, fmt.Errorf("read draft: %w", err)
	}
	return values.DraftRow{ID: r.ID, RecordID: recordID, PatientID: r.PatientID, Page: page, Steps: r.Steps, By: by, At: fromMicros(r.At), Sealed: r.Sealed}, nil
}

// DropDraft forgets a draft.
func (db *DB) DropDraft(ctx context.Context, recordID string, page int, by int64) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error { return dropDraft(ctx, tx, recordID, page, by) })
}

func dropDraft(ctx context.Context, tx *Tx, recordID string, page int, by int64) error {
	if _, err := tx.Exec(ctx, "DELETE FROM text_drafts WHERE record_id = ? AND page = ? AND author = ?", recordID, page, by); err != nil {
		return fmt.Errorf("drop draft: %w", err)
	}
	return nil
}
