package boot

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"clinician/internal/core"
	"clinician/internal/core/app"
)

// NewAppointment is an appointment to be made from the shell. The patient is
// named by id or MRN, the end by a time or by minutes.
type NewAppointment struct {
	PatientID int64                  `json:"patient_id"`
	MRN       string                 `json:"mrn"`
	Clinician string                 `json:"clinician_email"`
	Start     time.Time              `json:"start"`
	End       time.Time              `json:"end"`
	Minutes   int                    `json:"minutes"`
	Type      string                 `json:"type"`
	Reason    string                 `json:"reason"`
	Location  string                 `json:"location"`
	Status    core.AppointmentStatus `json:"status"`
}

// NewNotification is a notification to be sent from the shell. What leads to
// its item is optional; a record or job brings its patient.
type NewNotification struct {
	To        string  `json:"clinician_email"`
	Kind      string  `json:"kind"`  // "" is "message"
	Level     string  `json:"level"` // "" is "info"
	Text      string  `json:"text"`
	PatientID *int64  `json:"patient_id"`
	RecordID  *string `json:"record_id"`
	JobID     *string `json:"job_id"`
}

// wrongFields collects what is wrong with an object, field by field.
type wrongFields map[string][]string

func (p wrongFields) add(field, what string) { p[field] = append(p[field], what) }

func (p wrongFields) err(message string) error {
	if len(p) == 0 {
		return nil
	}
	return &core.Error{Code: core.CodeInvalid, Message: message, Fields: p}
}

var appointmentStates = []core.AppointmentStatus{"", core.AppointmentPending, core.AppointmentBooked, core.AppointmentArrived,
	core.AppointmentFulfilled, core.AppointmentCancelled, core.AppointmentNoShow}

// CreateAppointment checks and stores an appointment.
func (a *Admin) CreateAppointment(ctx context.Context, n NewAppointment) (core.Appointment, error) {
	bad := wrongFields{}
	if (n.PatientID == 0) == (n.MRN == "") {
		bad.add("patient_id", "Give either patient_id or mrn.")
	}
	if n.Clinician == "" {
		bad.add("clinician_email", "This field is required.")
	}
	if n.Start.IsZero() {
		bad.add("start", "This field is required, as YYYY-MM-DDThh:mm:ssZ or with another zone.")
	}
	if n.End.IsZero() {
		if n.Minutes == 0 {
			n.Minutes = 20
		}
		n.End = n.Start.Add(time.Duration(n.Minutes) * time.Minute)
	}
	if !n.End.After(n.Start) || n.End.Sub(n.Start) > 24*time.Hour {
		bad.add("end", "An appointment ends after its start, and within a day.")
	}
	if !slices.Contains(appointmentStates, n.Status) {
		bad.add("status", "Use pending, booked, arrived, fulfilled, cancelled or noshow.")
	}
	for field, text := range map[string]*string{"type": &n.Type, "reason": &n.Reason, "location": &n.Location} {
		if *text = app.CleanLine(*text); utf8.RuneCountInString(*text) > 200 {
			bad.add(field, "Ensure this field has no more than 200 characters.")
		}
	}
	if err := bad.err("The appointment was not stored:"); err != nil {
		return core.Appointment{}, err
	}
	c, err := a.clinician(ctx, n.Clinician)
	if err != nil {
		return core.Appointment{}, err
	}
	if n.MRN != "" {
		if n.PatientID, err = a.Finder.PatientByMRN(ctx, n.MRN); err != nil {
			return core.Appointment{}, err
		}
	}
	ev := shellEvent(core.EventAppointmentMade, core.ActionCreate)
	ev.PatientID, ev.Detail["clinician_id"] = n.PatientID, c.ID
	return account(ctx, a.Audit, a.Calendar, ev, func(stored core.AuditEvent) (core.Appointment, error) {
		return a.Calendar.BookAppointment(ctx, core.Appointment{PatientID: n.PatientID, ClinicianID: c.ID, Start: n.Start, End: n.End,
			Type: n.Type, Reason: n.Reason, Location: n.Location, Status: n.Status}, stored)
	}, func(ev *core.AuditEvent, m core.Appointment) { ev.Detail["appointment_id"] = m.ID })
}

// AppointmentFilter selects appointments; zero fields do not restrict.
type AppointmentFilter struct {
	Clinician string
	PatientID int64
	From, To  core.Date // days of the clinic, To included
	Limit     int
}

