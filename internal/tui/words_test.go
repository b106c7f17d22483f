package tui

import (
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/tui/ui"
)

// speaking gives a fake whose open document says w and nothing else.
func speaking(w coretest.WordedValue) *fake {
	f := newFake()
	v := w.Value
	v.ID, v.RecordID, v.PatientID, v.Page = "v1", "r1", 4, 1
	f.found = map[string]*core.RecordValues{"r1": {RecordID: "r1", JobID: "job-r1", PatientID: 4, Analyzed: true, Results: []core.Value{v}, Count: 1, Total: 1, Unverified: 1}}
	return f
}

// Every value is said in the same words, on screens and line by line.
func TestValuesAreWorded(t *testing.T) {
	t.Parallel()
	for _, w := range coretest.WordedValues() {
		f := speaking(w)
		f.signedIn = true
		out := plainly(t, f, "find cant", "1", "1", "values", "quit")
		statement := w.Name
		if w.Amount != "" {
			statement += ": " + w.Amount
		}
		says(t, out, "1 value, ", "1. "+statement+", ")
		d := newDriver(t, speaking(w), 200, 40, termenv.Ascii)
		d.settle()
		d.chart()
		d.press("enter", "v")
		screen := ui.Unstyled(d.r.View())
		if !strings.Contains(screen, w.Name) || !strings.Contains(screen, w.Amount) {
			t.Errorf("%s %s is not on the screen:\n%s", w.Name, w.Amount, screen)
		}
		for _, bad := range w.Never {
			if strings.Contains(out, bad) || strings.Contains(screen, bad) {
				t.Errorf("%q is said of %s", bad, w.Name)
			}
		}
	}
}

// A document is deleted when the family name typed is the chart's, in any spelling.
func TestTypedNamesAreCompared(t *testing.T) {
	t.Parallel()
	for _, p := range coretest.NamePairs() {
		f := newFake()
		f.signedIn = true
		f.patients[3].User.LastName = p.A
		chart := f.details[4]
		chart.Patient.User.LastName = p.A
		f.details[4] = chart
		plainly(t, f, "find "+p.A, "1", "1", "delete", p.B, "1940", "quit")
		if got := len(f.deleted) == 1; got != p.Same {
			t.Errorf("%s typed for %s: accepted %v, want %v", p.B, p.A, got, p.Same)
		}
	}
}
