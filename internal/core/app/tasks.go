package app

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"clinician/internal/core"
)

// Bounds of a task: of its note and answer in characters, and how far ahead its day is.
const (
	longestTask = 2000
	furthestDue = 366 // days
)

// Tasks lists what the caller is to do, or what they sent; see core.Tasks.
func (s *Session) Tasks(ctx context.Context, q core.TaskQuery) (core.TaskList, error) {
	if err := s.ownPanel(ctx); err != nil {
		return core.TaskList{}, err
	}
	q.UserID = s.who.UserID
	list, err := s.TaskStore.Tasks(ctx, q)
	if err != nil {
		return core.TaskList{}, err
	}
	if !q.Sent { // one's own to do are about one's own patients
		list = slices.DeleteFunc(list, func(t core.Task) bool { return t.PatientName == "" })
	}
	out := core.TaskList{Count: len(list), Results: orEmpty(list), AsAt: s.now()}
	for i, t := range list {
		list[i] = s.dated(t)
		if list[i].Overdue {
			out.Overdue++
		}
	}
	ev := s.event(core.EventTasksRead, core.ActionRead)
	ev.PatientID, ev.Detail = q.PatientID, map[string]any{"task_count": out.Count}
	return out, s.record(ctx, ev)
}

// today is the clinic's day.
func (s *Service) today() core.Date { return core.DateOf(s.now().In(s.loc)) }

// dated says of a task whether its day is over.
func (s *Session) dated(t core.Task) core.Task {
	t.Overdue = t.Status.Open() && t.Due.Before(s.today())
	return t
}

// SendTask asks a colleague who may see the patient, or oneself, to do something.
func (s *Session) SendTask(ctx context.Context, recordID string, in core.NewTask) (core.Task, error) {
	ev := s.event(core.EventTaskSent, core.ActionCreate)
	r, err := s.allowWork(ctx, recordID, &ev)
	if err != nil {
		return core.Task{}, err
	}
	f := fields{}
	email := f.email("owner_email", in.Owner)
	note := f.words("note", in.Note, longestTask)
	s.checkDue(in.Due, f)
	if err := f.err(); err != nil {
		return core.Task{}, err
	}
	if err := s.hasValue(ctx, r, in.ValueID); err != nil {
		return core.Task{}, err
	}
	to, err := s.clinicianAt(ctx, "owner_email", email)
	if err != nil {
		return core.Task{}, err
	}
	ev.Detail = map[string]any{"owner_id": to.User.ID, "of_value": in.ValueID != ""}
	switch ok, err := s.Assignments.IsAssigned(ctx, to.ID, r.PatientID); {
	case err != nil:
		return core.Task{}, err
	case !ok:
		return core.Task{}, s.refuse(ctx, ev, core.Errorf(core.CodeForbidden,
			"%s must not see this patient, so nothing was sent. Have the patient assigned to them first, or ask somebody who may.",
			strings.TrimSpace(to.User.FirstName+" "+to.User.LastName)))
	}
	t, err := s.TaskStore.AddTask(ctx, core.Task{PatientID: r.PatientID, RecordID: r.ID, ValueID: in.ValueID, Note: note, Due: in.Due,
		Requester: s.who.UserID, Owner: to.User.ID}, ev)
	return s.dated(t), s.meanwhile(ctx, ev, err)
}

func (s *Session) checkDue(due core.Date, f fields) {
	switch today := s.today(); {
	case due.IsZero():
		f.add("due", "By which day? This field is required.")
	case due.Before(today):
		f.add("due", "This day is over. Choose today or a later one.")
	case core.DateOf(today.Time().Add(furthestDue * 24 * time.Hour)).Before(due):
		f.add("due", "A task is due within a year.")
	}
}

// hasValue refuses a value that the newest reading of a record does not have.
func (s *Session) hasValue(ctx context.Context, r core.Record, valueID string) error {
	if valueID == "" {
		return nil
	}
	d, err := s.Values.Newest(ctx, r.ID)
	if err != nil && !core.IsNotFound(err) {
		return err
	}
	if !slices.ContainsFunc(d.Values, func(v core.Value) bool { return v.ID == valueID }) {
		f := fields{}
		f.add("value_id", "The newest text of the document has no such value.")
		return f.err()
	}
	return nil
}

