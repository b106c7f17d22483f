package core

import "time"

// AppointmentList holds appointments, earliest first.
type AppointmentList struct {
	Count   int           `json:"count"` // all that were asked for, also beyond the limit
	Results []Appointment `json:"results"`
	AsAt    time.Time     `json:"as_at"`
}

// AppointmentFilter selects appointments. From and To are a day of
// the clinic ("2026-11-24", To counts as its end) or a moment in RFC 3339.
// Zero fields do not restrict.
type AppointmentFilter struct {
	From, To  string
	PatientID int64
	Statuses  []AppointmentStatus
	Limit     int // 0: 200
}
