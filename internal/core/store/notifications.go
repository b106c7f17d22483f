package store

import (
	"context"
	"fmt"

	"clinician/internal/core"
)

type notificationRow struct {
	ID            int64
	UserID        int64
	Kind          string
	Level         string
	Text          string
	PatientID     *int64
	RecordID      *string
	JobID         *string
	CreatedAt     int64
	ReadAt        *int64
	DoneAt        *int64
	DeferredUntil *int64
	Note          string
	FromUserID    *int64
	ForwardedToID *int64
	Count         int
}

const notificationColumns = `n.id, n.user_id, n.kind, n.level, n.text, n.patient_id, n.record_id, n.job_id, n.created_at, n.read_at,
	n.done_at, n.deferred_until, n.note, n.from_user_id, n.forwarded_to_id, n.count`

func (r *notificationRow) fields() []any {
	return []any{&r.ID, &r.UserID, &r.Kind, &r.Level, &r.Text, &r.PatientID, &r.RecordID, &r.JobID, &r.CreatedAt,
		&r.ReadAt, &r.DoneAt, &r.DeferredUntil, &r.Note, &r.FromUserID, &r.ForwardedToID, &r.Count}
}

// insert stores r and gives it its id. A count of 0 is 1.
func (r *notificationRow) insert(ctx context.Context, tx *Tx) error {
	return ask(ctx, tx, insert("notifications", `user_id, kind, level, text, patient_id, record_id, job_id, created_at, read_at,
		done_at, deferred_until, note, from_user_id, forwarded_to_id, count`)+" RETURNING id",
		r.UserID, r.Kind, r.Level, r.Text, r.PatientID, r.RecordID, r.JobID, r.CreatedAt, r.ReadAt,
		r.DoneAt, r.DeferredUntil, r.Note, r.FromUserID, r.ForwardedToID, max(r.Count, 1)).into(&r.ID)
}

// Notifications gives a user's newest ones, and how many open ones were not
// read in all. A limit of 0 takes 50.
func (db *DB) Notifications(ctx context.Context, userID int64, limit int) ([]core.Notification, int, error) {
	page, err := db.NotificationPage(ctx, core.NotificationQuery{UserID: userID, Limit: limit})
	return page.Notifications, page.Unread, err
}

// Kinds of notifications that end by themselves when what they ask for was done.
const (
	noteCheck   = "check_patient"
	noteFailed  = "ocr_failed"
	notePartial = "ocr_partial"
)

// settle ends the open notifications about a record, of the kinds given or of
// all: what they ask for was done, or cannot be done any more.
func settle(ctx context.Context, tx *Tx, recordID string, at int64, kinds ...string) error {
	text := "UPDATE notifications SET done_at = ?, read_at = COALESCE(read_at, ?), deferred_until = NULL WHERE record_id = ? AND done_at IS NULL"
	args := []any{at, at, recordID}
	if len(kinds) > 0 {
		text, args = text+" AND kind IN "+tx.d.texts, append(args, jsonList(kinds))
	}
	if _, err := tx.Exec(ctx, text, args...); err != nil {
		return fmt.Errorf("end notifications: %w", err)
	}
	return nil
}

// Notify stores n. A zero CreatedAt is now, a Level of "" is info.
func (db *DB) Notify(ctx context.Context, n core.Notification) (core.Notification, error) {
	var made core.Notification
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		made, err = db.insertNotification(ctx, tx, n)
		return err
	})
	return made, err
}

// NotifyWith stores n and says in the audit log who made it.
func (db *DB) NotifyWith(ctx context.Context, n core.Notification, ev core.AuditEvent) (core.Notification, error) {
	var made core.Notification
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		if made, err = db.insertNotification(ctx, tx, n); err != nil {
			return err
		}
		return db.appendAudit(ctx, tx, withDetail(ev, "notification_id", made.ID))
	})
	return made, err
}

func (db *DB) insertNotification(ctx context.Context, tx *Tx, n core.Notification) (core.Notification, error) {
	if n.CreatedAt.IsZero() {
		n.CreatedAt = db.now()
	}
	if n.Level == "" {
		n.Level = "info"
	}
	if n.Level == "info" && n.DoneAt == nil {
		n.DoneAt = n.ReadAt
	}
	switch counted, err := db.countNotification(ctx, tx, &n); {
	case err != nil:
		return core.Notification{}, err
	case counted != 0:
		return db.notification(ctx, tx, n.UserID, counted)
	}
	row := notificationRow{
		Count: 1, UserID: n.UserID, Kind: n.Kind, Level: n.Level, Text: n.Text,
		PatientID: n.PatientID, RecordID: n.RecordID, JobID: n.JobID, Note: n.Note,
		CreatedAt: micros(n.CreatedAt), ReadAt: microsPtr(n.ReadAt), DoneAt: microsPtr(n.DoneAt), DeferredUntil: microsPtr(n.DeferredUntil),
	}
	err := row.insert(ctx, tx)
	if tx.d.isForeign(err) {
		return core.Notification{}, core.Errorf(core.CodeNotFound, "User or patient not found")
	}
	if err != nil {
		return core.Notification{}, fmt.Errorf("store notification: %w", err)
	}
	return db.notification(ctx, tx, row.UserID, row.ID)
}

// countNotification adds n to the open notification that stands for its kind and
// patient, and gives the id of that; 0 when n has to be stored. It takes the
// patient off n when the user has as many of the kind as there may be.
func (db *DB) countNotification(ctx context.Context, tx *Tx, n *core.Notification) (id int64, err error) {
	if core.Counted(n.Kind, n.Level, 1) == "" || n.DoneAt != nil || n.PatientID == nil {
		return 0, nil
	}
	where, args := inboxWhere(core.NotificationQuery{UserID: n.UserID, State: core.NotificationOpen, Level: n.Level}, db.now())
	type openNote struct {
		ID        int64
		PatientID *int64
		Count     int
	}
	open, err := rowsOf(ctx, tx, func(o *openNote) []any { return []any{&o.ID, &o.PatientID, &o.Count} }, "SELECT n.id, n.patient_id, n.count FROM notifications n WHERE "+where+" AND n.kind = ? AND n.from_user_id IS NULL ORDER BY n.id", append(args, n.Kind)...)
	if err != nil {
		return 0, fmt.Errorf("look for open notifications: %w", err)
	}
	count, rest, restCount, patients := 0, int64(0), 0, 0
	for _, o := range open {
		switch {
		case o.PatientID == nil:
			rest, restCount = o.ID, o.Count
		case *o.PatientID == *n.PatientID:
			id, count = o.ID, o.Count
		default:
			patients++
		}
	}
	if id == 0 && patients >= core.MaxOpenOfKind {
		n.PatientID, n.RecordID, n.JobID = nil, nil, nil
		id, count = rest, restCount
	}
	if id == 0 {
		return 0, nil
	}
	_, err = tx.Exec(ctx, `UPDATE notifications SET count = ?, text = ?, created_at = ?, read_at = NULL, record_id = NULL, job_id = NULL WHERE id = ?`,
		count+1, core.Counted(n.Kind, n.Level, count+1), micros(n.CreatedAt), id)
	if err != nil {
		return 0, fmt.Errorf("count notification: %w", err)
	}
	return id, nil
}