var errNoTask = core.Errorf(core.CodeNotFound, "There is no such task.")

// ChangeTask accepts, completes or takes a task back.
func (s *Session) ChangeTask(ctx context.Context, id, version string, act core.TaskAct, answer string) (core.Task, error) {
	ev := s.changing(core.EventTaskChanged, core.ActionUpdate, version)
	ev.Detail = map[string]any{"task_id": knownForm(id), "act": string(act)}
	t, err := s.ownTask(ctx, id, act, &ev)
	if err != nil {
		return core.Task{}, err
	}
	f := fields{}
	f.choice("act", string(act), string(core.TaskAccept), string(core.TaskComplete), string(core.TaskCancel))
	answer = strings.Trim(cleanText(answer), "\n ")
	switch {
	case utf8.RuneCountInString(answer) > longestTask:
		f.add("output", "Ensure this field has no more than 2000 characters.")
	case answer != "" && act != core.TaskComplete:
		f.add("output", "Only a task that is done has an answer.")
	}
	if err := f.err(); err != nil {
		return core.Task{}, err
	}
	err = core.Unseen(ev, t.Version, s.dated(t))
	to := map[core.TaskAct]core.TaskStatus{core.TaskAccept: core.TaskAccepted, core.TaskComplete: core.TaskCompleted, core.TaskCancel: core.TaskCancelled}[act]
	if err == nil && (!t.Status.Open() || t.Status == to) {
		e := core.Errorf(core.CodeConflict, "This task is not open any more.")
		e.Current = s.dated(t)
		err = e
	}
	if err != nil {
		return core.Task{}, s.outdated(ctx, ev, err)
	}
	t, err = s.TaskStore.ChangeTask(ctx, s.who.UserID, id, to, answer, ev)
	return s.dated(t), s.meanwhile(ctx, ev, err)
}

// ownTask finds a task of the caller and checks that the act is theirs to do. Who takes a
// task back learns nothing, so they need not see the patient any more.
func (s *Session) ownTask(ctx context.Context, id string, act core.TaskAct, ev *core.AuditEvent) (core.Task, error) {
	t, err := s.TaskStore.Task(ctx, s.who.UserID, id)
	if core.IsNotFound(err) {
		return t, s.refuse(ctx, *ev, errNoTask)
	}
	if err != nil {
		return t, err
	}
	ev.PatientID, ev.RecordID = t.PatientID, t.RecordID
	if act == core.TaskCancel {
		if t.Requester != s.who.UserID {
			return t, s.refuse(ctx, *ev, core.Errorf(core.CodeForbidden, "Only %s, who sent this task, can take it back.", t.RequesterName))
		}
		return t, nil
	}
	if t.Owner != s.who.UserID {
		return t, s.refuse(ctx, *ev, core.Errorf(core.CodeForbidden, "Only %s, who was asked, can do that.", t.OwnerName))
	}
	_, err = s.allowPatient(ctx, t.PatientID, ev, errNoTask)
	return t, err
}

// openTasksOf gives the open tasks about a patient that the caller is to do, then those
// they sent to others.
func (s *Session) openTasksOf(ctx context.Context, patientID int64) ([]core.Task, error) {
	out := []core.Task{}
	for _, sent := range []bool{false, true} {
		list, err := s.TaskStore.Tasks(ctx, core.TaskQuery{UserID: s.who.UserID, PatientID: patientID, Sent: sent})
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			if !sent || t.Owner != s.who.UserID {
				out = append(out, s.dated(t))
			}
		}
	}
	return out, nil
}

// fillTasks counts what the caller is to do.
func (s *Session) fillTasks(ctx context.Context, d *core.Dashboard) (err error) {
	d.OpenTasks, d.OverdueTasks, err = s.TaskStore.CountTasks(ctx, s.who.UserID, s.today())
	return err
}
