// Package pagetest has what tests of the parts of the workstation need to draw a
// screen without a shell and without a server.
package pagetest

import (
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// Now is the time in Env: 24-Nov-2026 09:05 UTC.
var Now = time.Date(2026, 11, 24, 9, 5, 0, 0, time.UTC)

// Theme is the usual theme on a terminal of a kind.
func Theme(profile termenv.Profile) *ui.Theme {
	renderer := lipgloss.NewRenderer(nil)
	renderer.SetColorProfile(profile)
	return ui.NewTheme(renderer)
}

// Env is what a screen needs to be drawn. Its work ends with the test.
func Env(t testing.TB, profile termenv.Profile) *page.Env {
	return &page.Env{Ctx: t.Context(), Crew: &ui.Crew{}, Theme: Theme(profile), Location: time.UTC, Now: func() time.Time { return Now }}
}
