package web

import (
	"net/url"
	"strconv"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// unreadPage lists the documents that the caller has not reviewed.
type unreadPage struct {
	Count int
	Rows  []unreadRow
	Next  string
}

type unreadRow struct {
	Patient patientRow
	recordRow
}

func (s *Site) unread(v *visit) error {
	list, err := v.UnreadRecords(v.r.Context(), core.UnreadQuery{Limit: rowsOfPage, Cursor: v.r.URL.Query().Get("cursor")})
	if err != nil {
		return err
	}
	body := unreadPage{Count: list.Count, Next: nextPage(pathUnread, nil, list.Next)}
	for _, r := range list.Records {
		body.Rows = append(body.Rows, unreadRow{s.patientRow(r.Patient), s.recordRow(r.Record)})
	}
	return v.show("unread", page{Title: "Unread documents", Section: "day", Body: body})
}

// nextPage is the address of a list's next page; "" for none.
func nextPage(path string, query url.Values, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := url.Values{"cursor": {cursor}}
	for name, values := range query {
		q[name] = values
	}
	return path + "?" + q.Encode()
}

// readingsPage lists readings of documents.
type readingsPage struct {
	State string
	Rows  []jobRow
}

func (s *Site) readings(v *visit) error {
	state := v.r.URL.Query().Get("state")
	jobs, err := v.Jobs(v.r.Context(), core.JobFilter{State: state, Limit: 100})
	if err != nil {
		return err
	}
	return v.show("readings", page{Title: "Readings of documents", Section: "day", Body: readingsPage{state, s.jobRows(jobs)}})
}

// appointmentsPage lists appointments of today, or those to come.
type appointmentsPage struct {
	Today bool
	Count int
	Rows  []appointmentRow
}

func (s *Site) appointments(v *visit) error {
	now := s.now()
	day := core.DateOf(now).String()
	f := core.AppointmentFilter{From: now.Format(time.RFC3339), Statuses: []core.AppointmentStatus{core.AppointmentPending, core.AppointmentBooked}}
	today := v.r.URL.Query().Get("when") == "today"
	if today {
		f = core.AppointmentFilter{From: day, To: day, Statuses: append(f.Statuses, core.AppointmentArrived, core.AppointmentFulfilled)}
	}
	list, err := v.Appointments(v.r.Context(), f)
	if err != nil {
		return err
	}
	body := appointmentsPage{Today: today, Count: list.Count}
	for _, a := range list.Results {
		row := s.appointmentRow(a, false)
		if today {
			row.Day = ""
		}
		body.Rows = append(body.Rows, row)
	}
	return v.show("appointments", page{Title: "Appointments", Section: "day", Body: body})
}

// notificationsPage lists notifications in one state.
type notificationsPage struct {
	State, Level string
	Count        int
	Unread       int
	Rows         []noteRow
	Next         string
	Here         string // the query that leads back to this list
	Tomorrow     string
}

func (s *Site) notifications(v *visit) error {
	q := v.r.URL.Query()
	state, level := q.Get("state"), q.Get("level")
	if state == "" {
		state = string(core.NotificationOpen)
	}
	asked := core.NotificationState(state)
	if state == "all" {
		asked = ""
	}
	list, err := v.Notifications(v.r.Context(), core.NotificationQuery{State: asked, Level: level, Limit: rowsOfPage, Cursor: q.Get("cursor")})
	if err != nil {
		return err
	}
	here := url.Values{"state": {state}}
	if level != "" {
		here.Set("level", level)
	}
	return v.show("notifications", page{Title: "Notifications", Section: "notifications", Body: notificationsPage{State: state, Level: level, Count: list.Count,
		Unread: list.Unread, Rows: s.noteRows(list.Notifications), Next: nextPage(pathNotifications, here, list.Next), Here: here.Encode(),
		Tomorrow: present.Moment(s.tomorrow(), s.Location)}})
}

// tomorrow is when a notification that is put off until tomorrow comes back.
func (s *Site) tomorrow() time.Time {
	y, m, d := s.now().Date()
	return time.Date(y, m, d+1, 8, 0, 0, 0, s.Location)
}

func (s *Site) changeNotification(v *visit) error {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil {
		return errNoPage
	}
	ctx, act, seen := v.r.Context(), v.form.Get("act"), v.form.Get("version")
	switch act {
	case "acknowledge", "reopen", "view":
		_, err = v.ChangeNotification(ctx, id, seen, core.NotificationAct(act), time.Time{})
	case "defer":
		_, err = v.ChangeNotification(ctx, id, seen, core.NotificationDefer, s.tomorrow())
	case "forward":
		_, err = v.ForwardNotification(ctx, id, seen, v.form.Get("email"), v.form.Get("note"))
	default:
		err = errUnknownAct
	}
	if err != nil {
		return standing(err, "")
	}
	here, err := url.ParseQuery(v.form.Get("here"))
	if err != nil {
		here = url.Values{}
	}
	back := url.Values{"done": {"note-" + act}}
	for _, name := range []string{"state", "level"} {
		if here.Get(name) != "" {
			back.Set(name, here.Get(name))
		}
	}
	v.redirect(pathNotifications + "?" + back.Encode())
	return nil
}

// accessPage says who did what with a patient's chart.
type accessPage struct {
	People []accessPerson
	Since  string // what was done before is not counted; "" all is
	Rows   []accessRow
	Next   string
	Back   string
}

type accessPerson struct {
	Who, Role, Acts, Last, First string
	Loud                         bool
}

type accessRow struct {
	When, Who, Role, Act, Href string
	Loud                       bool
}

func (s *Site) access(v *visit) error {
	id, err := v.patientID()
	if err != nil {
		return err
	}
	ctx := v.r.Context()
	list, err := v.AccessHistory(ctx, id, rowsOfPage, v.r.URL.Query().Get("cursor"))
	if err != nil {
		return reworded(err, errNotYours)
	}
	patient, err := v.Banner(ctx, id)
	if err != nil {
		return reworded(err, errNotYours)
	}
	body := accessPage{Back: chartPath(id), Next: nextPage(patientPath(id)+"access/", nil, list.Next)}
	for _, p := range list.People {
		body.People = append(body.People, accessPerson{Who: present.Or(p.Who), Role: string(p.Role), Acts: present.ActsOf(p), Last: s.moment(p.Last), First: s.moment(p.First), Loud: p.Urgent+p.Refused > 0})
	}
	if list.PeopleSince != nil {
		body.Since = s.moment(*list.PeopleSince)
	}
	for _, a := range list.Accesses {
		row := accessRow{When: s.moment(a.At), Who: present.Or(a.Who), Role: string(a.Role), Act: a.Told(), Loud: a.Urgent || a.Outcome != core.OutcomeSuccess}
		if a.RecordID != "" {
			row.Href = recordPath(a.RecordID)
		}
		body.Rows = append(body.Rows, row)
	}
	return v.show("access", page{Title: "Who looked", Section: "patients", Banner: s.bannerOf(patient), Body: body})
}
