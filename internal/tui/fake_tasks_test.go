package tui

import (
	"context"

	"clinician/internal/core"
)

// fakeTask is a task of the user's, due some days from today.
func fakeTask(id string, days int) core.Task {
	return core.Task{ID: id, Status: core.TaskRequested, PatientID: 4, PatientName: "CANTÚ, Catalina (Mrs)", PatientMRN: "4128870031", PatientBorn: core.Date{Year: 1940, Month: 5, Day: 8},
		RecordID: "r1", Title: "Blood count", Note: "Repeat the potassium and call the ward", Due: core.DateOf(fakeNow.AddDate(0, 0, days)), Overdue: days < 0,
		Requester: 1, RequesterName: "Ben Baker", Owner: 7, OwnerName: "Aria Blake", AuthoredOn: fakeNow, LastModified: fakeNow}.Versioned()
}

func (f *fake) Tasks(ctx context.Context, q core.TaskQuery) (core.TaskList, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := core.TaskList{Results: []core.Task{}, AsAt: fakeNow}
	for _, t := range f.tasks {
		if q.Sent == (t.Requester == 7) && (q.All || t.Status.Open()) {
			l.Results = append(l.Results, t)
		}
	}
	l.Count = len(l.Results)
	f.calls["Tasks"]++
	return l, f.fail["Tasks"]
}

func (f *fake) SendTask(ctx context.Context, recordID string, in core.NewTask) (core.Task, error) {
	if err := f.note(ctx, "SendTask"); err != nil {
		return core.Task{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	t := fakeTask("t9", 1)
	t.Note, t.Due, t.RecordID, t.ValueID, t.Requester, t.RequesterName, t.Owner, t.OwnerName = in.Note, in.Due, recordID, in.ValueID, 7, "Aria Blake", 1, "Ben Baker"
	f.tasks = append(f.tasks, t)
	return t, nil
}

func (f *fake) ChangeTask(ctx context.Context, id, version string, act core.TaskAct, answer string) (core.Task, error) {
	if err := f.note(ctx, "ChangeTask"); err != nil {
		return core.Task{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saw("ChangeTask", version)
	for i, t := range f.tasks {
		if t.ID == id {
			t.Status = map[core.TaskAct]core.TaskStatus{core.TaskAccept: core.TaskAccepted, core.TaskComplete: core.TaskCompleted, core.TaskCancel: core.TaskCancelled}[act]
			t.Output = answer
			f.tasks[i] = t.Versioned()
			return f.tasks[i], nil
		}
	}
	return core.Task{}, core.Errorf(core.CodeNotFound, "There is no such task.")
}

func (f *fake) countTasks(d *core.Dashboard) {
	for _, t := range f.tasks {
		if t.Owner == 7 && t.Status.Open() {
			d.OpenTasks++
			if t.Overdue {
				d.OverdueTasks++
			}
		}
	}
}
