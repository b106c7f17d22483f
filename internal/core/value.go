package core

import "time"

// ValueKind says what a Value is about.
type ValueKind string

const (
	ValueLaboratory ValueKind = "laboratory"
	ValueVital      ValueKind = "vital"
	ValueMedication ValueKind = "medication"
	ValueDiagnosis  ValueKind = "diagnosis"
	ValueAllergy    ValueKind = "allergy"
	ValueDate       ValueKind = "date" // collected, received, reported, admitted, discharged, ...
)

// Coding is a code from a terminology, given only where it is certain.
type Coding struct {
	System  string `json:"system"` // "LOINC", "ICD-10"
	Code    string `json:"code"`
	Display string `json:"display"`
}

// Value is one thing a document says, found by software in the words of a page.
// Everything is as printed: never converted, rounded or tidied. It counts for
// nothing until a clinician has verified it.
type Value struct {
	ID         string    `json:"id"` // the same for the same words of the same record, also when OCR runs again
	RecordID   string    `json:"file_id"`
	JobID      string    `json:"job_id"`
	PatientID  int64     `json:"patient_id"`
	Page       int       `json:"page"`
	Kind       ValueKind `json:"kind"`
	Name       string    `json:"name"`               // analyte, vital sign, drug, diagnosis, substance, or which date; as printed
	Code       *Coding   `json:"code"`               // nil: not certain
	Specimen   string    `json:"specimen,omitempty"` // what was measured, as the document says: "blood", "urine"; "" it says nothing, or several
	Comparator string    `json:"comparator"`         // "<", ">", "<=", ">=" or ""
	Text       string    `json:"value"`              // verbatim: "4.5", "<0.01", "Negative", "1+", "not reported - haemolysed"
	Number     *float64  `json:"number"`             // of Text, without comparator; nil when it is not a plain number
	Unit       string    `json:"unit"`               // verbatim
	Range      string    `json:"reference_range"`    // printed on this report; "" means no range, which is not "normal"
	Flag       string    `json:"flag"`               // printed on this report: "H", "*", "LOW"
	Interpret  string    `json:"interpretation"`     // HH H N L LL A (HL7), from this report's range or flag only; "" unknown
	Dose       string    `json:"dose"`               // medication: "200 mg", verbatim
	Route      string    `json:"route"`              // medication
	Frequency  string    `json:"frequency"`          // medication
	Negated    bool      `json:"negated"`            // "no evidence of ...", "denies ..."
	Context    string    `json:"context"`            // "continued", "stopped", "family history", "comparison", "unreliable"; or ""
	Date       Date      `json:"date"`               // the day the value is of (collected, else reported); zero: not known
	Cautions   []string  `json:"cautions"`           // Do-Not-Use notations as printed: "1.0 mg: trailing zero"
	Doubts     []string  `json:"doubts"`             // why a person has to look: "a digit was read with confidence 41"
	Confidence *float64  `json:"confidence"`         // lowest of the source words, 0..100; nil when the source gives none
	Boxes      []Box     `json:"boxes"`              // of the source words, on the page image
	Refused    bool      `json:"refused,omitempty"`  // unit or size is none its test can have: it does not count as printed, until a clinician says so
	Probably   *Amount   `json:"probably,omitempty"` // of a refused value: what is likely on the paper; nil: not known
	Source     string    `json:"source"`             // the printed line
	Review     *Review   `json:"review"`             // nil: unverified
	Version    string    `json:"version"`            // of what it says and of what was said of it: another as soon as either changes

	Row int `json:"-"` // of the page as laid out, from 1: where it begins, while it is being found
}

// Amount is a number with its unit.
type Amount struct {
	Text   string  `json:"value"`
	Number float64 `json:"number"`
	Unit   string  `json:"unit"`
}

// ReviewStatus is what a clinician said of a value.
type ReviewStatus string

const (
	ReviewVerified  ReviewStatus = "verified"
	ReviewCorrected ReviewStatus = "corrected" // verified with another text
	ReviewRejected  ReviewStatus = "rejected"
)

// Review is a clinician's word on a value. It survives a new run of OCR.
type Review struct {
	ID     string       `json:"-"` // where it is kept
	Status ReviewStatus `json:"status"`
	Text   string       `json:"value,omitempty"`  // corrected: what is really printed
	Unit   string       `json:"unit,omitempty"`   // corrected: the unit, when that was wrong
	Reason string       `json:"reason,omitempty"` // rejected: why
	By     int64        `json:"by"`
	ByName string       `json:"by_name"`
	At     time.Time    `json:"at"`
}

// Confident reports whether the value may be shown without a warning: nothing
// doubtful and nothing against it.
func (v Value) Confident() bool { return len(v.Doubts) == 0 }

// Findings is what was found in a document.
type Findings struct {
	Values       []Value        `json:"values"`
	TypeName     string         `json:"type_suggestion"`          // one of the record types; "" when not certain
	DocumentDate Date           `json:"document_date_suggestion"` // zero when not certain
	Identities   []PageIdentity `json:"identities"`
	RulesVersion string         `json:"rules_version"` // of the rules and vocabularies that found them
}

// PageIdentity is who a page says it is about. Words that stand elsewhere on it
// (a signature, a copy list, a relative) are not the patient.
type PageIdentity struct {
	Page        int      `json:"page"`
	Name        string   `json:"name"` // verbatim; "" none found
	DateOfBirth Date     `json:"date_of_birth"`
	Identifiers []string `json:"identifiers"` // MRN-like numbers, digits only
	Confidence  *float64 `json:"confidence"`
	Boxes       []Box    `json:"boxes"`
	Line        int      `json:"line,omitempty"` // of the page's text at which it begins, from 1

	Others []PageIdentity `json:"others,omitempty"` // further people the page names as its patient; they have none themselves

	Row   int            `json:"-"` // as Value.Row
	Loose []PageIdentity `json:"-"` // numbers on the page that may be anybody's, or no person's
}

// PatientCheck is the answer to: does this document belong to this patient?
type PatientCheck string

const (
	CheckNone     PatientCheck = ""         // not read yet, or no identity on the pages
	CheckMatch    PatientCheck = "match"    // what the pages say fits the chart
	CheckPatient  PatientCheck = "check"    // CHECK PATIENT: a page says somebody else; a person must decide
	CheckResolved PatientCheck = "resolved" // a person has decided that it belongs here
)

// CheckedPage is a page's verdict with its reason, for people. OtherPatientID
// is a patient of the same clinician's panel whom the page fits; 0 none.
type CheckedPage struct {
	PageIdentity
	Verdict        PatientCheck `json:"verdict"`
	Reason         string       `json:"reason"`
	OtherPatientID int64        `json:"other_patient_id,omitempty"`

	Strangers []PageIdentity `json:"strangers,omitempty"` // of a page that names several: those who are not the chart's patient. What stands under them is in doubt
}
