package core

import "io"

// MoveRecord names the patient a record belongs to, by number and two
// identifiers read from that patient's chart.
type MoveRecord struct {
	PatientID  int64  `json:"patient_id"`
	FamilyName string `json:"family_name"`
	BirthYear  int    `json:"birth_year"`
	Reason     string `json:"reason"`
}

// SplitRecord says which pages of a bundle belong to whom.
type SplitRecord struct {
	Reason string      `json:"reason"`
	Parts  []SplitPart `json:"parts"`
}

// SplitPart is one part. The identifiers are needed when the patient is not
// the one whose chart the bundle is in.
type SplitPart struct {
	Pages        []int  `json:"pages"` // from 1
	PatientID    int64  `json:"patient_id"`
	FamilyName   string `json:"family_name,omitempty"`
	BirthYear    int    `json:"birth_year,omitempty"`
	Title        string `json:"title,omitempty"`                  // "" takes the type's name
	TypeID       int64  `json:"medical_record_type_id,omitempty"` // 0 takes the bundle's
	DocumentDate Date   `json:"document_date"`
}

// PartMade is a record that a split made. More of it is for those who may see
// its chart.
type PartMade struct {
	FileID    string `json:"file_id"`
	PatientID int64  `json:"patient_id"`
	Pages     []int  `json:"pages"`
}

// NewDocument is a file on its way into a patient's chart, as a client sends it.
type NewDocument struct {
	PatientID    int64
	TypeID       int64
	Title        string // "" takes the file name
	Filename     string
	DocumentDate Date
	Source       string   // organisation it came from
	ReceivedBy   string   // one of ReceivedBy(); "" is "upload"
	Tags         []string // without commas
	Size         int64    // -1 when not known
	Content      io.Reader

	// Of content that is larger than PieceBytes and can seek, both may be nil:
	// Resumed is told how much the server had from an earlier try, Lost that the
	// connection was lost and attempt begins.
	Resumed func(have int64)
	Lost    func(attempt int)
}
