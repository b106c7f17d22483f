package tui

import (
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
)

// What a colleague said of a value, once seen, goes away by two keys, of which the first
// reads it out.
func TestAColleaguesWordTakesTwoKeys(t *testing.T) {
	d := atChart(t, newFake())
	v := &d.f.values("r1").Results[0]
	v.Review = &core.Review{Status: core.ReviewRejected, Reason: "another patient", By: 8, ByName: "Ben Baker", At: fakeNow}
	d.press("enter", "v")
	for _, key := range []string{"V", "Z"} {
		d.press(key)
		d.sees("Ben Baker rejected it: another patient.", "Go over that?")
		d.press("esc")
		if n := d.f.count("ReviewValue") + d.f.count("UndoReview"); n != 0 {
			t.Fatalf("%s alone went over a colleague's word", key)
		}
	}
	d.press("x")
	d.sees("! Ben Baker rejected it: another patient.")
	d.press("esc", "V", "Y")
	if r := d.f.values("r1").Results[0].Review; r.Status != core.ReviewVerified {
		t.Errorf("it stands as %+v", r)
	}
}

// What somebody did meanwhile is shown beside what was to be done, and the next try is of
// that: who, what and why.
func TestWhatWasDoneMeanwhileIsShown(t *testing.T) {
	held := core.Record{}
	outdated := func(d *driver, call string) {
		held = d.f.details[4].MedicalRecords[0]
		held.LegalHold = &core.LegalHold{Reason: "claim 17", By: 8, ByName: "Ben Baker", At: fakeNow}
		held.Version = "theirs"
		e := core.Errorf(core.CodeConflict, "Ben Baker placed a legal hold on 10-Nov-2026 09:00 UTC, after you saw it.")
		e.Current = held
		d.f.set(call, e)
	}
	for call, act := range map[string]func(*driver){
		"EnterInError": func(d *driver) {
			d.press("X")
			d.write("scanned twice")
			d.press("enter")
			d.write("Cantú")
			d.press("enter")
			d.write("1940")
			d.press("enter")
		},
		"EditRecord":   func(d *driver) { d.press("E", "ctrl+u"); d.write("Another title"); d.press("ctrl+s") },
		"ReviewRecord": func(d *driver) { d.press("enter", "G", "l", "G", "l", "G", "R") },
	} {
		t.Run(call, func(t *testing.T) {
			d := newDriver(t, newFake(), 120, 40, termenv.Ascii)
			d.settle()
			d.chart()
			outdated(d, call)
			act(d)
			d.sees("Ben Baker placed a legal hold on", "claim 17")
			d.f.set(call, nil)
			if call == "EnterInError" {
				d.press("enter")
				d.sees("Go on all")
				d.press("Y")
			} else if call == "ReviewRecord" {
				d.press("R")
			} else {
				d.sees("Another title")
				return // it is under a hold now: there is no next try
			}
			if d.f.seen[call] != "theirs" {
				t.Errorf("the next try was of version %q", d.f.seen[call])
			}
		})
	}
}