// Appointments lists appointments, earliest first.
func (a *Admin) Appointments(ctx context.Context, f AppointmentFilter) ([]core.Appointment, error) {
	q := core.AppointmentQuery{PatientID: f.PatientID, Limit: f.Limit, From: a.dayOf(f.From, 0), To: a.dayOf(f.To, 1)}
	if f.Clinician != "" {
		c, err := a.clinician(ctx, f.Clinician)
		if err != nil {
			return nil, err
		}
		q.ClinicianID = c.ID
	}
	list, err := a.Calendar.Appointments(ctx, q)
	if err != nil {
		return nil, err
	}
	ev := shellEvent(core.EventAppointments, core.ActionRead)
	ev.PatientID = f.PatientID
	ev.Detail["appointment_count"] = len(list)
	return list, a.Audit.Append(ctx, ev)
}

// Location is the clinic's time zone.
func (a *Admin) Location() *time.Location { return a.data.location }

func (a *Admin) dayOf(d core.Date, plus int) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, d.Month, d.Day+plus, 0, 0, 0, 0, a.data.location)
}

// CreateNotification checks and stores a notification. One about a patient only
// goes to the patient's clinician.
func (a *Admin) CreateNotification(ctx context.Context, n NewNotification) (core.Notification, error) {
	bad := wrongFields{}
	if n.To == "" {
		bad.add("clinician_email", "This field is required.")
	}
	if n.Kind == "" {
		n.Kind = "message"
	}
	if !slices.Contains([]string{"message", "record_added", "assignment", "ocr_failed", "ocr_partial", "ocr_done"}, n.Kind) {
		bad.add("kind", "Use message, record_added, assignment, ocr_failed, ocr_partial or ocr_done.")
	}
	if !slices.Contains([]string{"", "info", "action"}, n.Level) {
		bad.add("level", "Use info or action.")
	}
	n.Text = app.CleanLine(n.Text)
	switch length := utf8.RuneCountInString(n.Text); {
	case length == 0:
		bad.add("text", "This field is required.")
	case length > 300:
		bad.add("text", "Ensure this field has no more than 300 characters.")
	}
	if err := bad.err("The notification was not stored:"); err != nil {
		return core.Notification{}, err
	}
	c, err := a.clinician(ctx, n.To)
	if err != nil {
		return core.Notification{}, err
	}
	if err := a.completeItem(ctx, &n); err != nil {
		return core.Notification{}, err
	}
	ev := shellEvent(core.EventNotification, core.ActionCreate)
	if n.PatientID != nil {
		ok, err := a.Assignments.IsAssigned(ctx, c.ID, *n.PatientID)
		if err != nil {
			return core.Notification{}, err
		}
		if !ok {
			return core.Notification{}, core.Errorf(core.CodeForbidden, "Patient %d is not assigned to %s, who must not be told of them. Assign the patient first.", *n.PatientID, n.To)
		}
		ev.PatientID = *n.PatientID
	}
	return account(ctx, a.Audit, a.Inbox, ev, func(stored core.AuditEvent) (core.Notification, error) {
		return a.Inbox.NotifyWith(ctx, core.Notification{UserID: c.User.ID, Kind: n.Kind, Level: n.Level, Text: n.Text,
			PatientID: n.PatientID, RecordID: n.RecordID, JobID: n.JobID}, stored)
	}, func(ev *core.AuditEvent, m core.Notification) { ev.Detail["notification_id"] = m.ID })
}

// completeItem fills in record and patient of what a notification leads to, and
// refuses items that do not belong together.
func (a *Admin) completeItem(ctx context.Context, n *NewNotification) error {
	if n.JobID != nil {
		j, err := a.Jobs.Job(ctx, *n.JobID)
		if err != nil {
			return err
		}
		if n.RecordID != nil && *n.RecordID != j.RecordID {
			return core.Errorf(core.CodeInvalid, "The job is not one of this record.")
		}
		n.RecordID = &j.RecordID
	}
	if n.RecordID == nil {
		return nil
	}
	r, err := a.Records.Record(ctx, *n.RecordID)
	if err != nil {
		return err
	}
	if n.PatientID != nil && *n.PatientID != r.PatientID {
		return core.Errorf(core.CodeInvalid, "The record is not one of this patient.")
	}
	n.PatientID = &r.PatientID
	return nil
}
