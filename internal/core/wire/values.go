package wire

import (
	"strconv"
)

// PathRecordValues lists the values found in a record; query: kind, status.
func PathRecordValues(recordID string) string { return PathRecord(recordID) + "values/" }

// PathValueReview is a clinician's word on a value: POST says it, DELETE takes it back.
func PathValueReview(recordID, valueID string) string {
	return PathRecordValues(recordID) + valueID + "/review/"
}

// PathRecordText is a page's corrected text: GET the history, PUT a correction,
// DELETE takes the last one back.
func PathRecordText(recordID string, page int) string {
	return PathRecord(recordID) + "text/" + strconv.Itoa(page) + "/"
}

// PathRecordTextDraft is what the caller typed over a page and has not stored:
// PUT keeps it, DELETE throws it away. PageText has it.
func PathRecordTextDraft(recordID string, page int) string {
	return PathRecordText(recordID, page) + "draft/"
}

// PathRecordNotes is what people wrote about a record: GET, POST core.NewNote.
func PathRecordNotes(recordID string) string { return PathRecord(recordID) + "notes/" }

// PathNoteInError says that a note is wrong (POST Reason).
func PathNoteInError(recordID, noteID string) string {
	return PathRecordNotes(recordID) + noteID + "/entered-in-error/"
}

// PathPatientCheck says whether a record belongs to its patient.
func PathPatientCheck(recordID string) string { return PathRecord(recordID) + "patient-check/" }

// PathPatientCheckResolve takes a person's decision that it does (POST).
func PathPatientCheckResolve(recordID string) string { return PathPatientCheck(recordID) + "resolve/" }

// PathJobRetry tries an ended job again (POST, body Analyze).
func PathJobRetry(id string) string { return PathJob(id) + "retry/" }

// ResolveCheck is the body of PathPatientCheckResolve.
type ResolveCheck struct {
	Reason string `json:"reason"`
}
