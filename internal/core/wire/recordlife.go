package wire

import "clinician/internal/core"

// Acts on a record below PathRecord.
const (
	ActEnteredInError = "entered-in-error" // POST Reason
	ActRestore        = "restore"          // POST Reason
	ActLegalHold      = "legal-hold"       // POST Reason places one, DELETE Reason releases it
	ActMove           = "move"             // POST MoveRecord
	ActSplit          = "split"            // POST SplitRecord
	ActReviewed       = "reviewed"         // POST, DELETE
	ActVerify         = "verify"           // POST
)

// PathRecordLife is an act in the life of a record.
func PathRecordLife(id, act string) string { return PathRecord(id) + act + "/" }

// IncludeAll is the value of the query "include" that also asks for what was
// entered in error or moved away.
const IncludeAll = "all"

// RecordEdit is the body of PATCH PathRecord: what is there is changed.
type RecordEdit struct {
	TypeID       *int64     `json:"medical_record_type_id,omitempty"`
	Title        *string    `json:"title,omitempty"`
	DocumentDate *core.Date `json:"document_date,omitempty"` // null or "" takes it away
	Source       *string    `json:"source,omitempty"`
	ReceivedBy   *string    `json:"received_by,omitempty"`
	Tags         *[]string  `json:"tags,omitempty"`
}

// Reason is the body of acts that need one.
type Reason struct {
	Reason string `json:"reason"`
}

// MoveRecord names the patient a record belongs to, by number and two
// identifiers read from that patient's chart.
type MoveRecord struct {
	PatientID  int64  `json:"patient_id"`
	FamilyName string `json:"family_name"`
	BirthYear  int    `json:"birth_year"`
	Reason     string `json:"reason"`
}

// Moved answers a move. The record keeps its id and is in the other chart now;
// the tombstone stays here.
type Moved struct {
	Success   bool        `json:"success"`
	Message   string      `json:"message"`
	FileID    string      `json:"file_id"`
	Tombstone core.Record `json:"tombstone"`
}

// SplitRecord says which pages of a bundle belong to whom.
type SplitRecord struct {
	Reason string      `json:"reason"`
	Parts  []SplitPart `json:"parts"`
}

// SplitPart is one part. The identifiers are needed when the patient is not
// the one whose chart the bundle is in.
type SplitPart struct {
	Pages        []int     `json:"pages"` // from 1
	PatientID    int64     `json:"patient_id"`
	FamilyName   string    `json:"family_name,omitempty"`
	BirthYear    int       `json:"birth_year,omitempty"`
	Title        string    `json:"title,omitempty"`                  // "" takes the type's name
	TypeID       int64     `json:"medical_record_type_id,omitempty"` // 0 takes the bundle's
	DocumentDate core.Date `json:"document_date"`
}

// SplitDone answers a split.
type SplitDone struct {
	Success  bool        `json:"success"`
	Message  string      `json:"message"`
	Original core.Record `json:"original"`
	Parts    []PartMade  `json:"parts"`
}

// PartMade is a record that a split made. More of it is for those who may see
// its chart.
type PartMade struct {
	FileID    string `json:"file_id"`
	PatientID int64  `json:"patient_id"`
	Pages     []int  `json:"pages"`
}
