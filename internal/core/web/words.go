package web

import (
	"strconv"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// banner identifies the patient on top of every page that is about one
// (NHS CUI patient banner).
type banner struct {
	present.Person
	ID        int64
	Href      string
	Preferred string
	State     string   // what is known of allergies
	Allergies []string // each with the day on which it was recorded
	Alerts    []string
}

func (s *Site) bannerOf(p core.Patient) *banner {
	b := &banner{Person: present.PersonOf(p, s.now()), ID: p.ID, Href: chartPath(p.ID), Preferred: p.PreferredName,
		State: present.AllergyState(p.AllergyStatus, p.Allergies), Alerts: p.Alerts}
	for _, a := range p.Allergies {
		words := present.AllergyOf(a)
		b.Allergies = append(b.Allergies, words.With(words.Recorded))
	}
	return b
}

func chartPath(id int64) string           { return pathPatients + strconv.FormatInt(id, 10) + "/dashboard/" }
func patientPath(id int64) string         { return pathPatients + strconv.FormatInt(id, 10) + "/" }
func recordPath(id string) string         { return pathRecords + id + "/" }
func (s *Site) moment(t time.Time) string { return present.Moment(t, s.Location) }

// patientRow is a patient in a list: who it is and where to go, no more. A patient with
// a name alert is opened by a second, deliberate step.
type patientRow struct {
	present.Person
	Href   string
	Unread int
	Alert  string
	Seen   string // when the caller opened the chart last; "" in other lists
}

func (s *Site) patientRow(p core.PatientSummary) patientRow {
	row := patientRow{Person: present.PersonOfSummary(p, s.now()), Href: chartPath(p.ID), Unread: p.UnreadRecords,
		Alert: present.NameAlertSentence(p.NameAlert)}
	if p.LastViewedAt != nil {
		row.Seen = s.moment(*p.LastViewedAt)
	}
	return row
}

func (s *Site) patientRows(list []core.PatientSummary) []patientRow {
	rows := make([]patientRow, len(list))
	for i, p := range list {
		rows[i] = s.patientRow(p)
	}
	return rows
}

// appointmentRow is an appointment in a list.
type appointmentRow struct {
	Day, Time string // Day is "" in a list of one day
	Patient   string
	Born, MRN string
	Href      string
	What      string // kind, reason and place
	Status    string // "" for one that is simply booked
	Unread    int
	Critical  string // of the unread documents; "" nothing to say
	Alert     string
}

func (s *Site) appointmentRow(a core.Appointment, today bool) appointmentRow {
	row := appointmentRow{Day: present.Weekday(a.Start, s.Location), Time: present.Clock(a.Start, s.Location),
		Patient: a.PatientName, Born: a.PatientBorn.Display(), MRN: core.DisplayMRN(a.PatientMRN), Href: chartPath(a.PatientID),
		Unread: a.UnreadRecords, Alert: present.NameAlertSentence(a.NameAlert), What: a.Type}
	if a.Reason != "" && a.Reason != a.Type {
		row.What = joined(", ", a.Type, a.Reason)
	}
	if a.Location != a.Type && a.Location != a.Reason { // by telephone, at the telephone
		row.What = joined(", ", row.What, a.Location)
	}
	if a.Status != core.AppointmentBooked {
		row.Status = string(a.Status)
	}
	if today {
		row.Day = ""
	}
	if today { // counted for today only; not counted is not the same as none
		row.Critical = present.Critical(a)
	}
	return row
}

// noteRow is a notification in a list.
type noteRow struct {
	ID      int64
	When    string
	Patient string
	Text    string
	Href    string // "" leads nowhere
	Action  bool   // it asks for something
	State   string
	Open    bool
	Version string
}

func (s *Site) noteRow(n core.Notification) noteRow {
	row := noteRow{ID: n.ID, When: s.moment(n.CreatedAt), Patient: n.PatientName, Text: n.Text, Action: n.Level == "action",
		Open: n.State == core.NotificationOpen, State: string(n.State), Version: n.Version}
	switch {
	case n.RecordID != nil && n.Count <= 1 && n.PatientName != "":
		row.Href = recordPath(*n.RecordID)
	case n.PatientID != nil && n.PatientName != "":
		row.Href = chartPath(*n.PatientID)
	}
	if n.From != "" {
		row.Text += " (from " + joined(": ", n.From, n.Note) + ")"
	}
	switch {
	case n.ForwardedTo != "":
		row.State = "forwarded to " + n.ForwardedTo
	case n.State == core.NotificationDeferred && n.DeferredUntil != nil:
		row.State = "deferred until " + s.moment(*n.DeferredUntil)
	}
	return row
}

func (s *Site) noteRows(list []core.Notification) []noteRow {
	rows := make([]noteRow, len(list))
	for i, n := range list {
		rows[i] = s.noteRow(n)
	}
	return rows
}

// jobRow is a reading in a list.
type jobRow struct {
	When      string
	Patient   string
	Born, MRN string
	File      string
	Href      string
	State     string
	Failed    bool
}

func (s *Site) jobRow(j core.Job) jobRow {
	return jobRow{When: s.moment(j.CreatedAt), Patient: j.PatientName, Born: j.PatientBorn.Display(), MRN: core.DisplayMRN(j.PatientMRN),
		File: j.FileName, Href: recordPath(j.RecordID), State: present.JobProgress(j), Failed: j.Status == core.JobFailed}
}

func (s *Site) jobRows(list []core.Job) []jobRow {
	rows := make([]jobRow, len(list))
	for i, j := range list {
		rows[i] = s.jobRow(j)
	}
	return rows
}

// recordRow is a document in a list.
type recordRow struct {
	present.Record
	Name     string
	Href     string
	Uploaded string
	By       string
	Size     string
	Current  bool
}

func (s *Site) recordRow(r core.Record) recordRow {
	p := present.RecordOf(r)
	return recordRow{Record: p, Name: p.Name(), Href: recordPath(r.ID), Uploaded: s.moment(r.UploadedAt), By: present.Or(r.UploadedByName),
		Size: present.Size(r.Size), Current: r.Status == core.RecordCurrent}
}

func (s *Site) recordRows(list []core.Record) []recordRow {
	rows := make([]recordRow, len(list))
	for i, r := range list {
		rows[i] = s.recordRow(r)
	}
	return rows
}

// joined puts sep between the texts that there are.
func joined(sep string, texts ...string) string {
	out := ""
	for _, t := range texts {
		switch {
		case t == "":
		case out == "":
			out = t
		default:
			out += sep + t
		}
	}
	return out
}

// stamp writes a time of the wire (RFC 3339) as people read it.
func (s *Site) stamp(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return "Not known"
	}
	return s.moment(t)
}
