package tui

import (
	"strings"
	"testing"

	"github.com/muesli/termenv"
)

// On a wide terminal what is to do stands beside the appointments, and the patient under
// the cursor beside the list, of whom nothing is asked before the chart is opened.
func TestWideTerminalsHaveASecondPane(t *testing.T) {
	d := newDriver(t, newFake(), 200, 60, termenv.Ascii)
	d.settle()
	d.login()
	beside := false
	for _, l := range strings.Split(d.r.View(), "\n") {
		beside = beside || strings.Contains(l, "Appointments today") && strings.Contains(l, "To do")
	}
	if !beside {
		t.Errorf("what is to do does not stand beside the day:\n%s", d.r.View())
	}
	d.fits()
	d.press("G")
	if line := lineWith(d.r.View(), "> "); !strings.Contains(line, "│> ") {
		t.Errorf("the last row is not in the second pane: %q", line)
	}
	d.press("g")
	if line := lineWith(d.r.View(), "> "); strings.Contains(line, "│> ") {
		t.Errorf("the first row is in the second pane: %q", line)
	}
	looked := d.f.count("Patient")
	d.press("p", "j")
	d.sees("Diagnosis", "In emergency", "Enter opens the chart")
	d.fits()
	if n := d.f.count("Patient"); n != looked {
		t.Errorf("the preview opened %d charts", n-looked)
	}
}

func lineWith(view, part string) string {
	for _, l := range strings.Split(view, "\n") {
		if strings.Contains(l, part) {
			return l
		}
	}
	return ""
}
