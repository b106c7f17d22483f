package app

import (
	"context"
	"time"

	"clinician/internal/core"
)

// Dashboard is the caller's day in the clinic's time zone. A caller without a
// clinician's profile gets an empty day, as before.
func (s *Session) Dashboard(ctx context.Context) (core.Dashboard, error) {
	now := s.now()
	user, err := s.Directory.User(ctx, s.who.UserID)
	if err != nil {
		return core.Dashboard{}, err
	}
	d := core.Dashboard{UserID: user.ID, FirstName: user.FirstName, LastName: user.LastName, Email: user.Email,
		UpcomingAppointments: []core.Appointment{}, RecentPatients: []core.PatientSummary{},
		Notifications: []core.Notification{}, AsAt: now}
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
	list, unread, err := s.Directory.Notifications(ctx, s.who.UserID, 20)
	if err != nil {
		return core.Dashboard{}, err
	}
	d.Notifications, d.UnreadNotifications = orEmpty(list), unread
	if err := s.record(ctx, s.event(core.EventDashboardViewed, core.ActionRead)); err != nil {
		return core.Dashboard{}, err
	}
	return d, nil
}

// fillDay counts and lists what concerns the clinician's patients.
func (s *Session) fillDay(ctx context.Context, d *core.Dashboard, clinicianID int64, now time.Time) error {
	here := now.In(s.loc)
	midnight := time.Date(here.Year(), here.Month(), here.Day(), 0, 0, 0, 0, s.loc)
	open := []core.AppointmentStatus{core.AppointmentPending, core.AppointmentBooked}
	expected := append(open[:len(open):len(open)], core.AppointmentArrived, core.AppointmentFulfilled)

	page, err := s.Directory.Patients(ctx, clinicianID, core.PatientQuery{Limit: 1})
	if err != nil {
		return err
	}
	d.TotalPatients = page.Count
	today := core.AppointmentQuery{ClinicianID: clinicianID, From: midnight, To: midnight.AddDate(0, 0, 1), Statuses: expected}
	if d.TodayAppointments, err = s.Directory.CountAppointments(ctx, today); err != nil {
		return err
	}
	ahead := core.AppointmentQuery{ClinicianID: clinicianID, From: now, Statuses: open}
	if d.PendingAppointments, err = s.Directory.CountAppointments(ctx, ahead); err != nil {
		return err
	}
	// From midnight on: the morning's patients stay on the list for the afternoon.
	upcoming := core.AppointmentQuery{ClinicianID: clinicianID, From: midnight, Statuses: expected, Limit: 20}
	if d.UpcomingAppointments, err = s.Directory.Appointments(ctx, upcoming); err != nil {
		return err
	}
	if d.RecentPatients, err = s.Directory.RecentPatients(ctx, s.who.UserID, clinicianID, 10); err != nil {
		return err
	}
	d.UpcomingAppointments, d.RecentPatients = orEmpty(d.UpcomingAppointments), orEmpty(d.RecentPatients)
	return nil
}
