package boot

import (
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
)

// clinic is an empty data directory with two clinicians, of whom the first has
// the patient.
func clinic(t *testing.T) (a *Admin, patient int64) {
	t.Helper()
	c, err := Load([]string{"CLINICIAN_DATA_DIR=" + t.TempDir() + "/data", "DEBUG=True", "CLINICIAN_TIME_ZONE=UTC"})
	if err != nil {
		t.Fatal(err)
	}
	if a, err = OpenAdmin(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	for _, email := range []string{"ann@example.org", "ben@example.org"} {
		if _, err := a.CreateUser(t.Context(), core.NewUser{Email: email, Role: core.RoleClinician}, "correct horse battery", ""); err != nil {
			t.Fatal(err)
		}
	}
	p, err := a.CreatePatient(t.Context(), core.NewPatient{FirstName: "Cat", LastName: "Cantú",
		Demographics: core.Demographics{MRN: "4128870031", Gender: "female", DateOfBirth: core.Date{Year: 1940, Month: 5, Day: 8}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Assign(t.Context(), p.ID, "ann@example.org", nil, ""); err != nil {
		t.Fatal(err)
	}
	return a, p.ID
}

func TestAppointmentsFromTheShell(t *testing.T) {
	a, patient := clinic(t)
	start := time.Date(2026, 11, 24, 9, 20, 0, 0, time.UTC)
	made, err := a.CreateAppointment(t.Context(), NewAppointment{MRN: "412 887 0031", Clinician: "ANN@example.org", Start: start, Type: " Follow-up\x1b "})
	if err != nil || made.PatientID != patient || made.Status != core.AppointmentBooked || made.End.Sub(made.Start) != 20*time.Minute || made.Type != "Follow-up" {
		t.Errorf("%+v, %v", made, err)
	}
	events, err := a.Audit.Query(t.Context(), core.AuditQuery{Type: core.EventAppointmentMade})
	if err != nil || len(events) != 1 || events[0].PatientID != patient {
		t.Errorf("%+v, %v", events, err)
	}
	good := NewAppointment{PatientID: patient, Clinician: "ann@example.org", Start: start}
	for field, spoil := range map[string]func(*NewAppointment){
		"patient_id":      func(n *NewAppointment) { n.PatientID = 0 },
		"clinician_email": func(n *NewAppointment) { n.Clinician = "" },
		"start":           func(n *NewAppointment) { n.Start = time.Time{} },
		"end":             func(n *NewAppointment) { n.End = start.Add(-time.Minute) },
		"status":          func(n *NewAppointment) { n.Status = "gone" },
		"reason":          func(n *NewAppointment) { n.Reason = strings.Repeat("x", 201) },
	} {
		n := good
		spoil(&n)
		_, err := a.CreateAppointment(t.Context(), n)
		if e, ok := err.(*core.Error); !ok || e.Fields[field] == nil {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, n := range []NewAppointment{{PatientID: 99, Clinician: "ann@example.org", Start: start}, {MRN: "1", Clinician: "ann@example.org", Start: start},
		{PatientID: patient, Clinician: "nobody@example.org", Start: start}} {
		if _, err := a.CreateAppointment(t.Context(), n); !core.IsNotFound(err) {
			t.Errorf("%+v: %v", n, err)
		}
	}
	day := core.Date{Year: 2026, Month: 11, Day: 24}
	for _, c := range []struct {
		f    AppointmentFilter
		want int
	}{{AppointmentFilter{From: day, To: day}, 1}, {AppointmentFilter{Clinician: "ben@example.org"}, 0},
		{AppointmentFilter{To: core.Date{Year: 2026, Month: 11, Day: 23}}, 0}} {
		if list, err := a.Appointments(t.Context(), c.f); err != nil || len(list) != c.want {
			t.Errorf("%+v: %d, %v", c.f, len(list), err)
		}
	}
}

func TestNotificationsFromTheShell(t *testing.T) {
	a, patient := clinic(t)
	record := "r-none"
	n, err := a.CreateNotification(t.Context(), NewNotification{To: "ann@example.org", Level: "action", Text: "Call\nthe laboratory", PatientID: &patient})
	if err != nil || n.Text != "Call the laboratory" || n.Kind != "message" || n.State != core.NotificationOpen {
		t.Errorf("%+v, %v", n, err)
	}
	for want, bad := range map[core.Code]NewNotification{
		core.CodeForbidden: {To: "ben@example.org", Text: "x", PatientID: &patient}, // not Ben's patient
		core.CodeNotFound:  {To: "ann@example.org", Text: "x", RecordID: &record},
		core.CodeInvalid:   {To: "ann@example.org", Text: " ", Level: "loud"},
	} {
		if _, err := a.CreateNotification(t.Context(), bad); core.CodeOf(err) != want {
			t.Errorf("%+v: %v, want %s", bad, err, want)
		}
	}
}
