package wire

import (
	"strconv"
	"time"

	"clinician/internal/core"
)

// Paths of the day.
const (
	PathAppointments  = "/api/clinician/appointments/"
	PathNotifications = "/api/clinician/notifications/"
)

// PathNotification is one notification (GET); its acts are below it.
func PathNotification(id int64) string {
	return PathNotifications + strconv.FormatInt(id, 10) + "/"
}

// PathNotificationAct is an act on a notification (POST): view, acknowledge,
// defer, forward or reopen.
func PathNotificationAct(id int64, act string) string { return PathNotification(id) + act + "/" }

// AppointmentQuery is the query of PathAppointments. From and To are a day of
// the clinic ("2026-11-24", To counts as its end) or a moment in RFC 3339.
// Zero fields do not restrict.
type AppointmentQuery struct {
	From, To  string
	PatientID int64
	Statuses  []core.AppointmentStatus
	Limit     int // 0: 200
}

// Appointments answers PathAppointments, earliest first.
type Appointments struct {
	Count   int                `json:"count"` // all that were asked for, also beyond the limit
	Results []core.Appointment `json:"results"`
	AsAt    time.Time          `json:"as_at"`
}

// Defer is the body of defer.
type Defer struct {
	Until time.Time `json:"until"`
}

// Forward is the body of forward.
type Forward struct {
	Clinician string `json:"clinician_email"`
	Note      string `json:"note"`
}
