package core

import (
	"context"
	"time"
)

// PatientDetail is the first screen of a chart.
type PatientDetail struct {
	Patient        Patient  `json:"patient"`
	MedicalRecords []Record `json:"medical_records"`
	Medicines
	Appointments   []Appointment `json:"appointments"`
	RecentActivity []Activity    `json:"recent_activity"`
}

// Medicines is what is known of a patient's medicines from documents. None is never
// "takes none": only what a clinician verified is listed, from documents that count.
type Medicines struct {
	// Prescriptions are the medicines that documents say are taken, newest first, each
	// as it counts: the review holds what a clinician made of it.
	Prescriptions []Prescription `json:"prescriptions"`
	// Stopped are those that documents say were stopped. One and the same may be in
	// Prescriptions, from another document.
	Stopped []Prescription `json:"prescriptions_stopped"`
	// Unverified is how many medicines nobody has verified or rejected yet.
	Unverified int `json:"prescriptions_unverified"`
	// Problem says why the lists cannot be given; "" when they are all there is.
	Problem string `json:"prescriptions_problem,omitempty"`
	Coverage
}

// Prescription is a medicine that a clinician verified, with the document it is from.
type Prescription struct {
	Value
	Title        string `json:"title"`         // of the document, or its type
	DocumentDate Date   `json:"document_date"` // of the document; Date is the value's own, where it has one
}

// Day is the day the prescription is of: its own, else the document's; zero: not known.
func (p Prescription) Day() Date {
	if !p.Date.IsZero() {
		return p.Date
	}
	return p.DocumentDate
}

// Activity is one line of what happened in a chart lately.
type Activity struct {
	At       string `json:"at"` // RFC 3339
	Type     string `json:"event_type"`
	UserID   int64  `json:"user_id"`
	Who      string `json:"who"` // name in display form
	Act      string `json:"act"` // event_type in words
	RecordID string `json:"record_id,omitempty"`
}

// PatientDashboard is a chart with the person who looks at it.
type PatientDashboard struct {
	User      UserSummary `json:"user"`
	Clinician Profile     `json:"clinician"`
	PatientDetail
	RecordCount int `json:"record_count"`
}

// TrendNames lists what of a patient can be followed over time.
type TrendNames struct {
	PatientID int64       `json:"patient_id"`
	Count     int         `json:"count"`
	Results   []TrendName `json:"results"`
	Coverage
	AsAt time.Time `json:"as_at"`
}

// PatientTrend is one analyte or vital sign of a patient over time.
type PatientTrend struct {
	PatientID int64 `json:"patient_id"`
	Trend
	Coverage
	AsAt time.Time `json:"as_at"`
}

// Charts is what a person can do with patients' charts. The use cases, bound to
// a principal, and the API client implement it with the same words; see Clinic.
type Charts interface {
	// Patients gives one page of the caller's patients. Here as in all lists, a limit
	// that the query does not allow is CodeInvalid, and so is a cursor that is none.
	Patients(ctx context.Context, q PatientQuery) (PatientPage, error)
	// Patient is the first screen of a chart; CodeForbidden for patients who are
	// not the caller's, known or not.
	Patient(ctx context.Context, id int64) (PatientDetail, error)
	// PatientDashboard is Patient with the person who asks.
	PatientDashboard(ctx context.Context, id int64) (PatientDashboard, error)
	// AccessHistory is one page of who did what with a chart, newest first. A
	// limit of 0 leaves its size to the server.
	AccessHistory(ctx context.Context, patientID int64, limit int, cursor string) (AccessPage, error)
	// SearchText searches the text of q.PatientID's documents, or with 0 of all
	// the caller's patients. Hits come newest document first, in pages.
	SearchText(ctx context.Context, q TextQuery) (TextHits, error)
	// TrendNames lists what can be followed over time, Trend gives one of them;
	// CodeNotFound when the documents have no value of that name.
	TrendNames(ctx context.Context, patientID int64) (TrendNames, error)
	Trend(ctx context.Context, patientID int64, name string) (PatientTrend, error)
	// PatientOverview gives the cover page of a chart.
	PatientOverview(ctx context.Context, patientID int64) (PatientOverview, error)
	// PatientResults gives all that can be followed over time as one table.
	PatientResults(ctx context.Context, patientID int64) (PatientResults, error)
}
