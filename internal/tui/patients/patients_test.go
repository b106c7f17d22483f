package patients

import (
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/page/pagetest"
	"clinician/internal/tui/ui"
)

// A child's age is never cut in the middle of its months.
func TestAgesAreNotCut(t *testing.T) {
	s := newPanel(nil, pagetest.Env(t, termenv.Ascii), page.Patients{}, false)
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
