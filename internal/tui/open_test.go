package tui

import (
	"testing"
	"time"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
)

func opened(t *testing.T, f *fake, to Place) *driver {
	t.Helper()
	d := newDriver(t, f, 80, 24, termenv.Ascii, func(o *Options) { o.Open = to })
	d.settle()
	return d
}

// With a session that is kept, the program begins where it was asked to, and the
// screens on the way there lie below.
func TestOpeningAtAPageOfADocument(t *testing.T) {
	f := newFake()
	f.signedIn = true
	d := opened(t, f, Place{Record: "r1", Page: 2})
	d.sees("Today / Patient / Document", "CANTÚ, Catalina (Mrs)", "Referral letter Dr Okoro", "page 2 of 3")
	d.press("esc")
	d.sees("Today / Patient", "Documents")
	d.press("esc")
	d.sees("Appointments")
}

// Without one it asks who is there first.
func TestOpeningAtAChartAfterTheLogin(t *testing.T) {
	d := opened(t, newFake(), Place{Patient: 4})
	d.sees("Sign in to")
	d.write("aria.blake@clinic.example")
	d.press("enter")
	d.write("correct horse")
	d.press("enter")
	d.sees("Today / Patient", "CANTÚ, Catalina (Mrs)", "Documents")
}

// What is not there, or not the user's, is said above the day.
func TestOpeningWhatIsNotThere(t *testing.T) {
	f := newFake()
	f.signedIn = true
	f.fail["Patient"] = core.Errorf(core.CodeForbidden, "This patient is no longer assigned to you.")
	d := opened(t, f, Place{Patient: 4})
	d.sees("no longer assigned to you", "Appointments")
	if len(d.r.stack) != 1 {
		t.Errorf("%d screens are open", len(d.r.stack))
	}
}

// After the lock the same route and row are there.
func TestTheLockGoesOnAtTheSameRouteAndRow(t *testing.T) {
	d := lockable(t, newFake(), 80, 24)
	d.chart()
	d.press("j", "j")
	route, row := d.r.top().Route().(page.Chart), d.selected()
	d.idle(3 * time.Minute)
	d.seesNot("CANTÚ")
	d.write("correct horse")
	d.press("enter")
	d.settle()
	if now, ok := d.r.top().Route().(page.Chart); !ok || now.Patient.ID != route.Patient.ID || d.selected().ID != row.ID {
		t.Errorf("it goes on at %+v, row %q; want patient %d, row %q", d.r.top().Route(), d.selected().ID, route.Patient.ID, row.ID)
	}
}
