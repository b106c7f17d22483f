package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"clinician/internal/core"
)

// isCurrent refuses what is out of work.
func isCurrent(rec core.Record) error {
	switch rec.Status {
	case core.RecordEnteredInError:
		return core.Errorf(core.CodeConflict, "This record was entered in error. Restore it first.")
	case core.RecordMoved:
		return core.Errorf(core.CodeConflict, "This record was moved to another chart.")
	}
	return nil
}

// stillThere refuses when the record is not in the chart any more that the act
// was allowed for: it may have been moved since.
func stillThere(rec core.Record, ev core.AuditEvent) error {
	if ev.PatientID != 0 && ev.PatientID != rec.PatientID {
		return recordNotFound()
	}
	return nil
}

// unseen refuses when the record is not what the one who acts saw.
func unseen(rec core.Record, ev core.AuditEvent) error { return core.Unseen(ev, rec.Version, rec) }

func tagsJSON(tags []string) string {
	if len(tags) == 0 {
		return "[]"
	}
	b, err := json.Marshal(tags)
	if err != nil { // strings always encode
		return "[]"
	}
	return string(b)
}

// auditRecord stores ev about rec.
func (db *DB) auditRecord(ctx context.Context, tx *Tx, rec core.Record, ev core.AuditEvent) error {
	if ev.At.IsZero() {
		ev.At = db.now()
	}
	ev.PatientID, ev.RecordID = rec.PatientID, rec.ID
	return db.appendAudit(ctx, tx, ev)
}

// changeRecord reads a record, lets f change its row, and stores ev, in one
// step. A reason is kept beside the record.
func (db *DB) changeRecord(ctx context.Context, id, reason string, ev core.AuditEvent,
	f func(ctx context.Context, tx *Tx, rec core.Record, ev core.AuditEvent) error) (rec core.Record, err error) {
	if ev.At.IsZero() {
		ev.At = db.now()
	}
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if rec, err = recordByID(ctx, tx, id); err != nil {
			return err
		}
		if err := errors.Join(stillThere(rec, ev), unseen(rec, ev)); err != nil {
			return err
		}
		if err := f(ctx, tx, rec, ev); err != nil {
			return err
		}
		if reason != "" {
			if err := addReason(ctx, tx, id, reason, ev); err != nil {
				return err
			}
		}
		if err := db.auditRecord(ctx, tx, rec, ev); err != nil {
			return err
		}
		rec, err = recordByID(ctx, tx, id)
		return err
	})
	if err != nil {
		return core.Record{}, err
	}
	return rec, nil
}

func addReason(ctx context.Context, tx *Tx, id, reason string, ev core.AuditEvent) error {
	_, err := tx.Exec(ctx, "INSERT INTO record_reasons (record_id, at, user_id, act, reason) VALUES (?, ?, ?, ?, ?)",
		id, micros(ev.At), ev.UserID, ev.Type, reason)
	if err != nil {
		return fmt.Errorf("store reason: %w", err)
	}
	return nil
}

// EditRecord changes a current record's metadata.
func (db *DB) EditRecord(ctx context.Context, id string, e core.RecordEdit, ev core.AuditEvent) (core.Record, error) {
	return db.changeRecord(ctx, id, "", ev, func(ctx context.Context, tx *Tx, rec core.Record, _ core.AuditEvent) error {
		if err := errors.Join(rec.Changeable(), isCurrent(rec)); err != nil {
			return err
		}
		var u changes
		if e.TypeID != nil {
			if err := typeUsable(ctx, tx, *e.TypeID); err != nil {
				return err
			}
			u.set("type_id = ?", *e.TypeID)
		}
		if e.Title != nil {
			u.set("title = ?", *e.Title)
		}
		if e.DocumentDate != nil {
			u.set("document_date = ?", e.DocumentDate.String())
		}
		if e.Source != nil {
			u.set("source = ?", *e.Source)
		}
		if e.ReceivedBy != nil {
			u.set("received_by = ?", *e.ReceivedBy)
		}
		if e.Tags != nil {
			u.set("tags = ?", tagsJSON(*e.Tags))
		}
		if len(u.columns) == 0 {
			return core.Errorf(core.CodeInvalid, "Nothing was changed: name at least one field.")
		}
		if _, err := u.apply(ctx, tx, "records", "id = ?", id); err != nil {
			return fmt.Errorf("edit record: %w", err)
		}
		return nil
	})
}

