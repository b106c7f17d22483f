package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// openCharts are the charts a user has open: the last ones first, each with
// where it was left. They are in memory only and belong to one user.
type openCharts struct {
	owner int64
	list  []chartState
}

// chartState is where a chart was left.
type chartState struct {
	banner ui.Banner
	tab    tab
	record string // selected
	filter string
	order  int
}

// mostCharts is how many charts stay open.
const mostCharts = 9

// note puts a chart on top of the list.
func (c *openCharts) note(owner int64, s chartState) {
	c.mine(owner)
	if s.banner.ID == 0 || owner == 0 {
		return
	}
	c.list = slices.DeleteFunc(c.list, func(o chartState) bool { return o.banner.ID == s.banner.ID })
	c.list = append([]chartState{s}, c.list...)
	c.list = c.list[:min(len(c.list), mostCharts)]
}

// mine gives the charts of a user; those of another one are forgotten.
func (c *openCharts) mine(owner int64) []chartState {
	if c.owner != owner {
		c.owner, c.list = owner, nil
	}
	return c.list
}

// of gives where a chart was left.
func (c *openCharts) of(owner, patient int64) (chartState, bool) {
	for _, s := range c.mine(owner) {
		if s.banner.ID == patient {
			return s, true
		}
	}
	return chartState{}, false
}

// userID is who is signed in; 0 nobody.
func (e *env) userID() int64 {
	if e.profile == nil {
		return 0
	}
	return e.profile.User.ID
}

// chartsScreen lists the open charts. It shows several patients and has no banner.
type chartsScreen struct {
	base
	list  []chartState
	table *ui.Table
}

// newCharts lists the open charts, the one that was open before the current
// one selected.
func newCharts(e *env, r Charts) Screen {
	s := &chartsScreen{base: newBase(e, r), list: e.charts.mine(e.userID())}
	s.table = ui.NewTable(
		ui.Column{Title: "", Width: 2},
		ui.Column{Title: "Name", Width: 24, Flex: true},
		ui.Column{Title: "Born", Width: 18},
		ui.Column{Title: "MRN", Width: 12},
	)
	s.table.SetRows(len(s.list), func(r, c int) string {
		b := s.list[r].banner
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
	s.base.SetSize(w, h)
	s.table.SetSize(w, max(2, h-2))
}

func (s *chartsScreen) Keys() []ui.Binding {
	keys := []ui.Binding{
		{Keys: []string{"enter"}, Help: "switch to", Run: do(func() { s.open(s.table.Cursor()) })},
		{Keys: []string{"`"}, Help: "the next one", Run: do(func() { s.table.Select((s.table.Cursor() + 1) % max(1, len(s.list))) })},
		rowDigits(),
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: do(s.pop)},
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
		s.replace(Chart{Patient: s.list[i].banner})
	}
}

func (s *chartsScreen) View() string {
	head := " " + s.th.Head.Render("Open charts") + s.th.Dim.Render(", the last one first")
	if len(s.list) == 0 {
		return head + "\n" + ui.Empty(s.th, "No chart was opened since you signed in.", "Press / on the day's screen to find a patient.", s.w)
	}
	return head + "\n\n" + s.table.View(s.th)
}
