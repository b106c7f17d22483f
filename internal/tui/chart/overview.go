package chart

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// overviewScreen is the cover page of a chart: what was verified, with its sources, and
// apart from it what was not. It shares the chart's scope.
type overviewScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	state  ui.State
	lines  []overviewLine
	cursor int // of lines
	top    int // first row of text in sight
}

// overviewLine is one thing said under a title, which stands before the first of a section.
type overviewLine struct {
	present.Line
	title string
	note  bool // what is known, not a finding
}

const slotOverview ui.Slot = "overview"

func newOverview(clinic Clinic, b page.Base, of ui.Banner) *overviewScreen {
	return &overviewScreen{Base: b, clinic: clinic, banner: of}
}

func (s *overviewScreen) Refresh() tea.Cmd {
	clinic, id := s.clinic, s.banner.ID
	return ui.Load(s.Scope(), slotOverview, func(ctx context.Context) (core.PatientOverview, error) { return clinic.PatientOverview(ctx, id) })
}

func (s *overviewScreen) answered(m ui.Result[core.PatientOverview]) {
	if m.Err == nil && !s.own(m.Value) {
		m.Err = page.WrongPatient()
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return
	}
	s.state.Done(s.Now())
	s.lines = s.lines[:0]
	when := func(a core.Appointment) string {
		return present.Weekday(a.Start, s.Location) + " " + present.Clock(a.Start, s.Location) + " " + page.First(a.Type, a.Reason, "appointment")
	}
	for _, part := range present.OverviewOf(m.Value, when).Sections {
		title := part.Title
		if part.Note != "" {
			s.lines = append(s.lines, overviewLine{Line: present.Line{Text: part.Note}, title: title, note: len(part.Lines) > 0})
			title = ""
		}
		for _, l := range part.Lines {
			s.lines = append(s.lines, overviewLine{Line: l, title: title})
			title = ""
		}
	}
	s.Move(0)
}

// own reports whether all that is listed is of this patient.
func (s *overviewScreen) own(o core.PatientOverview) bool {
	for _, list := range [][]core.Statement{o.Problems, o.DocumentAllergies, o.Pending} {
		for _, x := range list {
			if x.PatientID != s.banner.ID {
				return false
			}
		}
	}
	return o.PatientID == s.banner.ID && page.OwnMedicines(o.Medicines, s.banner.ID)
}

// openKey opens the page on which the selected line stands.
func (s *overviewScreen) openKey(b ui.Banner, records []core.Record) ui.Binding {
	open := ui.Binding{Name: "open page", Keys: []string{"enter"}, Help: "page", Off: "This line is of no single document."}
	switch {
	case !s.state.Got:
		open.Off = "Wait until the overview is loaded."
	case s.cursor < len(s.lines) && s.lines[s.cursor].RecordID != "":
		l := s.lines[s.cursor]
		open.Off, open.Run = "", page.Do(func() {
			s.Push(viewerOf(b, records, core.TrendPoint{RecordID: l.RecordID, Page: l.Page, Boxes: l.Boxes}))
		})
	}
	return open
}

func (s *overviewScreen) Move(n int) { s.cursor = max(0, min(s.cursor+n, len(s.lines)-1)) }
func (s *overviewScreen) Page(n int) { s.Move(n * max(1, s.H/2)) }

func (s *overviewScreen) End(last bool) {
	s.cursor = 0
	if last {
		s.cursor = max(0, len(s.lines)-1)
	}
}

// titles is the width of the titles; in a narrow terminal they stand above.
const titles = 13

func (s *overviewScreen) View() string {
	if cover, ok := s.state.Cover(s.Theme, "the overview", s.W); ok {
		return cover
	}
	var text []string
	from, to := 0, 0
	for i, l := range s.lines {
		if i == s.cursor {
			from = len(text)
		}
		text = append(text, s.draw(i, l)...)
		if i == s.cursor {
			to = len(text)
		}
	}
	h := s.H - 1
	if stale := s.state.StaleLine(s.Theme, s.Location, s.W); stale != "" {
		h--
		return stale + "\n" + s.window(text, from, to, h)
	}
	return s.window(text, from, to, h)
}

// window is what is in sight of the text, with the rows of the cursor.
func (s *overviewScreen) window(text []string, from, to, h int) string {
	more := len(text) > h
	if more {
		h--
	}
	s.top = max(min(s.top, from), to-h)
	s.top = max(0, min(s.top, len(text)-h))
	shown := text[s.top:min(len(text), s.top+max(1, h))]
	out := strings.Join(shown, "\n")
	if more {
		out += "\n" + s.Theme.Dim.Render(ui.Cut(" lines "+present.Rows(s.top+1, s.top+len(shown), len(text), ""), s.W))
	}
	return out
}

func (s *overviewScreen) draw(i int, l overviewLine) []string {
	mark := "  "
	if i == s.cursor {
		mark = "> "
	}
	rows := ui.Wrap(l.Text, max(10, s.W-titles-3))
	out := make([]string, len(rows))
	for k, row := range rows {
		title := ""
		if k == 0 {
			title = l.title
		}
		switch {
		case i == s.cursor:
			out[k] = s.Theme.Selected.Render(ui.Pad(mark+ui.Pad(title, titles)+row, s.W))
		case l.note:
			out[k] = mark + s.Theme.Head.Render(ui.Pad(title, titles)) + s.Theme.Dim.Render(row)
		default:
			out[k] = mark + s.Theme.Head.Render(ui.Pad(title, titles)) + row
		}
		mark = "  "
	}
	return out
}
