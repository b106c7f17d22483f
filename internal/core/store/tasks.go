package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/records"
	"clinician/internal/core/values"
)

// taskRow is a task with the names it refers to.
type taskRow struct {
	values.TaskRow
	due                                  string
	authored, modified                   int64
	ownerFirst, ownerLast                string
	requesterFirst, requesterLast        string
	patientFirst, patientLast, born, how string
}

func (r *taskRow) fields() []any {
	return []any{&r.ID, &r.Status, &r.Reason, &r.PatientID, &r.RecordID, &r.ValueID, &r.due, &r.Requester, &r.Owner, &r.authored, &r.modified,
		&r.TaskRow.Note, &r.Answer, &r.requesterFirst, &r.requesterLast, &r.ownerFirst, &r.ownerLast,
		&r.patientFirst, &r.patientLast, &r.how, &r.PatientMRN, &r.born, &r.Title, &r.Mine}
}

// selectTasks ends before its WHERE; its parameter is the user who reads.
const selectTasks = `
SELECT t.id, t.status, t.reason, t.patient_id, t.record_id, t.value_id, t.due, t.requester, t.owner, t.authored_at, t.modified_at,
       t.note, t.answer, q.first_name, q.last_name, o.first_name, o.last_name,
       u.first_name, u.last_name, p.title, p.mrn, p.date_of_birth, COALESCE(r.title, ''),
       EXISTS (SELECT 1 FROM patient_assignments a JOIN clinicians c ON c.id = a.assigned_clinician_id
               WHERE a.patient_id = t.patient_id AND c.user_id = ?) AS mine
FROM tasks t
JOIN users q ON q.id = t.requester
JOIN users o ON o.id = t.owner
JOIN patients p ON p.id = t.patient_id
JOIN users u ON u.id = p.user_id
LEFT JOIN records r ON r.id = t.record_id AND r.patient_id = t.patient_id AND r.deleted_at IS NULL
`

const openTask = "t.status IN ('requested', 'accepted')"

func (r taskRow) task() (values.TaskRow, error) {
	t := r.TaskRow
	var err error
	if t.Due, err = core.ParseDate(r.due); err != nil {
		return t, fmt.Errorf("day of task %s: %w", r.ID, err)
	}
	if r.born != "" {
		if t.PatientBorn, err = core.ParseDate(r.born); err != nil {
			return t, fmt.Errorf("birth date of a task's patient: %w", err)
		}
	}
	t.AuthoredOn, t.LastModified = fromMicros(r.authored), fromMicros(r.modified)
	t.RequesterName = strings.TrimSpace(r.requesterFirst + " " + r.requesterLast)
	t.OwnerName = strings.TrimSpace(r.ownerFirst + " " + r.ownerLast)
	t.PatientName = core.DisplayName(r.patientLast, r.patientFirst, r.how)
	return t, nil
}

