package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// What demands attention is said of an appointment where there is room, where
// there is none by the sign before its row, and never at the cost of the
// patient's birth date.
func TestAnAppointmentSaysHowManyValuesAreCritical(t *testing.T) {
	e := &env{loc: time.UTC}
	a := fakeAppointments()[0]
	a.UnreadRecords, a.CriticalValues = 3, ptr(2)
	for w, want := range map[int]string{54: "09:20*3 CANTÚ", 74: "09:20*3 CANTÚ", 80: "*3  HH/LL 2", 120: "* 3 unread  HH/LL 2"} {
		line := appointmentLine(a, e, w, newsColumns{true, true})
		if seen := ui.Cut(line, w-6); !strings.Contains(seen, want) || !strings.Contains(seen, a.PatientBorn.Display()) {
			t.Errorf("at %d cells: %q", w, seen)
		}
	}
	for _, none := range []*int{nil, ptr(0)} {
		a.CriticalValues = none
		if line := appointmentLine(a, e, 120, newsColumns{true, true}); strings.Contains(line, "HH") {
			t.Errorf("%v critical values: %q", none, line)
		}
	}
}

// The number of today's appointments opens exactly those it counts.
func TestTodaysAppointmentsAreThoseCounted(t *testing.T) {
	e := newDriver(t, newFake(), 80, 24, termenv.Ascii).r.env
	list := newAppointments(e, Appointments{Today: true}).(*listScreen[core.Appointment])
	page, err := list.load(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range page.Items {
		if a.Status == core.AppointmentCancelled || a.Status == core.AppointmentNoShow {
			t.Errorf("%s is listed, and was not counted", a.Status)
		}
	}
}

// A key typed ahead of a name alert is not the deliberate one it asks for.
func TestANameAlertThrowsTypeAheadAway(t *testing.T) {
	f := newFake()
	f.busy = true
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	d.post(keyMsg("2"))
	d.post(keyMsg("2"))
	d.settle()
	if _, ok := d.r.top().Route().(Today); !ok {
		t.Fatal("the key typed ahead opened the chart")
	}
	d.sees("NAME ALERT", "30-Aug-1964")
	d.press("2")
	d.sees("Born 29-Jun-1964", "Documents")
}

// Every list of appointments warns of like names, as the day does.
func TestTheListOfAppointmentsWarnsOfLikeNames(t *testing.T) {
	f := newFake()
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.login()
	list := newAppointments(d.r.env, Appointments{Today: true}).(*listScreen[core.Appointment])
	a := fakeAppointments()[0]
	a.NameAlert = "also CANTÚ, Carolina  Born 01-Feb-1939"
	for _, want := range []int{0, 1} {
		d.r.outbox = nil
		list.openRow(a)
		opened := 0
		for _, q := range d.r.outbox {
			if _, ok := q.(pushReq); ok {
				opened++
			}
		}
		if opened != want {
			t.Errorf("%d charts opened, want %d: %+v", opened, want, d.r.outbox)
		}
	}
	d.r.outbox = nil
}

// A failed reading that stands among what is to be done is not said again.
func TestAFailureIsSaidOnce(t *testing.T) {
	s := newDashboard(newDriver(t, newFake(), 80, 24, termenv.Ascii).r.env, Today{}).(*dashboardScreen)
	failed := core.Job{ID: "a", RecordID: "r3", Status: core.JobFailed}
	other := core.Job{ID: "b", RecordID: "r4", Status: core.JobFailed}
	s.data.Jobs, s.data.FailedJobs = []core.Job{failed, other}, 2
	s.data.ActionItems = []core.Notification{{ID: 1, Kind: "ocr_failed", Level: "action", RecordID: ptr("r3"), Text: "A document could not be read."}}
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

// A child's age is never cut in the middle of its months.
func TestAgesAreNotCut(t *testing.T) {
	s := newPanel(newDriver(t, newFake(), 80, 24, termenv.Ascii).r.env, Patients{}, false)
	for born, want := range map[string]string{"2019-01-13": "13-Jan-2019 (7y)", "2026-08-24": "24-Aug-2026 (13w)", "1940-05-08": "08-May-1940 (86y)"} {
		date, err := core.ParseDate(born)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.cell(core.PatientSummary{DateOfBirth: date}, 2); got != want || ui.Width(got) > bornWidth {
			t.Errorf("%s is shown as %q, want %q", born, got, want)
		}
	}
}
