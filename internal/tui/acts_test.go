package tui

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// hold presses a key and keeps it down: after a pause it comes again and again.
func (d *driver) hold(key string, pause time.Duration, times int) {
	d.press(key)
	d.now = d.now.Add(pause)
	for range times {
		d.soon(key)
		d.now = d.now.Add(33 * time.Millisecond)
	}
}

func TestAHeldKeyActsOnce(t *testing.T) {
	for _, pause := range []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, 660 * time.Millisecond} {
		d := atChart(t, newFake())
		d.press("enter", "v")
		d.hold("V", pause, 40)
		if n := d.f.count("ReviewValue"); n != 1 {
			t.Errorf("held, with %s before it repeats: %d values were verified", pause, n)
		}
		d.sees("A held V does nothing more")
		d.now = d.now.Add(heldWithin)
		d.press("V")
		if n := d.f.count("ReviewValue"); n != 2 {
			t.Errorf("let go of and pressed again: %d values were verified", n)
		}
	}
}

// Keys that were under way for what stood here before do not act on what stands here now.
func TestKeysUnderWayDoNotAct(t *testing.T) {
	d := atChart(t, newFake())
	d.r.Pauses.Deaf = page.UsualPauses().Deaf
	d.press("enter", "v", "V")
	d.soon("j")
	d.now = d.now.Add(d.r.Pauses.Deaf / 2)
	d.soon("V")
	if n := d.f.count("ReviewValue"); n != 1 {
		t.Errorf("%d values were verified, one of them before it could be seen", n)
	}
	d.sees("came before the screen could be seen")

	d = atChart(t, newFake())
	d.press("enter", "G", "end", "v", "esc")
	d.soon("R") // of the document that has come back this moment
	if n := d.f.count("ReviewRecord"); n != 0 {
		t.Error("a document was reviewed by a key for another screen")
	}
}

// What stands on no drawn place was not looked at.
func TestAValueIsVerifiedWhereItsPlaceIsSeen(t *testing.T) {
	f := newFake()
	f.fail["PageImage"] = core.Errorf(core.CodeInternal, "The page could not be drawn.")
	d := atChart(t, f)
	d.press("v", "V")
	d.sees("Enter opens the page, then verify")
	if n := d.f.count("ReviewValue"); n != 0 {
		t.Fatal("a value was verified whose place was not drawn")
	}
	d.press("enter", "q", "V")
	if n := d.f.count("ReviewValue"); n != 1 {
		t.Errorf("a value cannot be verified after its page was opened:\n%s", d.r.View())
	}
}

// everywhere plays each scene and gives the program as it stands then.
func everywhere(t *testing.T, do func(t *testing.T, name string, d *driver)) {
	for _, s := range slices.Concat(scenes, documentScenes) {
		f := newFake()
		if s.fake != nil {
			s.fake(f)
		}
		d := newDriver(t, f, 120, 40, termenv.Ascii)
		d.settle()
		if s.go_ != nil {
			s.go_(d)
		}
		do(t, s.name, d)
	}
}

// live are the bindings that work now.
func live(d *driver) []ui.Binding {
	if o := d.r.overlay; o != nil {
		return o.Keys()
	}
	return append(d.r.top().Keys(), d.r.globals()...)
}

func TestWhatActsHasKeysNoFingerSlipsOn(t *testing.T) {
	everywhere(t, func(t *testing.T, name string, d *driver) {
		for _, b := range append(live(d), (&confirmBox{req: page.ConfirmReq{Verb: "do it"}}).Keys()...) {
			for _, k := range b.Keys {
				if r := []rune(k); b.Act && !strings.HasPrefix(k, "ctrl+") && (len(r) != 1 || !unicode.IsUpper(r[0])) {
					t.Errorf("%s: %q acts by %q", name, b.Help, k)
				}
			}
		}
	})
}

// reading are the calls of the server that change nothing there.
var reading = strings.Fields("Tasks RecordNotes Appointments Notifications SearchText TrendNames Trend PatientResults PatientOverview UnreadRecords AccessHistory VerifyRecord KeepAlive Profile" +
	" Specializations RecordTypes Limits Dashboard Patients Patient PatientRecords PatientDashboard Record PageImage UnfinishedUploads" +
	" Job Jobs JobsIn Page Result JobResult JobPage WatchJob RecordValues Values PatientCheck PageText Resume")

// No bare letter changes anything, pressed once or held, on any screen.
func TestBareLettersChangeNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, name string, d *driver) {
		if d.r.top().Typing() {
			return
		}
		before, out := maps.Clone(d.f.calls), len(d.out.String())
		for _, b := range live(d) {
			for _, k := range b.Keys {
				if r := []rune(k); len(r) == 1 && !unicode.IsUpper(r[0]) && b.Run != nil && b.Off == "" && !d.r.top().Typing() && d.r.overlay == nil {
					d.press(k)
				}
			}
		}
		for call, n := range d.f.calls {
			if n != before[call] && !slices.Contains(reading, call) {
				t.Errorf("%s: bare letters called %s", name, call)
			}
		}
		if d.r.quit {
			t.Errorf("%s: a bare letter quits", name)
		}
		if strings.Contains(d.out.String()[out:], "]52;") {
			t.Errorf("%s: a bare letter changes the clipboard", name)
		}
	})
}

// alike are actions that mean the same on screens of their own.
var alike = [][]string{
	{"filter", "find-patient", "other-words", "search"},
	{"refresh", "look-again", "search-again", "try-again"},
	{"image-text", "page-image"},
	{"back", "leave-reading-goes-on"},
	{"edit-line", "describe-the-part"},
	{"correct", "correct-text"},
	{"details-edit", "edit"},
	{"undo", "undo-correction", "open-again", "restore", "take-back"},
	{"acknowledge", "task-done"},
	{"tasks", "send-task"},
	{"cancel-reading", "cancel-the-download", "cancel-the-upload"},
	{"analyse", "analyse-now"},
	{"upload", "upload-another"},
	{"entered-in-error", "note-in-error"},
	{"results", "trend"}, // results over time, as a table and drawn
	{"open-charts", "other-open-chart", "the-next-one"},
	{"zoom", "zoom-the-page", "begin-a-part"}, // more of it; a plan is not carried out by it
	{"zoom-out", "join-to-the-part-before"},   // less of it
}

// A key means one thing, whatever screen it is pressed on.
func TestAKeyMeansOneThing(t *testing.T) {
	meaning := map[string]string{}
	for _, a := range actions() {
		if a.where == "dialogs" || a.name == "lock" {
			continue // they say which letters they take; to lock takes two keys
		}
		for _, k := range strings.Fields(a.keys) {
			r := []rune(strings.TrimPrefix(k, "ctrl+"))
			if len(r) != 1 || unicode.IsDigit(r[0]) || k == "ctrl+s" { // Ctrl-S is "do what this form is for"
				continue
			}
			before, taken := meaning[k]
			same := slices.ContainsFunc(alike, func(l []string) bool { return slices.Contains(l, before) && slices.Contains(l, a.name) })
			if taken && !same {
				t.Errorf("%s is %q and %q", k, before, a.name)
			}
			meaning[k] = a.name
		}
	}
}
