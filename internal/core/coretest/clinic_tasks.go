package coretest

import (
	"strings"

	"clinician/internal/core"
)

// clinicTasks: a task goes to who may see the patient, is seen on the day, done or taken
// back once, and fails when its owner loses the patient.
func clinicTasks(f clinic) {
	ctx := f.t.Context()
	r := f.note(labReport("2026-11-02", "6.9 HH"))
	f.read(r.ID)
	day := core.DateOf(f.Now().AddDate(0, 0, 2))
	ask := core.NewTask{Owner: f.AnnUser.Email, Note: "Repeat the potassium", Due: day}
	f.same("none", got(f.Ann.Tasks(ctx, core.TaskQuery{}))(f).Results, []core.Task{})
	to := ask
	to.Owner = f.BenUser.Email
	_, err := f.Ann.SendTask(ctx, r.ID, to)
	f.refused("to somebody who must not see the patient", err, core.CodeForbidden)
	if !strings.Contains(core.MessageOf(err), "Ben Baker must not see this patient") {
		f.t.Errorf("says: %v", err)
	}
	for what, bad := range map[string]core.NewTask{
		"owner_email": {Owner: "nobody@example.com", Note: "x", Due: day}, "note": {Owner: f.AnnUser.Email, Note: " ", Due: day}, "due": {Owner: f.AnnUser.Email, Note: "x"},
		"value_id": {Owner: f.AnnUser.Email, Note: "x", Due: day, ValueID: "none"},
	} {
		_, err := f.Ann.SendTask(ctx, r.ID, bad)
		f.refused("wrong "+what, err, core.CodeInvalid, what)
	}
	for _, due := range []core.Date{core.DateOf(f.Now().AddDate(0, 0, -2)), core.DateOf(f.Now().AddDate(2, 0, 0))} {
		_, err := f.Ann.SendTask(ctx, r.ID, core.NewTask{Owner: f.AnnUser.Email, Note: "x", Due: due})
		f.refused("a day that is over, or far away", err, core.CodeInvalid, "due")
	}
	value := got(f.Ann.RecordValues(ctx, r.ID, core.ValueFilter{Kind: core.ValueLaboratory}))(f).Results[0]
	ask.ValueID = value.ID
	t := got(f.Ann.SendTask(ctx, r.ID, ask))(f)
	if anyOf(t.ID == "", t.Status != core.TaskRequested, t.PatientID != f.AnnPatient.ID, t.PatientName == "", t.RecordID != r.ID, t.Title != r.Title, t.ValueID != value.ID,
		t.Note != ask.Note, t.Due != day, t.Overdue, t.Requester != f.AnnUser.ID, t.Owner != f.AnnUser.ID, t.OwnerName != "Ann Abbott", t.AuthoredOn.IsZero(), t.Version == "") {
		f.t.Errorf("sent: %+v", t)
	}
	for _, q := range []core.TaskQuery{{}, {Sent: true}, {All: true}, {PatientID: f.AnnPatient.ID}} {
		f.same("listed", plain(got(f.Ann.Tasks(ctx, q))(f).Results), plain([]core.Task{t}))
	}
	d := got(f.Ann.Dashboard(ctx))(f)
	f.same("counted", []int{d.OpenTasks, d.OverdueTasks}, []int{1, 0})
	f.same("on the cover page", plain(got(f.Ann.PatientOverview(ctx, f.AnnPatient.ID))(f).OpenTasks), plain([]core.Task{t}))
	_, err = f.Ben.ChangeTask(ctx, t.ID, "", core.TaskComplete, "")
	f.refused("somebody else's", err, core.CodeNotFound)
	_, err = f.Ann.ChangeTask(ctx, unknown, "", core.TaskCancel, "")
	f.refused("unknown", err, core.CodeNotFound)
	_, err = f.Ann.ChangeTask(ctx, t.ID, "", core.TaskCancel, "an answer")
	f.refused("an answer to what is taken back", err, core.CodeInvalid, "output")

	on := got(f.Ann.ChangeTask(ctx, t.ID, t.Version, core.TaskAccept, ""))(f)
	f.same("taken on", on.Status, core.TaskAccepted)
	_, err = f.Ann.ChangeTask(ctx, t.ID, t.Version, core.TaskComplete, "")
	f.refused("another version", err, core.CodeConflict)
	done := got(f.Ann.ChangeTask(ctx, t.ID, on.Version, core.TaskComplete, "It was 4.1."))(f)
	if anyOf(done.Status != core.TaskCompleted, done.Output != "It was 4.1.", !done.LastModified.After(t.AuthoredOn)) {
		f.t.Errorf("done: %+v", done)
	}
	_, err = f.Ann.ChangeTask(ctx, t.ID, "", core.TaskCancel, "")
	f.refused("take back what is done", err, core.CodeConflict)
	if now, ok := core.Current[core.Task](err); !ok || now.Status != core.TaskCompleted {
		f.t.Errorf("it stands as %+v", now)
	}
	f.same("not open", got(f.Ann.Tasks(ctx, core.TaskQuery{}))(f).Results, []core.Task{})
	f.same("among all", plain(got(f.Ann.Tasks(ctx, core.TaskQuery{Sent: true, All: true}))(f).Results), plain([]core.Task{done}))
	ask.ValueID = ""
	back := got(f.Ann.SendTask(ctx, r.ID, ask))(f)
	f.same("taken back", got(f.Ann.ChangeTask(ctx, back.ID, back.Version, core.TaskCancel, ""))(f).Status, core.TaskCancelled)
}

