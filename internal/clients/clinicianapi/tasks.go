package clinicianapi

import (
	"context"
	"net/http"
	"net/url"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// Tasks lists what the caller is to do, or what they sent.
func (c *Client) Tasks(ctx context.Context, q core.TaskQuery) (core.TaskList, error) {
	v := url.Values{}
	if q.Sent {
		v.Set("side", "sent")
	}
	if q.All {
		v.Set("state", "all")
	}
	setNumber(v, "patient", q.PatientID)
	var l core.TaskList
	err := c.json(ctx, call{path: wire.PathTasks, query: v}, &l)
	if l.Results == nil {
		l.Results = []core.Task{}
	}
	return l, err
}

// SendTask asks a clinician to do something about a document.
func (c *Client) SendTask(ctx context.Context, recordID string, t core.NewTask) (core.Task, error) {
	if err := checkID("record", recordID); err != nil {
		return core.Task{}, err
	}
	var made core.Task
	err := c.json(ctx, call{method: http.MethodPost, path: wire.PathRecordTasks(recordID), body: t}, &made)
	return made, err
}

// ChangeTask accepts, completes or takes a task back.
func (c *Client) ChangeTask(ctx context.Context, id, version string, act core.TaskAct, answer string) (core.Task, error) {
	if err := checkID("task", id); err != nil {
		return core.Task{}, err
	}
	how := call{method: http.MethodPost, path: wire.PathTaskAct(id, act), body: wire.TaskOutput{Output: answer}, seen: version}
	var t core.Task
	err := standing[core.Task](c.json(ctx, how, &t))
	return t, err
}
