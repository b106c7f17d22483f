package day

import (
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/page/pagetest"
	"clinician/internal/tui/ui"
)

// What demands attention is said of an appointment where there is room, where
// there is none by the sign before its row, and never at the cost of the
// patient's birth date.
func TestAnAppointmentSaysHowManyValuesAreCritical(t *testing.T) {
	e := &page.Env{Location: time.UTC}
	two, zero := 2, 0
	a := core.Appointment{PatientName: "CANTÚ, Catalina (Mrs)", PatientBorn: core.Date{Year: 1940, Month: 5, Day: 8},
		Start: time.Date(2026, 11, 24, 9, 20, 0, 0, time.UTC), UnreadRecords: 3, CriticalValues: &two}
	for w, want := range map[int]string{54: "09:20*3 CANTÚ", 74: "09:20*3 CANTÚ", 80: "*3  HH/LL 2", 120: "* 3 unread  HH/LL 2"} {
		line := appointmentLine(a, e, w, newsOf([]core.Appointment{a}, w))
		if seen := ui.Cut(line, w-6); !strings.Contains(seen, want) || !strings.Contains(seen, a.PatientBorn.Display()) {
			t.Errorf("at %d cells: %q", w, seen)
		}
	}
	for _, k := range []struct {
		critical    *int
		notSearched int
		narrow      string
		want        string
	}{
		{&two, 1, "*3  HH/LL 2+?", "* 3 unread  HH/LL 2, 1 not searched"},
		{&zero, 0, "*3  HH/LL 0 ", "* 3 unread  HH/LL 0 "},
		{&zero, 1, "*3  HH/LL ? ", "* 3 unread  HH/LL 0, 1 not searched"},
		{&zero, 3, "*3  HH/LL ? ", "* 3 unread  HH/LL not searched"},
		{nil, 0, "*3  HH/LL ? ", "* 3 unread  HH/LL not known"},
	} {
		a.CriticalValues, a.NotSearched = k.critical, k.notSearched
		for w, want := range map[int]string{80: k.narrow, 120: k.want} {
			if line := appointmentLine(a, e, w, newsOf([]core.Appointment{a}, w)); !strings.Contains(line, want) {
				t.Errorf("at %d cells: %q, not %q", w, line, want)
			}
		}
	}
}

// A failed reading that stands among what is to be done is not said again.
func TestAFailureIsSaidOnce(t *testing.T) {
	s := New(nil, pagetest.Env(t, termenv.Ascii), page.Today{}).(*dashboardScreen)
	s.SetSize(80, 20)
	record := "r3"
	failed := core.Job{ID: "a", RecordID: "r3", Status: core.JobFailed}
	other := core.Job{ID: "b", RecordID: "r4", Status: core.JobFailed}
	s.data.Jobs, s.data.FailedJobs = []core.Job{failed, other}, 2
	s.data.ActionItems = []core.Notification{{ID: 1, Kind: "ocr_failed", Level: "action", RecordID: &record, Text: "A document could not be read."}}
	s.data.ActionCount = 1
	s.build()
	var text []string
	for _, l := range s.lines {
		text = append(text, l.text)
	}
	all := strings.Join(text, "\n")
	if strings.Count(all, "failed") != 1 || !strings.Contains(all, "Reading documents (1)") || !strings.Contains(all, "To do (1)") {
		t.Errorf("the day is\n%s", all)
	}
}

// What an appointment is for is not cut while columns beside it are empty.
func TestReasonsUseEmptyColumns(t *testing.T) {
	e := &page.Env{Location: time.UTC}
	day := []core.Appointment{
		{PatientName: "CANTÚ, Catalina (Mrs)", UnreadRecords: 1, Type: "Follow-up", Location: "Telephone"},
		{PatientName: "FONTAINE, Hélène (Mme)", Type: "Results clinic", Location: "Clinic 2, ro"},
	}
	columns := newsOf(day, 80)
	if line := appointmentLine(day[1], e, 80, columns); ui.Width(line) > 80-6 {
		t.Errorf("%q is cut beside an empty column", line)
	}
	if a, b := appointmentLine(day[0], e, 80, columns), appointmentLine(core.Appointment{PatientName: day[1].PatientName, Type: "Telephone"}, e, 80, columns); strings.Index(a, "Follow-up")-len(a) == 0 || ui.Width(b[:strings.Index(b, "Telephone")]) != ui.Width(a[:strings.Index(a, "Follow-up")]) {
		t.Errorf("with room the columns do not stand below each other:\n%s\n%s", a, b)
	}
}
