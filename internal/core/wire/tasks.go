package wire

import "clinician/internal/core"

// PathTasks lists the caller's tasks; query: side, state, patient.
const PathTasks = "/api/clinician/tasks/"

// PathTaskAct is an act on a task (POST, TaskOutput with complete).
func PathTaskAct(id string, act core.TaskAct) string { return PathTasks + id + "/" + string(act) + "/" }

// PathRecordTasks sends a task about a record (POST core.NewTask).
func PathRecordTasks(recordID string) string { return PathRecord(recordID) + "tasks/" }

// TaskOutput is what the owner of a task answers.
type TaskOutput struct {
	Output string `json:"output,omitempty"`
}
