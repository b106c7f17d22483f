package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"clinician/internal/core"
)

var _ core.Inbox = (*DB)(nil)

// inboxRow is a notification with the people it names.
type inboxRow struct {
	notificationRow
	FromFirst, FromLast string
	ToFirst, ToLast     string
	PatientFirst        string
	PatientLast         string
	PatientTitle        string
	PatientMrn          string
}

func (r *inboxRow) fields() []any {
	return append(r.notificationRow.fields(), &r.FromFirst, &r.FromLast, &r.ToFirst, &r.ToLast, &r.PatientFirst, &r.PatientLast, &r.PatientTitle,
		&r.PatientMrn)
}

// selectInbox joins names. A patient has one only while the reader is the
// patient's clinician: what reached somebody before a handover must not tell
// names afterwards.
const selectInbox = `SELECT ` + notificationColumns + `, COALESCE(f.first_name, '') AS from_first, COALESCE(f.last_name, '') AS from_last,
	COALESCE(t.first_name, '') AS to_first, COALESCE(t.last_name, '') AS to_last,
	COALESCE(u.first_name, '') AS patient_first, COALESCE(u.last_name, '') AS patient_last,
	COALESCE(p.title, '') AS patient_title, COALESCE(p.mrn, '') AS patient_mrn
	FROM notifications n
	LEFT JOIN users f ON f.id = n.from_user_id LEFT JOIN users t ON t.id = n.forwarded_to_id
	LEFT JOIN clinicians c ON c.user_id = n.user_id
	LEFT JOIN patient_assignments a ON a.patient_id = n.patient_id AND a.assigned_clinician_id = c.id
	LEFT JOIN patients p ON p.id = a.patient_id LEFT JOIN users u ON u.id = p.user_id `

func (r inboxRow) notification(now time.Time) core.Notification {
	n := core.Notification{
		ID: r.ID, UserID: r.UserID, Kind: r.Kind, Level: r.Level, Text: r.Text,
		PatientID: r.PatientID, RecordID: r.RecordID, JobID: r.JobID,
		CreatedAt: fromMicros(r.CreatedAt), ReadAt: fromMicrosPtr(r.ReadAt),
		State: core.NotificationOpen, DoneAt: fromMicrosPtr(r.DoneAt), DeferredUntil: fromMicrosPtr(r.DeferredUntil),
		Note: r.Note, PatientMRN: shownMRN(r.PatientMrn), Count: r.Count,
	}
	switch {
	case n.DoneAt != nil:
		n.State = core.NotificationDone
	case n.DeferredUntil != nil && n.DeferredUntil.After(now):
		n.State = core.NotificationDeferred
	}
	if r.FromUserID != nil {
		n.From = core.DisplayName(r.FromLast, r.FromFirst, "")
	}
	if r.ForwardedToID != nil {
		n.ForwardedTo = core.DisplayName(r.ToLast, r.ToFirst, "")
	}
	if r.PatientMrn != "" {
		n.PatientName = core.DisplayName(r.PatientLast, r.PatientFirst, r.PatientTitle)
	}
	return n.Versioned()
}

// inboxWhere is the condition for q without its cursor.
func inboxWhere(q core.NotificationQuery, now time.Time) (string, []any) {
	where, args := "n.user_id = ?", []any{q.UserID}
	switch q.State {
	case core.NotificationOpen:
		where += " AND n.done_at IS NULL AND COALESCE(n.deferred_until, 0) <= ?"
		args = append(args, micros(now))
	case core.NotificationDeferred:
		where += " AND n.done_at IS NULL AND n.deferred_until > ?"
		args = append(args, micros(now))
	case core.NotificationDone:
		where += " AND n.done_at IS NOT NULL"
	}
	if q.Level != "" {
		where += " AND n.level = ?"
		args = append(args, q.Level)
	}
	return where, args
}

// NotificationPage gives a page of a user's notifications, newest first.
func (db *DB) NotificationPage(ctx context.Context, q core.NotificationQuery) (core.NotificationPage, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	now := db.now()
	page := core.NotificationPage{Notifications: []core.Notification{}, AsAt: now}
	where, args := inboxWhere(q, now)
	if err := ask(ctx, db.read, "SELECT COUNT(*), COUNT(CASE WHEN n.read_at IS NULL THEN 1 END) FROM notifications n WHERE "+where, args...).
		into(&page.Count, &page.Unread); err != nil {
		return page, fmt.Errorf("count notifications: %w", err)
	}
	if q.Cursor != "" {
		before, err := strconv.ParseInt(q.Cursor, 10, 64)
		if err == nil {
			_, err = db.Notification(ctx, q.UserID, before)
		}
		if err != nil {
			return page, invalid("cursor", "This is not a page of this list. Start again from its beginning.")
		}
		where += " AND (n.created_at, n.id) < (SELECT b.created_at, b.id FROM notifications b WHERE b.id = ?)"
		args = append(args, before)
	}
	rows, err := rowsOf(ctx, db.read, (*inboxRow).fields, selectInbox+"WHERE "+where+" ORDER BY n.created_at DESC, n.id DESC LIMIT ?", append(args, q.Limit+1)...)
	if err != nil {
		return page, fmt.Errorf("list notifications: %w", err)
	}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		page.Next = strconv.FormatInt(rows[q.Limit-1].ID, 10)
	}
	for _, r := range rows {
		page.Notifications = append(page.Notifications, r.notification(now))
	}
	if q.State == core.NotificationOpen && q.Level == "" {
		return page, nil
	}
	open, args := inboxWhere(core.NotificationQuery{UserID: q.UserID, State: core.NotificationOpen}, now)
	err = ask(ctx, db.read, "SELECT COUNT(*) FROM notifications n WHERE n.read_at IS NULL AND "+open, args...).into(&page.Unread)
	if err != nil {
		return page, fmt.Errorf("count notifications: %w", err)
	}
	return page, nil
}

