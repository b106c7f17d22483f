package core

import (
	"strings"
	"time"
)

// Access is one act on a patient's chart, with who did it.
type Access struct {
	At       time.Time `json:"at"`
	UserID   int64     `json:"user_id"` // 0: the system, or an administrator in the shell
	Who      string    `json:"who"`     // name in display form, or who acted in a person's place
	Role     Role      `json:"role,omitempty"`
	Type     string    `json:"event_type"`
	Act      string    `json:"act"` // the same in words
	Action   Action    `json:"action"`
	Outcome  Outcome   `json:"outcome"`
	Purpose  string    `json:"purpose,omitempty"` // HL7 PurposeOfUse
	Urgent   bool      `json:"emergency"`         // by emergency access
	RecordID string    `json:"file_id,omitempty"`
	JobID    string    `json:"job_id,omitempty"`
}

// Told says in words what was done; what was refused, did not work, or was done
// by emergency access says so first.
func (a Access) Told() string {
	act := a.Act
	switch a.Outcome {
	case OutcomeDenied:
		act = "REFUSED: " + act
	case OutcomeFailure:
		act = "did not work: " + act
	case OutcomeUnknown:
		act = "not known whether it was done: " + act
	}
	if a.Urgent {
		act = "EMERGENCY: " + act
	}
	return act
}

// AccessPage is one page of a patient's access history, newest first.
type AccessPage struct {
	PatientID int64     `json:"patient_id"`
	Accesses  []Access  `json:"results"`
	Next      string    `json:"next,omitempty"`
	AsAt      time.Time `json:"as_at"`
}

// Emergency reports whether a purpose of use is one of emergency access.
func Emergency(purpose string) bool { return purpose == "BTG" || purpose == "ETREAT" }

var acts = map[string]string{
	EventPatientViewed:     "opened the chart",
	EventPatientDashboard:  "opened the chart",
	EventPatientCreated:    "registered the patient",
	EventPatientAssigned:   "assigned the patient to a clinician",
	EventRecordsListed:     "listed the documents",
	EventAccessRead:        "asked who looked at the chart",
	EventRecordUploaded:    "added a document",
	EventUploadBegun:       "began to send a document",
	EventUploadAbandoned:   "cancelled sending a document",
	EventUploadsRead:       "asked how far a document is sent",
	EventRecordRead:        "looked at what is known about a document",
	EventRecordDownloaded:  "fetched a document",
	EventRecordViewed:      "looked at a document",
	EventRecordDeleted:     "removed a document for good",
	EventTempOpened:        "opened a document in another program",
	EventTempClosed:        "closed a document in another program",
	EventJobSubmitted:      "had a document read by the machine",
	EventJobRead:           "asked how far a document is read",
	EventJobWatched:        "watched a document being read",
	EventJobCancelled:      "stopped a document being read",
	EventJobEnded:          "a document was read by the machine",
	EventResultRead:        "read the text of a document",
	EventRecordUpdated:     "changed what is said about a document",
	EventRecordErrored:     "marked a document as entered in error",
	EventRecordRestored:    "restored a document",
	EventRecordHeld:        "placed a legal hold",
	EventRecordReleased:    "released a legal hold",
	EventRecordMoved:       "moved a document to another chart",
	EventRecordSplit:       "split a document",
	EventRecordUnlocked:    "opened a document with its password",
	EventRecordReviewed:    "noted that a document was read",
	EventRecordVerified:    "checked that a document is intact",
	EventCheckResolved:     "decided whose document it is",
	EventValuesRead:        "read the values of a document",
	EventValueReviewed:     "verified, corrected or rejected a value",
	EventTextCorrected:     "corrected the text of a document",
	EventTextDrafted:       "began to correct the text of a document",
	EventNotesRead:         "read the notes on a document",
	EventNoteAdded:         "wrote a note on a document",
	EventNoteErrored:       "marked a note as entered in error",
	EventTasksRead:         "looked at tasks about the patient",
	EventTaskSent:          "sent a task about a document",
	EventTaskChanged:       "dealt with a task about a document",
	EventDocumentsSearched: "searched in the documents",
	EventTrendRead:         "looked at results over time",
	EventOverviewRead:      "looked at the overview",
	EventAppointments:      "looked at the appointments",
	EventAppointmentMade:   "made an appointment",
	EventNotification:      "dealt with a notification about the patient",
}

// ActOf says in words what an audit event of this type is about.
func ActOf(eventType string) string {
	if act, ok := acts[eventType]; ok {
		return act
	}
	return strings.ReplaceAll(strings.TrimPrefix(eventType, "clinician_"), "_", " ")
}
