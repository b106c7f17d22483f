package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"clinician/internal/core"
)

// recentViews are the looks at charts that are not stored yet. They are with the
// next transaction, or before somebody asks for them: a transaction of their own
// for each would cost as much as reading the chart. A crash forgets them; who looked
// stands in the audit log.
type recentViews struct {
	mu   sync.Mutex
	list map[view]int64 // when, in microseconds
}

type view struct{ user, patient int64 }

// note adds a look, and says so once for many.
func (r *recentViews) note(v view, at int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.list == nil {
		r.list = map[view]int64{}
	}
	r.list[v] = max(r.list[v], at)
}

// of reports whether looks of the user are among them.
func (r *recentViews) of(user int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for v := range r.list {
		if v.user == user {
			return true
		}
	}
	return false
}

// store writes them within tx. Call done with whether that was committed.
func (r *recentViews) store(ctx context.Context, tx *Tx) (done func(committed bool), err error) {
	r.mu.Lock()
	list := r.list
	r.list = nil
	r.mu.Unlock()
	done = func(committed bool) {
		if !committed {
			for v, at := range list {
				r.note(v, at)
			}
		}
	}
	for v, at := range list {
		_, err := tx.Exec(ctx, `INSERT INTO patient_views AS v (user_id, patient_id, viewed_at)
			SELECT u.id, p.id, ? FROM users u, patients p WHERE u.id = ? AND p.id = ?
			ON CONFLICT (user_id, patient_id) DO UPDATE SET viewed_at = excluded.viewed_at WHERE v.viewed_at < excluded.viewed_at`,
			at, v.user, v.patient)
		if err != nil {
			return done, fmt.Errorf("note the view: %w", err)
		}
	}
	return done, nil
}

// MarkViewed remembers that a user looked at a patient. An older look does not
// take the place of a newer one.
func (db *DB) MarkViewed(ctx context.Context, userID, patientID int64, at time.Time) error {
	var n int
	if err := ask(ctx, db.read, "SELECT COUNT(*) FROM users u, patients p WHERE u.id = ? AND p.id = ?", userID, patientID).into(&n); err != nil {
		return fmt.Errorf("look for patient: %w", err)
	}
	if n == 0 {
		return core.Errorf(core.CodeNotFound, "Patient not found")
	}
	db.views.note(view{userID, patientID}, micros(at))
	return nil
}

// RecentPatients gives the patients a user looked at last, as far as they are
// still assigned to the clinician. A limit of 0 takes 10.
func (db *DB) RecentPatients(ctx context.Context, userID, clinicianID int64, limit int) ([]core.PatientSummary, error) {
	if limit <= 0 {
		limit = 10
	}
	if db.views.of(userID) {
		if err := db.Write(ctx, func(context.Context, *Tx) error { return nil }); err != nil {
			return nil, err
		}
	}
	rows, err := rowsOf(ctx, db.read, (*summaryRow).viewed, "SELECT "+summaryColumns+`, v.viewed_at FROM patient_views v
		JOIN patient_assignments a ON a.patient_id = v.patient_id AND a.assigned_clinician_id = ? `+summaryJoins+`
		WHERE v.user_id = ? ORDER BY v.viewed_at DESC, v.patient_id LIMIT ?`, clinicianID, userID, limit)
	if err != nil {
		return nil, fmt.Errorf("list recent patients: %w", err)
	}
	list := make([]core.PatientSummary, len(rows))
	for i, r := range rows {
		if list[i], err = r.summary(); err != nil {
			return nil, fmt.Errorf("read patient %d: %w", r.ID, err)
		}
	}
	return list, nil
}
