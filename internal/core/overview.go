package core

import "time"

// PatientOverview is the cover page of a chart: what its documents say that a clinician
// has verified, with its sources, and apart from it what nobody has verified.
type PatientOverview struct {
	PatientID int64 `json:"patient_id"`
	// Problems are verified diagnoses, newest first. None is never "has none".
	Problems []Statement `json:"problems"`
	// DocumentAllergies are verified statements of documents on allergies, denials too. What
	// is recorded of allergies is Patient.Allergies.
	DocumentAllergies []Statement `json:"document_allergies"`
	Medicines
	// Pending are problems, allergies and medicines in documents that nobody has verified
	// or rejected, each once, newest first.
	Pending []Statement `json:"unverified"`
	// LastResults are the rows of PatientResults that have a day, each with its last value
	// only: those out of range first.
	LastResults []ResultRow    `json:"last_results"`
	Tasks       []Notification `json:"tasks"`            // open notifications about the patient that ask the caller for something
	OpenTasks   []Task         `json:"open_tasks"`       // about the patient, that the caller is to do or has sent
	Next        *Appointment   `json:"next_appointment"` // nil: none booked
	AsAt        time.Time      `json:"as_at"`
}

// Statement is a value with the document it is from.
type Statement struct {
	Value
	Title        string `json:"title"`         // of the document, or its type
	DocumentDate Date   `json:"document_date"` // of the document; Date is the value's own, where it has one
}

// Day is the day the statement is of: its own, else the document's; zero: not known.
func (s Statement) Day() Date { return Prescription(s).Day() }