// clinicTasksLost: with the patient or the document, tasks that cannot be done any more
// end, and who asked is told; nothing clinical of them is left to read.
func clinicTasksLost(f clinic) {
	ctx := f.t.Context()
	ask := core.NewTask{Owner: f.AnnUser.Email, Note: "Repeat the potassium", Due: core.DateOf(f.Now().AddDate(0, 0, 2))}
	moved := f.note("x")
	one := got(f.Ann.SendTask(ctx, moved.ID, ask))(f)
	got(f.Ann.MoveRecord(ctx, moved.ID, core.MoveRecord{PatientID: f.BenPatient.ID, Confirmation: because(bensPatient)}))(f)
	two := got(f.Ann.SendTask(ctx, f.note("y").ID, ask))(f)
	told := func() (n int) {
		for _, x := range got(f.Ann.Notifications(ctx, core.NotificationQuery{Level: "action"}))(f).Notifications {
			if x.Kind == "task" && strings.HasPrefix(x.Text, "A task that you sent cannot be done any more") {
				n++
			}
		}
		return n
	}
	f.same("told of the document", told(), 1)
	f.Hand(f.t, f.AnnPatient.ID, f.BenUser)
	f.same("told of the patient", told(), 2)
	f.same("nothing to do", got(f.Ann.Tasks(ctx, core.TaskQuery{}))(f).Results, []core.Task{})
	sent := got(f.Ann.Tasks(ctx, core.TaskQuery{Sent: true, All: true}))(f).Results
	if len(sent) != 2 {
		f.t.Fatalf("sent: %+v", sent)
	}
	for _, t := range sent {
		if anyOf(t.ID != one.ID && t.ID != two.ID, t.Status != core.TaskFailed, t.Reason == "", t.Note != "", t.Title != "", t.PatientName != "", t.PatientMRN != "", !t.PatientBorn.IsZero()) {
			f.t.Errorf("after the patient went: %+v", t)
		}
	}
	_, err := f.Ann.ChangeTask(ctx, two.ID, "", core.TaskComplete, "x")
	f.refused("done without the patient", err, core.CodeNotFound)
	f.same("Ben's", got(f.Ben.Tasks(ctx, core.TaskQuery{All: true}))(f).Results, []core.Task{})
	f.Hand(f.t, f.AnnPatient.ID, f.AnnUser)
	f.same("it stays ended", got(f.Ann.Tasks(ctx, core.TaskQuery{}))(f).Results, []core.Task{})
}
