package clinicianapi

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// Appointments lists the caller's own, earliest first.
func (c *Client) Appointments(ctx context.Context, q core.AppointmentFilter) (core.AppointmentList, error) {
	v := url.Values{}
	set(v, "from", q.From)
	set(v, "to", q.To)
	setNumber(v, "patient", q.PatientID)
	setNumber(v, "limit", int64(q.Limit))
	states := make([]string, len(q.Statuses))
	for i, s := range q.Statuses {
		states[i] = string(s)
	}
	set(v, "status", strings.Join(states, ","))
	var a core.AppointmentList
	err := c.json(ctx, call{path: wire.PathAppointments, query: v}, &a)
	if a.Results == nil {
		a.Results = []core.Appointment{}
	}
	return a, err
}

// Notifications gives one page of the caller's notifications, newest first.
func (c *Client) Notifications(ctx context.Context, q core.NotificationQuery) (core.NotificationPage, error) {
	v := url.Values{"state": {"all"}}
	if q.State != "" {
		v.Set("state", string(q.State))
	}
	set(v, "level", q.Level)
	set(v, "cursor", q.Cursor)
	setNumber(v, "limit", int64(q.Limit))
	var p core.NotificationPage
	err := c.json(ctx, call{path: wire.PathNotifications, query: v}, &p)
	if p.Notifications == nil {
		p.Notifications = []core.Notification{}
	}
	return p, err
}

// ChangeNotification views, acknowledges, reopens or, until then, defers a notification.
func (c *Client) ChangeNotification(ctx context.Context, id int64, version string, act core.NotificationAct, until time.Time) (core.Notification, error) {
	var body any
	if act == core.NotificationDefer {
		body = wire.Defer{Until: until}
	}
	return c.notification(ctx, id, act, version, body)
}

// ForwardNotification hands a notification to another clinician. CodeInvalid when
// there is none of this address, CodeForbidden when they must not see its patient.
func (c *Client) ForwardNotification(ctx context.Context, id int64, version, email, note string) (core.Notification, error) {
	return c.notification(ctx, id, "forward", version, wire.Forward{Clinician: email, Note: note})
}

func (c *Client) notification(ctx context.Context, id int64, act core.NotificationAct, version string, body any) (core.Notification, error) {
	var n core.Notification
	err := standing[core.Notification](c.json(ctx, call{method: http.MethodPost, path: wire.PathNotificationAct(id, string(act)), body: body, seen: version}, &n))
	return n, err
}

func set(v url.Values, name, value string) {
	if value != "" {
		v.Set(name, value)
	}
}

func setNumber(v url.Values, name string, n int64) {
	if n != 0 {
		v.Set(name, strconv.FormatInt(n, 10))
	}
}
