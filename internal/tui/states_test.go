package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// stateful is a screen that shows what the server has, and how to get there: the
// keys before it, and the last one, which asks the server.
type stateful struct {
	name  string
	calls []string // what it asks the server
	to    drive    // to the screen before
	open  string   // the key that opens it
	empty func(*fake)
	stale string // the key that reads it again; "" when what it shows does not change
}

func noRecords(f *fake) {
	d := f.details[4]
	d.MedicalRecords, d.Appointments, d.RecentActivity = []core.Record{}, nil, nil
	f.details[4] = d
}

func noValues(f *fake) {
	v := fakeValues("r1")
	v.Results, v.Total, v.Unverified = []core.Value{}, 0, 0
	f.found = map[string]*core.RecordValues{"r1": &v}
}

var (
	signedIn = (*driver).login
	inChart  = (*driver).chart
	inViewer = func(d *driver) { d.chart(); d.press("enter") }
	inSearch = func(d *driver) { d.chart(); d.press("f"); d.write("zebra") }
)

// statefuls are the screens whose states must not be mistaken for one another.
var statefuls = []stateful{
	{"patients", []string{"Patients"}, signedIn, "p", func(f *fake) { f.noPatients = true }, "r"},
	{"chart", []string{"Patient"}, signedIn, "1", noRecords, "r"},
	{"results", []string{"PatientResults"}, inChart, "t", func(f *fake) { f.noTrends = true }, "r"},
	{"overview", []string{"PatientOverview"}, inChart, "y", func(f *fake) { f.noTrends = true }, "r"},
	{"viewer", []string{"Jobs"}, inChart, "enter", func(f *fake) { f.result.Pages[0].Text = "" }, ""},
	{"values", []string{"Values"}, inViewer, "v", noValues, "r"},
	{"check", []string{"PatientCheck"}, inViewer, "c", func(f *fake) { f.noNames = true }, "r"},
	{"correct", []string{"PageText"}, inViewer, "C", func(f *fake) { f.result.Pages[0].Text = "" }, ""},
	{"search", []string{"SearchPatient"}, inSearch, "enter", func(*fake) {}, ""},
	{"trend", []string{"Trend"}, func(d *driver) { d.chart(); d.press("t") }, "t", nil, "r"},
	{"readings", []string{"Jobs"}, inChart, "J", func(f *fake) { f.noJobs = true }, "r"},
	{"integrity", []string{"VerifyRecord"}, inChart, "I", nil, "r"},
	{"split", []string{"PatientCheck"}, inChart, "S", nil, ""},
	{"appointments", []string{"Appointments"}, signedIn, "f2", func(f *fake) { f.free = true }, "r"},
	{"notifications", []string{"Notifications"}, signedIn, "f4", func(f *fake) { f.free = true }, "r"},
	{"unread", []string{"UnreadRecords"}, signedIn, "f6", func(*fake) {}, "r"},
	{"jobs", []string{"JobsIn"}, signedIn, "f8", func(*fake) {}, "r"},
	{"profile", []string{"Profile"}, signedIn, "m", nil, "r"},
}

// draw brings the screen into a state; false when it has none such.
func (s stateful) draw(t *testing.T, state string, w, h int) (string, bool) {
	f := newFake()
	if state == "empty" {
		if s.empty == nil {
			return "", false
		}
		s.empty(f)
	}
	if state == "stale" && s.stale == "" {
		return "", false
	}
	d := newDriver(t, f, w, h, termenv.Ascii)
	d.settle()
	s.to(d)
	switch state {
	case "failed":
		for _, call := range s.calls {
			f.set(call, core.Errorf(core.CodeInternal, "This could not be put together."))
		}
	case "loading":
		d.post(keyMsg(s.open))
		d.fits()
		return d.r.View(), true
	}
	d.press(s.open)
	if state == "stale" {
		f.set("*", errAway)
		d.press(s.stale)
	}
	d.fits()
	return d.r.View(), true
}

// TestStates draws loading, empty, failed and stale of every screen that shows
// what the server has: each is another drawing, and only an answer of the server
// says that there is nothing.
func TestStates(t *testing.T) {
	for _, s := range statefuls {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s/%dx%d", s.name, size[0], size[1]), func(t *testing.T) {
				seen := map[string]string{}
				all := ""
				for _, state := range []string{"loading", "empty", "failed", "stale"} {
					view, ok := s.draw(t, state, size[0], size[1])
					if !ok {
						continue
					}
					if other, twice := seen[view]; twice {
						t.Errorf("%s and %s are the same drawing:\n%s", state, other, view)
					}
					seen[view] = state
					all += "== " + state + "\n" + view + "\n"
					s.saysSo(t, state, view)
				}
				golden.RequireEqual(t, []byte(all))
			})
		}
	}
}

// saysSo checks the words that tell a state from the others.
func (s stateful) saysSo(t *testing.T, state, view string) {
	t.Helper()
	has := func(part string) bool { return strings.Contains(view, part) }
	switch {
	case state == "loading" && !has("Loading") && !has("Searching"):
		t.Errorf("nothing says that it is loading:\n%s", view)
	case state == "failed" && !(has("! This could not be put together.") && has("tries again")):
		t.Errorf("nothing says that it failed, or what can be done:\n%s", view)
	case state == "stale" && !has("NOT CONNECTED"):
		t.Errorf("nothing says that it is stale:\n%s", view)
	case state == "stale" && !has("as at"):
		t.Errorf("nothing says of when it is:\n%s", view)
	}
}

// TestColourSaysNothingAlone compares every scene in colour with the same scene
// without: but for the page images, the same words stand at the same places.
func TestColourSaysNothingAlone(t *testing.T) {
	for _, s := range append(append([]scene{}, scenes...), documentScenes...) {
		t.Run(s.name, func(t *testing.T) {
			noImages := func(o *Options) { o.Images = "off" }
			mono := s.draw(t, 80, 24, termenv.Ascii, noImages).r.View()
			colour := s.draw(t, 80, 24, termenv.TrueColor, noImages).r.View()
			if words(ui.Unstyled(colour)) != words(mono) {
				t.Errorf("in colour it reads\n%s\nwithout\n%s", ui.Unstyled(colour), mono)
			}
		})
	}
}

// words are the words of a frame. Where there is no colour, "_" is the cursor,
// arrows and dots are in ASCII and brackets stand around what was found.
func words(view string) string {
	same := strings.NewReplacer("_", " ", "[", " ", "]", " ", "⇈", "^^", "⇊", "vv", "↑", "^", "↓", "v", "●", "*", "○", "o", "≈", "=")
	return strings.Join(strings.Fields(same.Replace(view)), " ")
}

// TestThemes draws some scenes in every theme, escape sequences and all.
func TestThemes(t *testing.T) {
	wanted := map[string]bool{"day": true, "patients-alert": true, "patient-deceased": true, "patient-marks": true, "viewer": true, "values-reviewed": true,
		"trend": true, "day-stale": true, "delete-wrong": true, "split": true}
	for _, s := range append(append([]scene{}, scenes...), documentScenes...) {
		if !wanted[s.name] {
			continue
		}
		for _, theme := range ui.ThemeNames[1:] {
			t.Run(s.name+"/"+theme, func(t *testing.T) {
				d := s.draw(t, 80, 24, termenv.ANSI256, func(o *Options) { o.Images, o.Theme = "off", theme })
				golden.RequireEqual(t, []byte(d.r.View()))
			})
		}
	}
}
