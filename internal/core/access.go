package core

import (
	"slices"
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

// AccessPerson is one who acted on a patient's chart, and how often.
type AccessPerson struct {
	UserID  int64     `json:"user_id"` // 0: the system, or an administrator in the shell
	Who     string    `json:"who"`
	Role    Role      `json:"role,omitempty"` // of the last act
	Acts    int       `json:"acts"`
	Refused int       `json:"refused,omitempty"`   // of the acts: those without success
	Urgent  int       `json:"emergency,omitempty"` // of the acts: those by emergency access
	First   time.Time `json:"first"`
	Last    time.Time `json:"last"`
}

// PeopleOf counts acts by who did them; who acted last comes first.
func PeopleOf(acts []Access) []AccessPerson {
	type key struct {
		id  int64
		who string
	}
	at := map[key]int{}
	people := []AccessPerson{}
	for _, a := range acts {
		k := key{id: a.UserID}
		if a.UserID == 0 {
			k.who = a.Who
		}
		i, known := at[k]
		if !known {
			i = len(people)
			at[k] = i
			people = append(people, AccessPerson{UserID: a.UserID, Who: a.Who, First: a.At, Role: a.Role})
		}
		p := &people[i]
		p.Acts++
		if a.Outcome != OutcomeSuccess {
			p.Refused++
		}
		if a.Urgent {
			p.Urgent++
		}
		if !a.At.Before(p.Last) {
			p.Last = a.At
			if a.Role != "" {
				p.Role = a.Role
			}
		}
		if a.At.Before(p.First) {
			p.First = a.At
		}
	}
	slices.SortStableFunc(people, func(a, b AccessPerson) int { return b.Last.Compare(a.Last) })
	return people
}

// AccessPage is one page of a patient's access history, newest first.
type AccessPage struct {
	PatientID int64 `json:"patient_id"`
	// People are all who ever acted on the chart, on the first page only; who acted last
	// comes first.
	People []AccessPerson `json:"people,omitempty"`
	// PeopleSince is when what was counted for People begins; nil: all of it was.
	PeopleSince *time.Time `json:"people_since,omitempty"`
	Accesses    []Access   `json:"results"`
	Next        string     `json:"next,omitempty"`
	AsAt        time.Time  `json:"as_at"`
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
