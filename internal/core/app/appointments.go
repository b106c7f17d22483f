package app

import (
	"context"
	"slices"
	"time"

	"clinician/internal/core"
)

// maxAppointments is how many appointments one answer lists.
const maxAppointments = 500

// Appointments lists the caller's own appointments, earliest first; without
// From and To those from today on.
func (s *Session) Appointments(ctx context.Context, q core.AppointmentFilter) (core.AppointmentList, error) {
	now := s.now()
	f := fields{}
	want := core.AppointmentQuery{PatientID: q.PatientID, Statuses: q.Statuses, Limit: q.Limit,
		From: s.moment(f, "from", q.From, 0), To: s.moment(f, "to", q.To, 1)}
	if q.From == "" && q.To == "" {
		want.From = s.midnight(now)
	}
	known := []core.AppointmentStatus{core.AppointmentPending, core.AppointmentBooked, core.AppointmentArrived,
		core.AppointmentFulfilled, core.AppointmentCancelled, core.AppointmentNoShow}
	for _, status := range q.Statuses {
		if !slices.Contains(known, status) {
			f.add("status", "Use pending, booked, arrived, fulfilled, cancelled or noshow, with commas between them.")
			break
		}
	}
	f.between("limit", q.Limit, 1, maxAppointments)
	if err := f.err(); err != nil {
		return core.AppointmentList{}, err
	}
	if want.Limit == 0 {
		want.Limit = 200
	}
	ev := s.event(core.EventAppointments, core.ActionRead)
	clinicianID, err := s.panel(ctx)
	if err != nil {
		return core.AppointmentList{}, err
	}
	if want.PatientID != 0 {
		if _, err := s.allowPatient(ctx, want.PatientID, &ev, errNotAssigned); err != nil {
			return core.AppointmentList{}, err
		}
		ev.PatientID = want.PatientID
	}
	want.ClinicianID = clinicianID
	out := core.AppointmentList{AsAt: now}
	if out.Results, err = s.Calendar.Appointments(ctx, want); err != nil {
		return core.AppointmentList{}, err
	}
	if out.Count, err = s.Calendar.CountAppointments(ctx, want); err != nil {
		return core.AppointmentList{}, err
	}
	if err := s.fillUnread(ctx, nil, nil, out.Results); err != nil {
		return core.AppointmentList{}, err
	}
	ev.Detail = map[string]any{"appointment_count": len(out.Results)}
	out.Results = orEmpty(out.Results)
	return out, s.record(ctx, ev)
}

// midnight is when the day of t began in the clinic.
func (s *Service) midnight(t time.Time) time.Time {
	here := t.In(s.loc)
	return time.Date(here.Year(), here.Month(), here.Day(), 0, 0, 0, 0, s.loc)
}

// moment reads a day of the clinic, plus days, or an RFC 3339 time; "" is the
// zero time.
func (s *Service) moment(f fields, name, text string, days int) time.Time {
	if text == "" {
		return time.Time{}
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t
	}
	d, err := core.ParseDate(text)
	if err != nil {
		f.add(name, "Use a day, YYYY-MM-DD, or a time with its zone, YYYY-MM-DDThh:mm:ssZ.")
		return time.Time{}
	}
	return time.Date(d.Year, d.Month, d.Day+days, 0, 0, 0, 0, s.loc)
}