// TaskRows lists the tasks of a user.
func (db *DB) TaskRows(ctx context.Context, q core.TaskQuery) ([]values.TaskRow, error) {
	where, args := "t.owner = ?", []any{q.UserID, q.UserID}
	if q.Sent {
		where = "t.requester = ?"
	}
	if q.PatientID != 0 {
		where, args = where+" AND t.patient_id = ?", append(args, q.PatientID)
	}
	order := " ORDER BY t.due, t.authored_at, t.id"
	if !q.All {
		where += " AND " + openTask
	} else {
		order = " ORDER BY " + openTask + " DESC, CASE WHEN " + openTask + " THEN t.due END, t.modified_at DESC, t.id"
	}
	rows, err := rowsOf(ctx, db.read, (*taskRow).fields, selectTasks+"WHERE "+where+order+" LIMIT ?", append(args, core.MaxTasks)...)
	if err != nil {
		return nil, fmt.Errorf("list tasks: %w", err)
	}
	list := make([]values.TaskRow, len(rows))
	for i, r := range rows {
		if list[i], err = r.task(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// TaskRow gives one of a user's own.
func (db *DB) TaskRow(ctx context.Context, userID int64, id string) (values.TaskRow, error) {
	return taskByID(ctx, db.read, userID, id)
}

func taskByID(ctx context.Context, q querier, userID int64, id string) (values.TaskRow, error) {
	var r taskRow
	err := ask(ctx, q, selectTasks+"WHERE t.id = ? AND ? IN (t.owner, t.requester)", userID, id, userID).into(r.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return values.TaskRow{}, core.Errorf(core.CodeNotFound, "There is no such task.")
	}
	if err != nil {
		return values.TaskRow{}, fmt.Errorf("read task: %w", err)
	}
	return r.task()
}

// AddTask stores a task.
func (db *DB) AddTask(ctx context.Context, t values.TaskRow, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := errors.Join(stands(ctx, tx, ev.Guard), stillOf(ctx, tx, t.RecordID, t.PatientID)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, insert("tasks", "id, status, patient_id, record_id, value_id, due, requester, owner, authored_at, modified_at, note"),
			t.ID, t.Status, t.PatientID, t.RecordID, t.ValueID, t.Due.String(), t.Requester, t.Owner, micros(t.AuthoredOn), micros(t.LastModified), t.Note)
		if err != nil {
			return fmt.Errorf("store task: %w", err)
		}
		ev.PatientID, ev.RecordID = t.PatientID, t.RecordID
		return db.appendAudit(ctx, tx, withDetail(ev, "task_id", t.ID))
	})
}

// ChangeTask stores what became of a task that is still what was seen of it, and tells the
// one who asked for it.
func (db *DB) ChangeTask(ctx context.Context, id, seen string, to core.TaskStatus, answer []byte, ev core.AuditEvent) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		t, err := taskByID(ctx, tx, ev.UserID, id)
		if err != nil {
			return err
		}
		if t.Versioned().Version != seen {
			return core.Errorf(core.CodeConflict, "This task was changed at the same moment. Look at it again.")
		}
		at := max(micros(ev.At), micros(t.LastModified)+1) // versions differ
		if _, err := tx.Exec(ctx, "UPDATE tasks SET status = ?, modified_at = ?, answer = COALESCE(?, answer) WHERE id = ?", to, at, answer, id); err != nil {
			return fmt.Errorf("change task: %w", err)
		}
		other := t.Requester
		text := map[core.TaskStatus]string{core.TaskCompleted: "A task that you sent was done.", core.TaskCancelled: "A task that you were to do was taken back."}[to]
		if to == core.TaskCancelled {
			other = t.Owner
		}
		if text != "" && other != ev.UserID {
			if err := tellTask(ctx, tx, other, t.PatientID, text, "info", fromMicros(at)); err != nil {
				return err
			}
		}
		ev.PatientID, ev.RecordID = t.PatientID, t.RecordID
		return db.appendAudit(ctx, tx, withDetail(ev, "task_id", id))
	})
}

func tellTask(ctx context.Context, tx *Tx, userID, patientID int64, text, level string, at time.Time) error {
	row := notificationRow{UserID: userID, Kind: "task", Level: level, Text: text, PatientID: &patientID, CreatedAt: micros(at)}
	return row.insert(ctx, tx)
}

// CountTasks counts the open tasks of a user whose patients are theirs.
func (db *DB) CountTasks(ctx context.Context, userID int64, day core.Date) (open, overdue int, err error) {
	err = ask(ctx, db.read, `SELECT COUNT(*), COUNT(*) FILTER (WHERE t.due < ?) FROM tasks t WHERE t.owner = ? AND `+openTask, day.String(), userID).into(&open, &overdue)
	if err != nil {
		return 0, 0, fmt.Errorf("count tasks: %w", err)
	}
	return open, overdue, nil
}

// failTasks ends open tasks of a patient that cannot be done any more: those whose owner
// the patient is not with now, or with a record those about it. Who asked for them is told.
func failTasks(ctx context.Context, tx *Tx, patientID int64, recordID, why string, at int64) error {
	where, args := `NOT EXISTS (SELECT 1 FROM patient_assignments a JOIN clinicians c ON c.id = a.assigned_clinician_id
		WHERE a.patient_id = t.patient_id AND c.user_id = t.owner)`, []any{patientID}
	if recordID != "" {
		where, args = "t.record_id = ?", append(args, recordID)
	}
	type lost struct {
		id        string
		requester int64
	}
	rows, err := rowsOf(ctx, tx, func(l *lost) []any { return []any{&l.id, &l.requester} },
		"SELECT t.id, t.requester FROM tasks t WHERE t.patient_id = ? AND "+openTask+" AND "+where, args...)
	if err != nil {
		return fmt.Errorf("look for tasks: %w", err)
	}
	for _, l := range rows {
		if _, err := tx.Exec(ctx, "UPDATE tasks SET status = 'failed', reason = ?, modified_at = MAX(?, modified_at + 1) WHERE id = ?", why, at, l.id); err != nil {
			return fmt.Errorf("end task: %w", err)
		}
		if err := tellTask(ctx, tx, l.requester, patientID, "A task that you sent cannot be done any more: "+why, "action", fromMicros(at)); err != nil {
			return err
		}
	}
	return nil
}

// leaveTasks ends the tasks about a record that leaves a chart.
func leaveTasks(ctx context.Context, tx *Tx, rec core.Record, _ records.Move, ev core.AuditEvent) error {
	return failTasks(ctx, tx, rec.PatientID, rec.ID, "its document was moved to another chart.", micros(ev.At))
}
