package web

import (
	"testing"
	"time"

	"clinician/internal/core"
)

// A list of one day does not repeat the day, and nothing is said twice of an appointment.
func TestAppointmentRows(t *testing.T) {
	t.Parallel()
	s := New(Config{Location: time.UTC})
	at := time.Date(2026, 11, 24, 9, 20, 0, 0, time.UTC)
	for _, k := range []struct {
		kind, reason, place string
		today               bool
		day, what           string
	}{
		{"Follow-up", "Wound check", "Clinic 2", true, "", "Follow-up, Wound check, Clinic 2"},
		{"Follow-up", "Wound check", "Clinic 2", false, "Tue 24-Nov-2026", "Follow-up, Wound check, Clinic 2"},
		{"Telephone", "Results", "Telephone", true, "", "Telephone, Results"},
		{"Telephone", "Telephone", "Telephone", true, "", "Telephone"},
		{"", "", "Clinic 2", true, "", "Clinic 2"},
	} {
		row := s.appointmentRow(core.Appointment{Start: at, Type: k.kind, Reason: k.reason, Location: k.place}, k.today)
		if row.Day != k.day || row.What != k.what || row.Time != "09:20" {
			t.Errorf("%+v is %q %q %q", k, row.Day, row.Time, row.What)
		}
	}
}
