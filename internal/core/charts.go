package core

import "time"

// PatientDetail is the first screen of a chart.
type PatientDetail struct {
	Patient        Patient       `json:"patient"`
	MedicalRecords []Record      `json:"medical_records"`
	Prescriptions  []struct{}    `json:"prescriptions"` // no source for them yet; always empty
	Appointments   []Appointment `json:"appointments"`
	RecentActivity []Activity    `json:"recent_activity"`
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
	AsAt      time.Time   `json:"as_at"`
}

// PatientTrend is one analyte or vital sign of a patient over time.
type PatientTrend struct {
	PatientID int64 `json:"patient_id"`
	Trend
	AsAt time.Time `json:"as_at"`
}
