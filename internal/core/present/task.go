package present

import (
	"clinician/internal/core"
)

// OpenTasks says what of tasks there is on the day: "Tasks for you: 3, 1 overdue".
func OpenTasks(d core.Dashboard) string {
	text := core.Plural(d.OpenTasks, "task", "tasks") + " for you"
	if d.OverdueTasks > 0 {
		text += ", " + core.Plural(d.OverdueTasks, "overdue", "overdue")
	}
	return text
}

// TaskDue says by when a task is to be done: "OVERDUE, was due 12-Nov-2026".
func TaskDue(t core.Task) string {
	if t.Overdue {
		return "OVERDUE, was due " + t.Due.Display()
	}
	return "due " + t.Due.Display()
}

// TaskState says what became of a task.
func TaskState(t core.Task) string {
	switch t.Status {
	case core.TaskRequested:
		return TaskDue(t)
	case core.TaskAccepted:
		return TaskDue(t) + ", taken on"
	case core.TaskCompleted:
		return "done"
	case core.TaskCancelled:
		return "taken back"
	}
	return "CANNOT BE DONE"
}

// TaskWhat is what is to be done, as far as the reader may know.
func TaskWhat(t core.Task) string {
	if t.PatientName == "" {
		return "about a patient who is not yours"
	}
	return t.Note
}

// TaskSentence is a task in one line: what, by when, from whom to whom, and the answer.
func TaskSentence(t core.Task) string {
	text := TaskWhat(t) + ", " + TaskState(t)
	if t.Requester != t.Owner {
		text += ", from " + Or(t.RequesterName) + " to " + Or(t.OwnerName)
	}
	switch {
	case t.Output != "":
		text += ". Answer: " + t.Output
	case t.Reason != "":
		text += ": " + t.Reason
	}
	return text
}