// Notification gives one of a user's notifications.
func (db *DB) Notification(ctx context.Context, userID, id int64) (core.Notification, error) {
	return db.notification(ctx, db.read, userID, id)
}

func (db *DB) notification(ctx context.Context, q querier, userID, id int64) (core.Notification, error) {
	var row inboxRow
	err := ask(ctx, q, selectInbox+"WHERE n.id = ? AND n.user_id = ?", id, userID).into(row.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return core.Notification{}, core.Errorf(core.CodeNotFound, "There is no such notification.")
	}
	if err != nil {
		return core.Notification{}, fmt.Errorf("read notification: %w", err)
	}
	return row.notification(db.now()), nil
}

// ChangeNotification does one act on one notification. What changes nothing is
// not written down.
func (db *DB) ChangeNotification(ctx context.Context, c core.NotificationChange, ev core.AuditEvent) (core.Notification, error) {
	var after core.Notification
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := db.notification(ctx, tx, c.UserID, c.ID)
		if err != nil {
			return err
		}
		update, err := noteUpdate(n, c, micros(db.now()))
		if err != nil || len(update.columns) == 0 {
			after = n
			return err
		}
		if err := core.Unseen(ev, n.Version, n); err != nil {
			return err
		}
		if _, err := update.apply(ctx, tx, "notifications", "id = ? AND user_id = ?", c.ID, c.UserID); err != nil {
			return fmt.Errorf("change notification: %w", err)
		}
		if after, err = db.notification(ctx, tx, c.UserID, c.ID); err != nil {
			return err
		}
		return db.appendAudit(ctx, tx, aboutNotification(ev, n, string(c.Act)))
	})
	return after, err
}

// noteUpdate is what an act changes of a notification, which may be nothing.
func noteUpdate(n core.Notification, c core.NotificationChange, now int64) (changes, error) {
	var update changes
	switch {
	case c.Act == core.NotificationView && n.ReadAt == nil:
		update.set("read_at = ?", now)
		if n.Level != "action" {
			update.set("done_at = COALESCE(done_at, ?)", now)
		}
	case c.Act == core.NotificationAcknowledge && n.DoneAt == nil:
		update.set("done_at = ?, read_at = COALESCE(read_at, ?), deferred_until = NULL", now, now)
	case c.Act == core.NotificationReopen && (n.DoneAt != nil || n.DeferredUntil != nil):
		if n.ForwardedTo != "" {
			return update, core.Errorf(core.CodeConflict, "This was forwarded and is with %s now. Ask them to forward it back.", n.ForwardedTo)
		}
		update.set("done_at = NULL, deferred_until = NULL")
		if n.Level != "action" {
			update.set("read_at = NULL") // else it would be neither new nor done
		}
	case c.Act == core.NotificationDefer:
		if n.DoneAt != nil {
			return update, core.Errorf(core.CodeConflict, "This notification is done. Reopen it before you defer it.")
		}
		update.set("deferred_until = ?, read_at = NULL", micros(c.Until)) // it comes back as new
	}
	return update, nil
}

// ForwardNotification gives a copy to another user and ends the original.
func (db *DB) ForwardNotification(ctx context.Context, userID, id, toUser int64, note string, ev core.AuditEvent) (core.Notification, error) {
	var after core.Notification
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := db.notification(ctx, tx, userID, id)
		if err != nil {
			return err
		}
		if n.ForwardedTo != "" {
			return core.Errorf(core.CodeConflict, "This was forwarded to %s before.", n.ForwardedTo)
		}
		if err := core.Unseen(ev, n.Version, n); err != nil {
			return err
		}
		now := micros(db.now())
		row := notificationRow{UserID: toUser, Kind: n.Kind, Level: n.Level, Text: n.Text, PatientID: n.PatientID,
			RecordID: n.RecordID, JobID: n.JobID, CreatedAt: now, Note: note, FromUserID: &userID, Count: n.Count}
		if err := row.insert(ctx, tx); err != nil {
			return fmt.Errorf("store notification: %w", err)
		}
		_, err = tx.Exec(ctx, `UPDATE notifications SET forwarded_to_id = ?, done_at = COALESCE(done_at, ?), read_at = COALESCE(read_at, ?),
			deferred_until = NULL WHERE id = ?`, toUser, now, now, id)
		if err != nil {
			return fmt.Errorf("forward notification: %w", err)
		}
		if after, err = db.notification(ctx, tx, userID, id); err != nil {
			return err
		}
		ev = withDetail(aboutNotification(ev, n, "forward"), "to_user_id", toUser)
		return db.appendAudit(ctx, tx, withDetail(ev, "new_notification_id", row.ID))
	})
	return after, err
}

// aboutNotification says in an event which notification it is about.
func aboutNotification(ev core.AuditEvent, n core.Notification, act string) core.AuditEvent {
	if n.PatientID != nil {
		ev.PatientID = *n.PatientID
	}
	if n.RecordID != nil {
		ev.RecordID = *n.RecordID
	}
	if n.JobID != nil {
		ev.JobID = *n.JobID
	}
	return withDetail(withDetail(ev, "notification_id", n.ID), "act", act)
}
