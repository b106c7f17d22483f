package core

import (
	"context"
	"time"
)

// TaskStatus follows FHIR Task.status.
type TaskStatus string

const (
	TaskRequested TaskStatus = "requested"
	TaskAccepted  TaskStatus = "accepted" // its owner has taken it on
	TaskCompleted TaskStatus = "completed"
	TaskCancelled TaskStatus = "cancelled" // its requester took it back
	TaskFailed    TaskStatus = "failed"    // its owner cannot do it any more: patient or document went elsewhere
)

// Open reports whether there is something left to do.
func (s TaskStatus) Open() bool { return s == TaskRequested || s == TaskAccepted }

// Task asks somebody who may see a patient to do something about a document, or a value
// in one, by a day. The words are those of FHIR Task.
type Task struct {
	ID          string     `json:"id"`
	Status      TaskStatus `json:"status"`
	PatientID   int64      `json:"patient_id"`
	PatientName string     `json:"patient_name"` // DisplayName form; like all that is clinical here "" when the patient is not the reader's own now
	PatientMRN  string     `json:"patient_mrn"`
	PatientBorn Date       `json:"patient_date_of_birth"`
	RecordID    string     `json:"file_id"`
	Title       string     `json:"title"`              // of the document
	ValueID     string     `json:"value_id,omitempty"` // "" the document as a whole
	Note        string     `json:"note"`               // what is to be done
	Due         Date       `json:"due"`
	Overdue     bool       `json:"overdue"` // open, and its day is over

	Requester     int64     `json:"requester"`
	RequesterName string    `json:"requester_name"`
	Owner         int64     `json:"owner"`
	OwnerName     string    `json:"owner_name"`
	AuthoredOn    time.Time `json:"authored_on"`
	LastModified  time.Time `json:"last_modified"` // when it got its status
	Output        string    `json:"output"`        // what its owner answered
	Reason        string    `json:"status_reason"` // of a failed one: why
	Version       string    `json:"version"`       // goes back with an act (If-Match)
}

// Versioned gives t with its version.
func (t Task) Versioned() Task {
	t.Version = VersionOf(t.ID, t.Status, t.LastModified)
	return t
}

// ETag gives the version of a task, as HTTP calls it.
func (t Task) ETag() string { return t.Version }

// NewTask is a task that somebody sends.
type NewTask struct {
	Owner   string `json:"owner_email"`        // who is to do it; one's own address is a reminder
	Note    string `json:"note"`               // what is to be done
	Due     Date   `json:"due"`                // by this day of the clinic
	ValueID string `json:"value_id,omitempty"` // of the newest reading; "" the document as a whole
}

// TaskAct is what a person does with a task.
type TaskAct string

const (
	TaskAccept   TaskAct = "accept"   // by its owner
	TaskComplete TaskAct = "complete" // by its owner, with an answer or without
	TaskCancel   TaskAct = "cancel"   // by its requester
)

// TaskQuery selects the caller's tasks, by day, the most urgent first.
type TaskQuery struct {
	UserID    int64
	Sent      bool  // those the caller sent; else those they are to do
	All       bool  // also those that ended, newest first behind the open ones
	PatientID int64 // 0: about anybody
}

// TaskList is the caller's tasks.
type TaskList struct {
	Count   int       `json:"count"`
	Overdue int       `json:"overdue"`
	Results []Task    `json:"results"`
	AsAt    time.Time `json:"as_at"`
}

// MaxTasks bounds a list of tasks: open ones are all there, of the others the newest.
const MaxTasks = 500

// Tasks is what a person can do with tasks; see Clinic. Somebody else's task is
// CodeNotFound, like an unknown one; so is to its owner one about a patient who is not
// theirs any more.
type Tasks interface {
	Tasks(ctx context.Context, q TaskQuery) (TaskList, error)
	// SendTask asks the clinician with an e-mail address: CodeInvalid when there is none,
	// CodeForbidden when they must not see the patient.
	SendTask(ctx context.Context, recordID string, t NewTask) (Task, error)
	// ChangeTask does an act; answer goes with TaskComplete. CodeForbidden when it is the
	// other one's to do, CodeConflict with Error.Current when the task has ended or is not
	// of the version that the caller saw, unless that is "".
	ChangeTask(ctx context.Context, id, version string, act TaskAct, answer string) (Task, error)
}

// TaskStore keeps tasks, their notes and answers sealed under the patient's key. It checks
// no policy. When a patient or a document goes elsewhere, those tasks that cannot be done
// any more fail in the same step, and their requesters are notified.
type TaskStore interface {
	// Tasks lists; what is clinical in a task is empty where its patient is not q.UserID's.
	Tasks(ctx context.Context, q TaskQuery) ([]Task, error)
	// Task gives one of the user's own, as requester or owner, as Tasks does.
	Task(ctx context.Context, userID int64, id string) (Task, error)
	// AddTask stores t, with who, about what, note and day.
	AddTask(ctx context.Context, t Task, ev AuditEvent) (Task, error)
	// ChangeTask stores a status and an answer, and notifies the other one.
	ChangeTask(ctx context.Context, userID int64, id string, to TaskStatus, answer string, ev AuditEvent) (Task, error)
	// CountTasks counts the open tasks that a user is to do, and those due before day.
	CountTasks(ctx context.Context, userID int64, day Date) (open, overdue int, err error)
}
