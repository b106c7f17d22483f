package wire

import (
	"strconv"
	"time"
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

// Defer is the body of defer.
type Defer struct {
	Until time.Time `json:"until"`
}

// Forward is the body of forward.
type Forward struct {
	Clinician string `json:"clinician_email"`
	Note      string `json:"note"`
}
