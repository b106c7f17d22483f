package app

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"clinician/internal/core"
)

// furthestDeferral keeps deferred notifications from being put away for good.
const furthestDeferral = 366 * 24 * time.Hour

// Notifications gives one page of the caller's notifications.
func (s *Session) Notifications(ctx context.Context, q core.NotificationQuery) (core.NotificationPage, error) {
	f := fields{}
	f.choice("state", string(q.State), string(core.NotificationOpen), string(core.NotificationDeferred), string(core.NotificationDone), "all")
	f.choice("level", q.Level, "info", "action")
	f.between("limit", q.Limit, 1, 200)
	if err := f.err(); err != nil {
		return core.NotificationPage{}, err
	}
	if err := s.ownPanel(ctx); err != nil {
		return core.NotificationPage{}, err
	}
	q.UserID = s.who.UserID
	page, err := s.Inbox.NotificationPage(ctx, q)
	if err != nil {
		return core.NotificationPage{}, err
	}
	page.Notifications = orEmpty(page.Notifications)
	ev := s.event(core.EventNotificationsRead, core.ActionRead)
	ev.Detail = map[string]any{"notification_count": len(page.Notifications)}
	return page, s.record(ctx, ev)
}

// Notification gives one of the caller's notifications.
func (s *Session) Notification(ctx context.Context, id int64) (core.Notification, error) {
	ev := s.event(core.EventNotificationsRead, core.ActionRead)
	ev.Detail = map[string]any{"notification_id": id}
	n, err := s.ownNotification(ctx, id, ev)
	if err != nil {
		return core.Notification{}, err
	}
	return n, s.record(ctx, ev)
}

// ownNotification finds one of the caller's notifications. Other people's and
// unknown ones are refused alike, and the refusal is recorded as ev.
func (s *Session) ownNotification(ctx context.Context, id int64, ev core.AuditEvent) (core.Notification, error) {
	if err := s.ownPanel(ctx); err != nil {
		return core.Notification{}, err
	}
	n, err := s.Inbox.Notification(ctx, s.who.UserID, id)
	if core.IsNotFound(err) {
		ev.Detail = map[string]any{"notification_id": id}
		return n, s.refuse(ctx, ev, core.Errorf(core.CodeNotFound, "There is no such notification."))
	}
	return n, err
}

// ChangeNotification does one act on one of the caller's notifications: view,
// acknowledge, reopen, or defer until then.
func (s *Session) ChangeNotification(ctx context.Context, id int64, version string, act core.NotificationAct, until time.Time) (core.Notification, error) {
	ev := s.changing(core.EventNotification, core.ActionUpdate, version)
	if _, err := s.ownNotification(ctx, id, ev); err != nil {
		return core.Notification{}, err
	}
	if act == core.NotificationDefer {
		f := fields{}
		switch now := s.now(); {
		case until.IsZero():
			f.add("until", "This field is required.")
		case !until.After(now):
			f.add("until", "Choose a time that is still to come.")
		case until.After(now.Add(furthestDeferral)):
			f.add("until", "A notification can be deferred for a year at most.")
		}
		if err := f.err(); err != nil {
			return core.Notification{}, err
		}
	}
	n, err := s.Inbox.ChangeNotification(ctx, core.NotificationChange{ID: id, UserID: s.who.UserID, Act: act, Until: until}, ev)
	return n, s.outdated(ctx, about(ev, id, act), err)
}

// ForwardNotification hands one of the caller's notifications to another clinician. One
// about a patient only goes to the patient's own clinician: a forwarded
// notification must not tell of patients whose charts its reader cannot open.
func (s *Session) ForwardNotification(ctx context.Context, id int64, version, email, note string) (core.Notification, error) {
	ev := s.changing(core.EventNotification, core.ActionUpdate, version)
	n, err := s.ownNotification(ctx, id, ev)
	if err != nil {
		return core.Notification{}, err
	}
	f := fields{}
	email = f.email("clinician_email", email)
	if note = CleanLine(note); utf8.RuneCountInString(note) > 500 {
		f.add("note", "Ensure this field has no more than 500 characters.")
	}
	if err := f.err(); err != nil {
		return core.Notification{}, err
	}
	to, err := s.colleague(ctx, email)
	if err != nil {
		return core.Notification{}, err
	}
	if n.PatientID != nil {
		ok, err := s.Assignments.IsAssigned(ctx, to.ID, *n.PatientID)
		if err != nil {
			return core.Notification{}, err
		}
		ev.PatientID = *n.PatientID
		ev.Guard = &core.Guard{ClinicianID: to.ID, PatientID: *n.PatientID, Refusal: core.Errorf(core.CodeForbidden,
			"This is about a patient who is not assigned to %s. Have the patient assigned to them first.",
			strings.TrimSpace(to.User.FirstName+" "+to.User.LastName))}
		if !ok {
			ev.Detail = map[string]any{"notification_id": id, "act": "forward", "to_user_id": to.User.ID}
			return core.Notification{}, s.refuse(ctx, ev, ev.Guard.Refusal)
		}
	}
	n, err = s.Inbox.ForwardNotification(ctx, s.who.UserID, id, to.User.ID, note, ev)
	return n, s.outdated(ctx, about(ev, id, "forward"), err)
}

// about says in an event which notification it is about; the store does where it stores one.
func about(ev core.AuditEvent, id int64, act core.NotificationAct) core.AuditEvent {
	ev.Detail = map[string]any{"notification_id": id, "act": string(act)}
	return ev
}

// colleague finds another active clinician by e-mail address.
func (s *Session) colleague(ctx context.Context, email string) (core.Clinician, error) {
	c, err := s.clinicianAt(ctx, "clinician_email", email)
	if err == nil && c.User.ID == s.who.UserID {
		f := fields{}
		f.add("clinician_email", "This is your own address.")
		err = f.err()
	}
	return c, err
}

// clinicianAt finds an active clinician by e-mail address; what is wrong with it is told
// of a field.
func (s *Session) clinicianAt(ctx context.Context, field, email string) (core.Clinician, error) {
	f := fields{}
	cred, err := s.People.Credential(ctx, email)
	var c core.Clinician
	if err == nil {
		c, err = s.People.ClinicianByUser(ctx, cred.User.ID)
	}
	switch {
	case core.IsNotFound(err) || err == nil && !cred.User.IsActive:
		f.add(field, "There is no clinician with this e-mail address.")
	case err != nil:
		return core.Clinician{}, err
	}
	return c, f.err()
}
