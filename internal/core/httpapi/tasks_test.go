package httpapi

import (
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// Around the client: nobody gets a task about a patient they must not see, nobody acts on
// another's, what a client says of who asked and of the state does not count, and each act
// is one row of the audit log without a word of the task.
func TestTasksOfOthers(t *testing.T) {
	w := newWorld(t)
	ann, ben := w.ann.Tokens.Access, w.ben.Tokens.Access
	rec := w.upload("x")
	day := core.DateOf(time.Now().AddDate(0, 0, 3)).String()
	send := func(token, to string) answer {
		return w.call("POST", wire.PathRecordTasks(rec.ID), token, map[string]any{"owner_email": to, "note": "Ring the ward", "due": day,
			"requester": w.ben.User.ID, "status": "completed", "owner": w.ben.User.ID})
	}
	if a := send(ann, w.ben.User.Email).want(403); !strings.Contains(string(a.body), "must not see this patient") {
		t.Errorf("says %s", a.body)
	}
	send(ben, w.ben.User.Email).want(404)
	var task core.Task
	send(ann, w.ann.User.Email).want(201).into(&task)
	if task.Requester != w.ann.User.ID || task.Owner != w.ann.User.ID || task.Status != core.TaskRequested {
		t.Errorf("what a client says of it counts: %+v", task)
	}
	for _, act := range []core.TaskAct{core.TaskAccept, core.TaskComplete, core.TaskCancel} {
		w.call("POST", wire.PathTaskAct(task.ID, act), ben, nil).want(404)
	}
	if a := w.call("GET", wire.PathTasks+"?state=all", ben, nil).want(200); strings.Contains(string(a.body), "ward") {
		t.Errorf("Ben reads %s", a.body)
	}
	w.call("POST", wire.PathTaskAct(task.ID, core.TaskComplete), ann, wire.TaskOutput{Output: "Rang the ward"}, "If-Match", task.Version).want(200)
	done := 0
	for _, ev := range append(w.audited(core.EventTaskChanged), w.audited(core.EventTaskSent)...) {
		if strings.Contains(mustJSON(ev), "ward") {
			t.Errorf("the audit log has %s", mustJSON(ev))
		}
		if ev.Outcome == core.OutcomeSuccess {
			done++
		}
	}
	if done != 2 {
		t.Errorf("%d acts are recorded as done, want 2", done)
	}
}
