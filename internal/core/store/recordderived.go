package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"clinician/internal/core"
	"clinician/internal/core/records"
	"clinician/internal/core/values"
)

// What was concluded from a record's content for the patient it was filed
// under: void as soon as it belongs to another, gone with the record. The text
// of its pages and what people corrected in it is no conclusion.
var derivedTables = []string{"value_reviews", "check_resolutions"}

// voidDerived removes all of it.
func voidDerived(ctx context.Context, tx bun.Tx, recordID string) error {
	for _, table := range derivedTables {
		if _, err := tx.NewRaw("DELETE FROM "+table+" WHERE record_id = ?", recordID).Exec(ctx); err != nil {
			return fmt.Errorf("void %s: %w", table, err)
		}
	}
	_, err := tx.NewRaw("DELETE FROM ocr_findings WHERE job_id IN (SELECT id FROM ocr_jobs WHERE record_id = ?)", recordID).Exec(ctx)
	if err == nil {
		_, err = tx.NewRaw("UPDATE ocr_jobs SET analysis = '' WHERE record_id = ?", recordID).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("void findings: %w", err)
	}
	return nil
}

// moveCorrections wraps the keys of text corrections anew: they are about the
// paper, and their signatures do not name the patient.
func moveCorrections(ctx context.Context, tx bun.Tx, rec core.Record, m records.Move, _ core.AuditEvent) error {
	var steps []struct {
		ID     string
		Sealed []byte
	}
	if err := tx.NewRaw("SELECT id, sealed FROM text_corrections WHERE record_id = ?", rec.ID).Scan(ctx, &steps); err != nil {
		return fmt.Errorf("read corrections: %w", err)
	}
	for _, c := range steps {
		sealed, err := m.RewrapBytes(ctx, rec.PatientID, values.CorrectionSubject(c.ID), c.Sealed)
		if err == nil {
			_, err = tx.NewRaw("UPDATE text_corrections SET sealed = ?, patient_id = ? WHERE id = ?", sealed, m.PatientID, c.ID).Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("move correction: %w", err)
		}
	}
	return nil
}

// deleteReadings removes what was read from a record that is deleted, and what
// people wrote over it.
func deleteReadings(ctx context.Context, tx bun.Tx, recordID string) error {
	for _, q := range []string{
		"DELETE FROM text_corrections WHERE record_id = ?",
		"DELETE FROM ocr_pages WHERE job_id IN (SELECT id FROM ocr_jobs WHERE record_id = ?)",
		"DELETE FROM ocr_jobs WHERE record_id = ?",
	} {
		if _, err := tx.NewRaw(q, recordID).Exec(ctx); err != nil {
			return fmt.Errorf("delete readings: %w", err)
		}
	}
	return nil
}
