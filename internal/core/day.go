package core

import (
	"context"
	"time"
)

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

// Day is what a person can do with their day; see Clinic.
type Day interface {
	Dashboard(ctx context.Context) (Dashboard, error)
	// Appointments lists the caller's own, earliest first.
	Appointments(ctx context.Context, f AppointmentFilter) (AppointmentList, error)
	Notifications(ctx context.Context, q NotificationQuery) (NotificationPage, error)
	// ChangeNotification views, acknowledges or reopens a notification, or defers it
	// until then; until is zero for the other acts. CodeConflict with Error.Current when
	// it is not of the version that the caller saw, unless that is "".
	ChangeNotification(ctx context.Context, id int64, version string, act NotificationAct, until time.Time) (Notification, error)
	// ForwardNotification hands a notification to the clinician with this e-mail
	// address: CodeInvalid when there is none, CodeForbidden when they must not see
	// its patient, CodeConflict as ChangeNotification.
	ForwardNotification(ctx context.Context, id int64, version, email, note string) (Notification, error)
}
