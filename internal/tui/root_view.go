package tui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// Layout, from the top: title line, patient banner, the screen (or what covers
// it), the keys, the state of things. Only the screen shrinks.
const (
	titleLines  = 1
	footerLines = 2
	fullBannerH = 24 // from this height on the banner has more than one line for its second part
)

func (r *root) View() (view string) {
	defer func() {
		if p := recover(); p != nil && r.crash == nil {
			r.panicked(p)
			view = ""
			if r.onCrash != nil {
				r.onCrash()
			}
		}
	}()
	if r.w == 0 || r.h == 0 || r.quit || r.away {
		return ""
	}
	if r.locked != nil {
		return r.lockView()
	}
	head := r.head()
	foot := r.foot()
	body := r.h - len(head) - len(foot)
	lines := head
	if body > 0 {
		s := ""
		if r.overlay != nil {
			s = r.overlay.View(r.w, body)
		} else {
			s = r.top().View()
		}
		lines = append(lines, ui.Fit(s, r.w, body))
	} else {
		foot = foot[:max(0, r.h-len(head))]
	}
	return strings.Join(append(lines, foot...), "\n")
}

// head is the title line and the banner.
func (r *root) head() []string {
	lines := []string{r.title()}
	if p, ok := r.top().(page.PatientScreen); ok {
		lines = append(lines, strings.Split(r.banner(p.Banner()), "\n")...)
	}
	if len(lines) > r.h { // a window of a few lines: the banner matters more
		lines = lines[len(lines)-r.h:]
	}
	return lines
}

// banner draws a banner; allergies and alerts leave room for the screen.
func (r *root) banner(b ui.Banner) string {
	most := r.h / 8
	if r.h < fullBannerH {
		most = min(1, r.h/14)
	}
	return b.View(r.Theme, r.Today(), r.w, most)
}

func (r *root) title() string {
	sep := r.Theme.Dim.Render(" / ")
	left := " " + r.Theme.Brand.Render("Clinician")
	if r.gate != nil {
		left += sep + r.Theme.Strong.Render(r.gate.Route().Title())
	} else {
		from := max(0, len(r.stack)-3)
		if from > 0 {
			left += sep + r.Theme.Dim.Render("…")
		}
		for i, s := range r.stack[from:] {
			style := r.Theme.Dim
			if from+i == len(r.stack)-1 {
				style = r.Theme.Strong
			}
			left += sep + style.Render(s.Route().Title())
		}
	}
	right := ""
	if r.ReadOnly {
		right = r.Theme.Warn.Render("READ-ONLY") + " "
	}
	if p := r.Profile; p != nil && r.gate == nil {
		right += r.Theme.Dim.Render(page.Who(p)) + " "
	}
	if ui.Width(left)+ui.Width(right)+1 > r.w {
		right = ""
	}
	return ui.Sides(left, right, r.w)
}

// foot is the keys and the state of things. A toast too long for the state's
// line takes the keys' line, and more if it must: it goes away in a moment.
func (r *root) foot() []string {
	right := r.state()
	keys := r.top().Keys()
	if r.overlay != nil {
		keys = r.overlay.Keys()
	} else {
		keys = append(keys, r.globals()...)
	}
	keys = r.keymap.shown(keys)
	lines := []string{ui.Cut(ui.Footer(r.Theme, keys, r.w), r.w)}
	if r.toast == nil {
		return append(lines, ui.Sides("", right, r.w))
	}
	style, text := r.Theme.Strong, r.toast.Text
	switch r.toast.Level {
	case page.LevelWarn:
		style, text = r.Theme.Warn, "! "+text
	case page.LevelBad:
		style, text = r.Theme.Bad, "! "+text
	}
	if ui.Width(text)+ui.Width(right)+2 <= r.w {
		return append(lines, ui.Sides(" "+style.Render(text), right, r.w))
	}
	lines = lines[:0]
	for _, l := range ui.Wrap(text, r.w-2) {
		lines = append(lines, " "+style.Render(l))
	}
	return append(lines, ui.Sides("", right, r.w))
}

// state says whether the server is there; it is always on screen.
func (r *root) state() string {
	s := r.Theme.Dim.Render("connected")
	if !r.Online {
		what := "! NOT CONNECTED"
		if errors.Is(r.Lost, core.ErrUntrusted) {
			what = "! SERVER NOT TRUSTED"
		}
		s = r.Theme.Bad.Render(what) + r.Theme.Dim.Render(" since "+present.Clock(r.lostAt, r.Location)+", trying again")
	}
	if a := r.activity(); a != "" {
		s = r.Theme.Strong.Render(a) + r.Theme.Dim.Render(" | ") + s
	}
	if r.Limits != nil && r.Limits.Development != "" {
		s = r.Theme.Warn.Render("DEVELOPMENT") + r.Theme.Dim.Render(" | ") + s
	}
	if r.demo {
		s = r.Theme.Warn.Render(r.making.inWords()) + r.Theme.Dim.Render(" | ") + s
	}
	return s + " "
}

// resize gives every screen its place. The banner of a screen may be higher or
// lower than another's, so the top one decides.
func (r *root) resize() {
	if r.w == 0 {
		return
	}
	for _, s := range r.stack {
		s.SetSize(r.w, r.bodyHeight(s))
	}
	if r.gate != nil {
		r.gate.SetSize(r.w, r.bodyHeight(r.gate))
	}
}

func (r *root) bodyHeight(s page.Screen) int {
	used := titleLines + footerLines
	if p, ok := s.(page.PatientScreen); ok {
		used += ui.Height(r.banner(p.Banner()))
	}
	return max(0, r.h-used)
}

// startScreen is shown for the moment in which an old session is taken up.
type startScreen struct{ page.Base }

// starting is the route of that moment.
type starting struct{}

func (starting) Kind() page.Kind { return "starting" }
func (starting) Title() string   { return "Starting" }

func newStart(e *page.Env, r starting) page.Screen { return &startScreen{page.NewBase(e, r)} }

func (s *startScreen) Update(tea.Msg) tea.Cmd { return nil }
func (s *startScreen) Keys() []ui.Binding     { return nil }
func (s *startScreen) View() string {
	return ui.Loading(s.Theme, "your session from "+s.Address)
}
