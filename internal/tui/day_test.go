package tui

import (
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/day"
	"clinician/internal/tui/page"
)

// The number of today's appointments opens exactly those it counts.
func TestTodaysAppointmentsAreThoseCounted(t *testing.T) {
	e := newDriver(t, newFake(), 80, 24, termenv.Ascii).r.Env
	list := day.NewAppointments(newFake(), e, page.Appointments{Today: true}).(*page.List[core.Appointment])
	page, err := list.Load(t.Context(), "")
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
	if _, ok := d.r.top().Route().(page.Today); !ok {
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
	list := day.NewAppointments(d.r.Backend, d.r.Env, page.Appointments{Today: true}).(*page.List[core.Appointment])
	a := fakeAppointments()[0]
	a.NameAlert = "also CANTÚ, Carolina  Born 01-Feb-1939"
	for _, want := range []int{0, 1} {
		d.r.Outbox = nil
		list.OpenRow(a)
		opened := 0
		for _, q := range d.r.Outbox {
			if _, ok := q.(page.PushReq); ok {
				opened++
			}
		}
		if opened != want {
			t.Errorf("%d charts opened, want %d: %+v", opened, want, d.r.Outbox)
		}
	}
	d.r.Outbox = nil
}
