package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// derivedTables hold what was concluded from a record's content for the patient
// it was filed under: void as soon as it belongs to another, gone with the
// record. The text of its pages is no conclusion and is not among them.
var derivedTables = []string{}

// voidDerived removes all of it.
func voidDerived(ctx context.Context, tx bun.Tx, recordID string) error {
	for _, table := range derivedTables {
		if _, err := tx.NewRaw("DELETE FROM "+table+" WHERE record_id = ?", recordID).Exec(ctx); err != nil {
			return fmt.Errorf("void %s: %w", table, err)
		}
	}
	return nil
}

// deleteReadings removes what was read from a record that is deleted.
func deleteReadings(ctx context.Context, tx bun.Tx, recordID string) error {
	for _, q := range []string{
		"DELETE FROM ocr_pages WHERE job_id IN (SELECT id FROM ocr_jobs WHERE record_id = ?)",
		"DELETE FROM ocr_jobs WHERE record_id = ?",
	} {
		if _, err := tx.NewRaw(q, recordID).Exec(ctx); err != nil {
			return fmt.Errorf("delete readings: %w", err)
		}
	}
	return nil
}