func setStatus(ctx context.Context, tx *Tx, id string, status core.RecordStatus, reason string, ev core.AuditEvent) error {
	_, err := tx.Exec(ctx, "UPDATE records SET status = ?, status_reason = ?, status_by = ?, status_at = ? WHERE id = ?",
		status, reason, ev.UserID, micros(ev.At), id)
	if err != nil {
		return fmt.Errorf("change status: %w", err)
	}
	if status == core.RecordCurrent {
		return nil
	}
	return settle(ctx, tx, id, micros(ev.At), noteCheck, noteFailed, notePartial)
}

// EnterInError hides a current record.
func (db *DB) EnterInError(ctx context.Context, id, reason string, ev core.AuditEvent) (core.Record, error) {
	return db.changeRecord(ctx, id, reason, ev, func(ctx context.Context, tx *Tx, rec core.Record, ev core.AuditEvent) error {
		if err := rec.Changeable(); err != nil {
			return err
		}
		if rec.Status == core.RecordEnteredInError {
			return core.Errorf(core.CodeConflict, "This record was already entered in error.")
		}
		if err := isCurrent(rec); err != nil {
			return err
		}
		return setStatus(ctx, tx, id, core.RecordEnteredInError, reason, ev)
	})
}

// RestoreRecord shows a record again that was entered in error, but never a
// whole beside its parts.
func (db *DB) RestoreRecord(ctx context.Context, id, reason string, ev core.AuditEvent) (core.Record, error) {
	return db.changeRecord(ctx, id, reason, ev, func(ctx context.Context, tx *Tx, rec core.Record, ev core.AuditEvent) error {
		if err := rec.Changeable(); err != nil {
			return err
		}
		switch {
		case rec.Status == core.RecordCurrent:
			return core.Errorf(core.CodeConflict, "This record was not entered in error.")
		case rec.Status == core.RecordMoved:
			return isCurrent(rec)
		}
		if err := notBesideParts(ctx, tx, rec); err != nil {
			return err
		}
		if err := setStatus(ctx, tx, id, core.RecordCurrent, "", ev); err != nil || rec.PatientCheck != core.CheckPatient {
			return err
		}
		return notifyClinician(ctx, tx, rec.PatientID, id, noteCheck, "action", "A document may belong to another patient.", ev)
	})
}

// notBesideParts refuses to show the same pages twice: in a record and in what it
// was split into. Parts that were entered in error themselves do not count.
func notBesideParts(ctx context.Context, tx *Tx, rec core.Record) error {
	var parts, wholes int
	err := ask(ctx, tx, `SELECT COUNT(*) FILTER (WHERE part_of = ?), COUNT(*) FILTER (WHERE id = ?) FROM records
		WHERE (part_of = ? OR id = ?) AND deleted_at IS NULL AND status = 'current'`, rec.ID, rec.PartOf, rec.ID, rec.PartOf).into(&parts, &wholes)
	switch {
	case err != nil:
		return fmt.Errorf("look for parts: %w", err)
	case parts > 0:
		return core.Errorf(core.CodeConflict, "This record was split; its parts stand in its place, so it cannot be restored beside them. "+
			"Enter them in error first.")
	case wholes > 0:
		return core.Errorf(core.CodeConflict, "This record is a part of one that is back in the chart. Enter that one in error first, or split it again.")
	}
	return nil
}

// HoldRecord places a legal hold, also on a record entered in error.
func (db *DB) HoldRecord(ctx context.Context, id, reason string, ev core.AuditEvent) (core.Record, error) {
	return db.changeRecord(ctx, id, reason, ev, func(ctx context.Context, tx *Tx, rec core.Record, ev core.AuditEvent) error {
		switch {
		case rec.LegalHold != nil:
			return core.Errorf(core.CodeConflict, "This record is already under a legal hold.")
		case rec.Status == core.RecordMoved:
			return isCurrent(rec)
		}
		return setHold(ctx, tx, id, reason, ev.UserID, micros(ev.At))
	})
}

// ReleaseRecord takes a legal hold away.
func (db *DB) ReleaseRecord(ctx context.Context, id, reason string, ev core.AuditEvent) (core.Record, error) {
	return db.changeRecord(ctx, id, reason, ev, func(ctx context.Context, tx *Tx, rec core.Record, _ core.AuditEvent) error {
		if rec.LegalHold == nil {
			return core.Errorf(core.CodeConflict, "This record is not under a legal hold.")
		}
		return setHold(ctx, tx, id, "", 0, nil)
	})
}

func setHold(ctx context.Context, tx *Tx, id, reason string, by int64, at any) error {
	_, err := tx.Exec(ctx, "UPDATE records SET hold_reason = ?, hold_by = ?, hold_at = ? WHERE id = ?", reason, by, at, id)
	if err != nil {
		return fmt.Errorf("store legal hold: %w", err)
	}
	return nil
}
