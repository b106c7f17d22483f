package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/records"
	"clinician/internal/core/values"
)

// NotesChart says in whose chart a record or a tombstone is.
func (db *DB) NotesChart(ctx context.Context, recordID string) (int64, error) {
	return notesChart(ctx, db.read, recordID)
}

func notesChart(ctx context.Context, q querier, recordID string) (patientID int64, err error) {
	err = ask(ctx, q, `SELECT patient_id FROM records WHERE id = ? AND deleted_at IS NULL
		UNION ALL SELECT patient_id FROM record_tombstones WHERE id = ? LIMIT 1`, recordID, recordID).into(&patientID)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, recordNotFound()
	}
	if err != nil {
		return 0, fmt.Errorf("look for a document: %w", err)
	}
	return patientID, nil
}

// NoteRows gives the steps in the notes on a record.
func (db *DB) NoteRows(ctx context.Context, recordID string) ([]values.NoteRow, error) {
	type noteRow struct {
		values.NoteRow
		at          int64
		first, last string
	}
	rows, err := rowsOf(ctx, db.read, func(r *noteRow) []any {
		return []any{&r.ID, &r.RecordID, &r.Document, &r.PatientID, &r.Number, &r.Act, &r.About, &r.By, &r.first, &r.last, &r.Role, &r.at, &r.Sealed, &r.MAC}
	}, `SELECT n.id, n.record_id, n.document, n.patient_id, n.number, n.act, n.about, n.author, u.first_name, u.last_name, n.role, n.at, n.sealed, n.mac
		FROM record_notes n JOIN users u ON u.id = n.author WHERE n.record_id = ? ORDER BY n.number`, recordID)
	if err != nil {
		return nil, fmt.Errorf("list notes: %w", err)
	}
	list := make([]values.NoteRow, len(rows))
	for i, r := range rows {
		list[i] = r.NoteRow
		list[i].At, list[i].ByName = fromMicros(r.at), strings.TrimSpace(r.first+" "+r.last)
	}
	return list, nil
}

// AddNote appends to the notes on a record.
func (db *DB) AddNote(ctx context.Context, n values.NoteRow, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		chart, err := notesChart(ctx, tx, n.RecordID)
		if err != nil {
			return err
		}
		if chart != n.PatientID { // it was sealed for another patient
			return recordNotFound()
		}
		_, err = tx.Exec(ctx, insert("record_notes", "id, record_id, document, patient_id, number, act, about, author, role, at, sealed, mac"),
			n.ID, n.RecordID, n.Document, n.PatientID, n.Number, n.Act, n.About, n.By, n.Role, micros(n.At), n.Sealed, n.MAC)
		if tx.d.isUnique(err) {
			return core.Errorf(core.CodeConflict, "Somebody else wrote about this document at the same moment. Try again.")
		}
		if err != nil {
			return fmt.Errorf("store note: %w", err)
		}
		ev.PatientID, ev.RecordID = n.PatientID, n.RecordID
		return db.appendAudit(ctx, tx, ev)
	})
}

// leaveNotes keeps what was written about a document in the chart it was written in: it
// may speak of the patient, and the next chart is somebody else's.
func leaveNotes(ctx context.Context, tx *Tx, rec core.Record, m records.Move, _ core.AuditEvent) error {
	_, err := tx.Exec(ctx, "UPDATE record_notes SET record_id = ? WHERE record_id = ?", m.TombstoneID, rec.ID)
	return err
}
