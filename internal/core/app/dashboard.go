package app

import (
	"context"
	"slices"
	"time"

	"clinician/internal/core"
)

// Dashboard is the caller's day in the clinic's time zone. A caller without a
// clinician's profile gets an empty day, as before.
func (s *Session) Dashboard(ctx context.Context) (core.Dashboard, error) {
	now := s.now()
	user, err := s.People.User(ctx, s.who.UserID)
	if err != nil {
		return core.Dashboard{}, err
	}
	d := core.Dashboard{UserID: user.ID, FirstName: user.FirstName, LastName: user.LastName, Email: user.Email,
		UpcomingAppointments: []core.Appointment{}, RecentPatients: []core.PatientSummary{},
		Notifications: []core.Notification{}, ActionItems: []core.Notification{}, Jobs: []core.Job{}, AsAt: now}
	c, err := s.clinician(ctx)
	switch {
	case core.IsNotFound(err):
	case err != nil:
		return core.Dashboard{}, err
	default:
		profile := c.Profile()
		d.Profile = &profile
		if err := s.fillDay(ctx, &d, c.ID, now); err != nil {
			return core.Dashboard{}, err
		}
	}
	if err := s.fillInbox(ctx, &d); err != nil {
		return core.Dashboard{}, err
	}
	if err := s.fillTasks(ctx, &d); err != nil {
		return core.Dashboard{}, err
	}
	if err := s.record(ctx, s.event(core.EventDashboardViewed, core.ActionRead)); err != nil {
		return core.Dashboard{}, err
	}
	return d, nil
}

// fillDay counts and lists what concerns the clinician's patients.
func (s *Session) fillDay(ctx context.Context, d *core.Dashboard, clinicianID int64, now time.Time) error {
	midnight := s.midnight(now)
	open := []core.AppointmentStatus{core.AppointmentPending, core.AppointmentBooked}
	expected := append(open[:len(open):len(open)], core.AppointmentArrived, core.AppointmentFulfilled)

	page, err := s.Assignments.Patients(ctx, clinicianID, core.PatientQuery{Limit: 1})
	if err != nil {
		return err
	}
	d.TotalPatients = page.Count
	today := core.AppointmentQuery{ClinicianID: clinicianID, From: midnight, To: midnight.AddDate(0, 0, 1), Statuses: expected}
	if d.TodayAppointments, err = s.Calendar.CountAppointments(ctx, today); err != nil {
		return err
	}
	ahead := core.AppointmentQuery{ClinicianID: clinicianID, From: now, Statuses: open}
	if d.PendingAppointments, err = s.Calendar.CountAppointments(ctx, ahead); err != nil {
		return err
	}
	// From midnight on: the morning's patients stay on the list for the afternoon.
	upcoming := core.AppointmentQuery{ClinicianID: clinicianID, From: midnight, Statuses: expected, Limit: 20}
	if d.UpcomingAppointments, err = s.Calendar.Appointments(ctx, upcoming); err != nil {
		return err
	}
	if d.RecentPatients, err = s.Recent.RecentPatients(ctx, s.who.UserID, clinicianID, 10); err != nil {
		return err
	}
	if err := s.fillJobs(ctx, d, clinicianID); err != nil {
		return err
	}
	if d.UnreadRecords, err = s.Lifecycle.UnreadOf(ctx, clinicianID); err != nil {
		return err
	}
	if err := s.fillUnread(ctx, s.Recent, d.RecentPatients, d.UpcomingAppointments); err != nil {
		return err
	}
	s.fillCritical(ctx, clinicianID, d.UpcomingAppointments, midnight.AddDate(0, 0, 1))
	d.UpcomingAppointments, d.RecentPatients = orEmpty(d.UpcomingAppointments), orEmpty(d.RecentPatients)
	return nil
}

// onDashboard is how many of a kind the dashboard lists; the counts are of all.
const onDashboard = 20

// fillInbox shows the open notifications, those that ask for something apart.
func (s *Session) fillInbox(ctx context.Context, d *core.Dashboard) error {
	q := core.NotificationQuery{UserID: s.who.UserID, State: core.NotificationOpen, Limit: onDashboard}
	open, err := s.Inbox.NotificationPage(ctx, q)
	if err != nil {
		return err
	}
	action := core.NotificationPage{Notifications: slices.Clone(open.Notifications)}
	if q.Level = "action"; open.Next != "" {
		if action, err = s.Inbox.NotificationPage(ctx, q); err != nil {
			return err
		}
	} else { // all of them are here
		action.Notifications = slices.DeleteFunc(action.Notifications, func(n core.Notification) bool { return n.Level != q.Level })
		action.Count = len(action.Notifications)
	}
	d.Notifications, d.OpenNotifications, d.UnreadNotifications = orEmpty(open.Notifications), open.Count, open.Unread
	d.ActionItems, d.ActionCount = orEmpty(action.Notifications), action.Count
	return nil
}

// fillJobs shows what is being read and what could not be.
func (s *Session) fillJobs(ctx context.Context, d *core.Dashboard, clinicianID int64) (err error) {
	for state, n := range map[string]*int{"running": &d.RunningJobs, "failed": &d.FailedJobs} {
		if *n, err = s.Library.CountJobs(ctx, core.JobQuery{ClinicianID: clinicianID, State: state}); err != nil {
			return err
		}
	}
	for _, state := range []string{"running", "failed"} {
		jobs, err := s.Recognizer.Jobs(ctx, core.JobQuery{ClinicianID: clinicianID, State: state, Limit: onDashboard})
		if err != nil {
			return err
		}
		d.Jobs = append(d.Jobs, jobs...)
	}
	return nil
}
