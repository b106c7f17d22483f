package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"clinician/internal/core"
)

// setReviewed notes that a user has read a record, or with nil that not. The
// first time counts.
func setReviewed(ctx context.Context, tx *Tx, userID int64, recordID string, at *time.Time) error {
	var err error
	if at == nil {
		_, err = tx.Exec(ctx, "DELETE FROM record_reviews WHERE user_id = ? AND record_id = ?", userID, recordID)
	} else {
		_, err = tx.Exec(ctx, `INSERT INTO record_reviews (user_id, record_id, reviewed_at) VALUES (?, ?, ?)
			ON CONFLICT (user_id, record_id) DO NOTHING`, userID, recordID, micros(*at))
	}
	if err != nil {
		return fmt.Errorf("store review: %w", err)
	}
	return nil
}

// SetReviewed notes that a user has read a record, or with nil that not.
func (db *DB) SetReviewed(ctx context.Context, userID int64, recordID string, at *time.Time, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		rec, err := recordByID(ctx, tx, recordID)
		if err != nil {
			return err
		}
		if err := errors.Join(stillThere(rec, ev), unseen(rec, ev), isCurrent(rec)); err != nil {
			return err
		}
		if err := setReviewed(ctx, tx, userID, recordID, at); err != nil {
			return err
		}
		return db.auditRecord(ctx, tx, rec, ev)
	})
}

// ReviewedAt gives when a user reviewed a record; nil: not yet.
func (db *DB) ReviewedAt(ctx context.Context, userID int64, recordID string) (*time.Time, error) {
	var us int64
	err := ask(ctx, db.read, "SELECT reviewed_at FROM record_reviews WHERE user_id = ? AND record_id = ?", userID, recordID).into(&us)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read review: %w", err)
	}
	return fromMicrosPtr(&us), nil
}

// fillReviewed tells in list what q.UserID has reviewed of q.PatientID's.
func (db *DB) fillReviewed(ctx context.Context, q core.RecordQuery, list []core.Record) error {
	if q.UserID == 0 || len(list) == 0 {
		return nil
	}
	type review struct {
		RecordID   string
		ReviewedAt int64
	}
	rows, err := rowsOf(ctx, db.read, func(v *review) []any { return []any{&v.RecordID, &v.ReviewedAt} }, `SELECT v.record_id, v.reviewed_at FROM records r
		JOIN record_reviews v ON v.record_id = r.id AND v.user_id = ? WHERE r.patient_id = ? AND r.deleted_at IS NULL`,
		q.UserID, q.PatientID)
	if err != nil {
		return fmt.Errorf("list reviews: %w", err)
	}
	at := make(map[string]*time.Time, len(rows))
	for _, r := range rows {
		at[r.RecordID] = fromMicrosPtr(&r.ReviewedAt)
	}
	for i := range list {
		list[i].Reviewed = at[list[i].ID]
	}
	return nil
}

// CountsUnread: the panels of this database have the counters of the records in it.
func (db *DB) CountsUnread(records core.RecordLifecycle) bool {
	other, ok := records.(*DB)
	return ok && other == db
}

// ownUnread asks for the counters of some of a user's own patients. The plus keeps
// an index of the clinician's out of it: by that the whole panel would be walked.
func (db *DB) ownUnread() string {
	return `SELECT a.patient_id, a.unread_count FROM patient_assignments a
		WHERE a.patient_id IN ` + db.d.ids + " AND +a.assigned_clinician_id = (SELECT c.id FROM clinicians c WHERE c.user_id = ?)"
}

// Unread counts unread current records by patient: from the counters of the user's
// own patients, record by record for others.
func (db *DB) Unread(ctx context.Context, userID int64, patients []int64) (map[int64]int, error) {
	unread, own := map[int64]int{}, map[int64]bool{}
	type count struct {
		PatientID int64
		N         int
	}
	fields := func(c *count) []any { return []any{&c.PatientID, &c.N} }
	counts, err := rowsOf(ctx, db.read, fields, db.ownUnread(), jsonList(patients), userID)
	if err != nil {
		return nil, fmt.Errorf("count unread records: %w", err)
	}
	for _, c := range counts {
		own[c.PatientID] = true
		if c.N > 0 {
			unread[c.PatientID] = c.N
		}
	}
	others := slices.DeleteFunc(slices.Clone(patients), func(id int64) bool { return own[id] })
	if len(others) == 0 {
		return unread, nil
	}
	counts, err = rowsOf(ctx, db.read, fields, "SELECT r.patient_id, COUNT(*) AS n FROM records r"+db.d.indexedBy("records_current")+" WHERE r.patient_id IN "+db.d.ids+
		` AND r.deleted_at IS NULL AND r.status = 'current'
		AND NOT EXISTS (SELECT 1 FROM record_reviews v WHERE v.user_id = ? AND v.record_id = r.id) GROUP BY r.patient_id`, jsonList(others), userID)
	if err != nil {
		return nil, fmt.Errorf("count unread records: %w", err)
	}
	for _, c := range counts {
		unread[c.PatientID] = c.N
	}
	return unread, nil
}
