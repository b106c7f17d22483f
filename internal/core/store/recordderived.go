package store

import (
	"context"
	"fmt"

	"clinician/internal/core"
	"clinician/internal/core/records"
	"clinician/internal/core/values"
)

// What was concluded from a record's content for the patient it was filed
// under: void as soon as it belongs to another, gone with the record. The text
// of its pages and what people corrected in it is no conclusion.
var derivedTables = []string{"value_reviews", "check_resolutions"}

// voidDerived removes all of it.
func voidDerived(ctx context.Context, tx *Tx, recordID string) error {
	for _, table := range derivedTables {
		if _, err := tx.Exec(ctx, "DELETE FROM "+table+" WHERE record_id = ?", recordID); err != nil {
			return fmt.Errorf("void %s: %w", table, err)
		}
	}
	_, err := tx.Exec(ctx, "DELETE FROM ocr_findings WHERE job_id IN (SELECT id FROM ocr_jobs WHERE record_id = ?)", recordID)
	if err == nil {
		_, err = tx.Exec(ctx, "UPDATE ocr_jobs SET analysis = '' WHERE record_id = ?", recordID)
	}
	if err != nil {
		return fmt.Errorf("void findings: %w", err)
	}
	return nil
}

// moveCorrections wraps the keys of text corrections and drafts anew: they are
// about the paper, and their signatures do not name the patient.
func moveCorrections(ctx context.Context, tx *Tx, rec core.Record, m records.Move, _ core.AuditEvent) error {
	for table, subject := range map[string]func(id string) string{"text_corrections": values.CorrectionSubject, "text_drafts": values.DraftSubject} {
		type sealedRow struct {
			ID     string
			Sealed []byte
		}
		rows, err := rowsOf(ctx, tx, func(r *sealedRow) []any { return []any{&r.ID, &r.Sealed} }, "SELECT id, sealed FROM "+table+" WHERE record_id = ?", rec.ID)
		if err != nil {
			return fmt.Errorf("read %s: %w", table, err)
		}
		for _, r := range rows {
			sealed, err := m.RewrapBytes(ctx, rec.PatientID, subject(r.ID), r.Sealed)
			if err == nil {
				_, err = tx.Exec(ctx, "UPDATE "+table+" SET sealed = ?, patient_id = ? WHERE id = ?", sealed, m.PatientID, r.ID)
			}
			if err != nil {
				return fmt.Errorf("move %s: %w", table, err)
			}
		}
	}
	return nil
}

// deleteReadings removes what was read from a record that is deleted, and what
// people wrote over it.
func deleteReadings(ctx context.Context, tx *Tx, recordID string) error {
	for _, q := range []string{
		"DELETE FROM text_corrections WHERE record_id = ?",
		"DELETE FROM text_drafts WHERE record_id = ?",
		"DELETE FROM record_notes WHERE record_id = ?",
		"DELETE FROM tasks WHERE record_id = ?",
		"DELETE FROM ocr_pages WHERE job_id IN (SELECT id FROM ocr_jobs WHERE record_id = ?)",
		"DELETE FROM ocr_jobs WHERE record_id = ?",
	} {
		if _, err := tx.Exec(ctx, q, recordID); err != nil {
			return fmt.Errorf("delete readings: %w", err)
		}
	}
	return nil
}
