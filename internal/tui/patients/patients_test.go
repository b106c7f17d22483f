package patients

import (
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// bare is what a screen needs to be drawn without a server.
func bare(t *testing.T, profile termenv.Profile) *page.Env {
	renderer := lipgloss.NewRenderer(nil)
	renderer.SetColorProfile(profile)
	return &page.Env{Ctx: t.Context(), Crew: &ui.Crew{}, Theme: ui.NewTheme(renderer), Location: time.UTC,
		Now: func() time.Time { return time.Date(2026, 11, 24, 9, 5, 0, 0, time.UTC) }}
}

// A child's age is never cut in the middle of its months.
func TestAgesAreNotCut(t *testing.T) {
	s := newPanel(bare(t, termenv.Ascii), page.Patients{}, false)
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
