package values

import (
	"context"
	"time"

	"clinician/internal/core"
)

// TaskRow is a task as stored.
type TaskRow struct {
	core.Task        // without what is sealed
	Mine      bool   // its patient is the reader's own now
	Note      []byte // sealed under taskSubject
	Answer    []byte // sealed under answerSubject; nil: none
}

func taskSubject(id string) string   { return "task/" + id }
func answerSubject(id string) string { return "task/" + id + "/answer" }

// Tasks opens the tasks of a user.
func (s *Store) Tasks(ctx context.Context, q core.TaskQuery) ([]core.Task, error) {
	rows, err := s.o.Index.TaskRows(ctx, q)
	if err != nil {
		return nil, err
	}
	list := make([]core.Task, len(rows))
	for i, r := range rows {
		if list[i], err = s.task(ctx, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Task opens one task of a user.
func (s *Store) Task(ctx context.Context, userID int64, id string) (core.Task, error) {
	row, err := s.o.Index.TaskRow(ctx, userID, id)
	if err != nil {
		return core.Task{}, err
	}
	return s.task(ctx, row)
}

func (s *Store) task(ctx context.Context, r TaskRow) (core.Task, error) {
	t := r.Task
	if !r.Mine {
		t.PatientName, t.PatientMRN, t.PatientBorn, t.Title = "", "", core.Date{}, ""
		return t.Versioned(), nil
	}
	var said noted
	if err := s.open(ctx, t.PatientID, taskSubject(t.ID), r.Note, &said); err != nil {
		return t, err
	}
	t.Note = said.Text
	if r.Answer != nil {
		var answer noted
		if err := s.open(ctx, t.PatientID, answerSubject(t.ID), r.Answer, &answer); err != nil {
			return t, err
		}
		t.Output = answer.Text
	}
	return t.Versioned(), nil
}

// AddTask seals and stores a task.
func (s *Store) AddTask(ctx context.Context, t core.Task, ev core.AuditEvent) (core.Task, error) {
	t.ID, t.Status = s.o.NewID(), core.TaskRequested
	t.AuthoredOn = s.o.Clock().UTC().Truncate(time.Microsecond)
	t.LastModified = t.AuthoredOn
	sealed, err := s.seal(ctx, t.PatientID, taskSubject(t.ID), noted{t.Note})
	if err != nil {
		return core.Task{}, err
	}
	if err := s.o.Index.AddTask(ctx, TaskRow{Task: t, Note: sealed}, ev); err != nil {
		return core.Task{}, err
	}
	return s.Task(ctx, t.Requester, t.ID)
}

// ChangeTask stores what became of a task.
func (s *Store) ChangeTask(ctx context.Context, userID int64, id string, to core.TaskStatus, answer string, ev core.AuditEvent) (core.Task, error) {
	row, err := s.o.Index.TaskRow(ctx, userID, id)
	if err != nil {
		return core.Task{}, err
	}
	var sealed []byte
	if answer != "" {
		if sealed, err = s.seal(ctx, row.PatientID, answerSubject(id), noted{answer}); err != nil {
			return core.Task{}, err
		}
	}
	if err := s.o.Index.ChangeTask(ctx, id, row.Task.Versioned().Version, to, sealed, ev); err != nil {
		return core.Task{}, err
	}
	return s.Task(ctx, userID, id)
}

// CountTasks counts open tasks.
func (s *Store) CountTasks(ctx context.Context, userID int64, day core.Date) (open, overdue int, err error) {
	return s.o.Index.CountTasks(ctx, userID, day)
}
