package web

import (
	"clinician/internal/core"
	"clinician/internal/core/present"
)

// count is a number of the day; its page lists exactly what it counts.
type count struct {
	N    int
	What string
	Href string
	Loud bool // something is to be done about it
}

// dayPage is the first page of a clinician.
type dayPage struct {
	Name, Day string
	Role      string
	Counts    []count
	NoneToday string
	Today     []appointmentRow
	Later     []appointmentRow
	ToDo      []noteRow
	Jobs      []jobRow
	Notes     []noteRow
	Recent    []patientRow
}

func (s *Site) dashboard(v *visit) error {
	d, err := v.Dashboard(v.r.Context())
	if err != nil {
		return err
	}
	now := s.now()
	body := dayPage{Name: joined(" ", d.FirstName, d.LastName), Day: present.Weekday(now, s.Location), Role: "No clinician's profile", NoneToday: "No appointments today.",
		Counts: counts(d), ToDo: s.noteRows(d.ActionItems), Jobs: s.jobRows(d.Jobs), Recent: s.patientRows(d.RecentPatients)}
	if no := present.NoProfile(d); no != "" {
		body.NoneToday = no
	}
	if d.Profile != nil {
		body.Role = "Specialization not recorded"
		if sp := d.Profile.SpecializationDetail; sp != nil {
			body.Role = sp.CancerType
		}
	}
	for _, a := range d.UpcomingAppointments {
		if core.DateOf(a.Start.In(s.Location)) == core.DateOf(now) {
			body.Today = append(body.Today, s.appointmentRow(a, true))
		} else {
			body.Later = append(body.Later, s.appointmentRow(a, false))
		}
	}
	for _, n := range d.Notifications {
		if n.Level != "action" {
			body.Notes = append(body.Notes, s.noteRow(n))
		}
	}
	return v.show("dashboard", page{Title: "Day", Section: "day", Body: body})
}

func counts(d core.Dashboard) []count {
	return []count{
		{d.TotalPatients, "patients", pathPatients, false},
		{d.TodayAppointments, "appointments today", pathAppointments + "?when=today", false},
		{d.PendingAppointments, "appointments to come", pathAppointments, false},
		{d.UnreadRecords, "documents unread by you", pathUnread, false},
		{d.ActionCount, "to do", pathNotifications + "?level=action", true},
		{d.OpenNotifications, "notifications open", pathNotifications, false},
		{d.RunningJobs, "documents being read", pathReadings + "?state=running", false},
		{d.FailedJobs, "readings failed", pathReadings + "?state=failed", true},
	}
}
