package chart

import (
	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// chartsScreen lists the open charts. It shows several patients and has no banner.
type chartsScreen struct {
	page.Base
	list  []page.ChartState
	table *ui.Table
}

// NewCharts lists the open charts, the one that was open before the current
// one selected.
func NewCharts(e *page.Env, r page.Charts) page.Screen {
	s := &chartsScreen{Base: page.NewBase(e, r), list: e.Charts.Mine(e.UserID())}
	s.table = ui.NewTable(
		ui.Column{Title: "", Width: 2},
		ui.Column{Title: "Name", Width: 24, Flex: true},
		ui.Column{Title: "Born", Width: 18},
		ui.Column{Title: "MRN", Width: 12},
	)
	s.table.SetRows(len(s.list), func(r, c int) string {
		b := s.list[r].Banner
		switch c {
		case 0:
			return string(rune('1' + r))
		case 1:
			return b.Name
		case 2:
			return b.Born.Display()
		}
		return core.DisplayMRN(b.MRN)
	})
	s.table.Select(1)
	return s
}

func (s *chartsScreen) SetSize(w, h int) {
	s.Base.SetSize(w, h)
	s.table.SetSize(w, max(2, h-2))
}

func (s *chartsScreen) Keys() []ui.Binding {
	keys := []ui.Binding{
		{Keys: []string{"enter"}, Help: "switch to", Run: page.Do(func() { s.open(s.table.Cursor()) })},
		{Keys: []string{"`"}, Help: "the next one", Run: page.Do(func() { s.table.Select((s.table.Cursor() + 1) % max(1, len(s.list))) })},
		page.RowDigits(),
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)},
	}
	return append(keys, ui.MoveKeys(s.table, nil)...)
}

func (s *chartsScreen) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyMsg); ok && !k.Paste && len(k.Runes) == 1 {
		s.open(int(k.Runes[0] - '1'))
	}
	return nil
}

func (s *chartsScreen) open(i int) {
	if i >= 0 && i < len(s.list) {
		s.Replace(page.Chart{Patient: s.list[i].Banner})
	}
}

func (s *chartsScreen) View() string {
	head := " " + s.Theme.Head.Render("Open charts") + s.Theme.Dim.Render(", the last one first")
	if len(s.list) == 0 {
		return head + "\n" + ui.Empty(s.Theme, "No chart was opened since you signed in.", "Press / on the day's screen to find a patient.", s.W)
	}
	return head + "\n\n" + s.table.View(s.Theme)
}
