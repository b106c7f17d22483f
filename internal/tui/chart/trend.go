package chart

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

func noTrends(th *ui.Theme, of core.Coverage, w int) string {
	return ui.Empty(th, present.NoResults(of),
		"Results appear when laboratory reports have been read (A on a document). Documents marked CHECK PATIENT or entered in error are left out.", w)
}

// trendScreen follows one result over time. Each unit and laboratory is a
// series of its own.
type trendScreen struct {
	page.Base
	clinic  Clinic
	banner  ui.Banner
	records []core.Record
	name    string
	data    core.Trend
	of      core.Coverage
	state   ui.State
	series  int
	cursor  int // of the points of the series
	top     int
}

func NewTrend(clinic Clinic, e *page.Env, r page.Trend) page.Screen {
	return &trendScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, records: r.Records, name: r.Name}
}

func (s *trendScreen) Banner() ui.Banner { return s.banner }
func (s *trendScreen) Init() tea.Cmd     { return s.Refresh() }

func (s *trendScreen) Refresh() tea.Cmd {
	clinic, id, name := s.clinic, s.banner.ID, s.name
	return ui.Load(s.Scope(), slotTrend, func(ctx context.Context) (core.PatientTrend, error) { return clinic.Trend(ctx, id, name) })
}

func (s *trendScreen) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(ui.Result[core.PatientTrend]); ok {
		if m.Err != nil {
			s.state.Fail(m.Err)
			return nil
		}
		first := !s.state.Got
		s.state.Done(s.Now())
		s.data, s.of = m.Value.Trend, m.Value.Coverage
		s.series = min(s.series, max(0, len(s.data.Series)-1))
		if first {
			s.End(true)
		}
		s.Move(0)
	}
	return nil
}

func (s *trendScreen) points() []core.TrendPoint {
	if s.series >= len(s.data.Series) {
		return nil
	}
	return s.data.Series[s.series].Points
}

func (s *trendScreen) Keys() []ui.Binding {
	no, one := "", ""
	switch {
	case !s.state.Got:
		no = "Wait until the trend is loaded."
	case len(s.points()) == 0:
		no = "There is no value to open."
	}
	if len(s.data.Series) < 2 {
		one = "All values have one unit and laboratory."
	}
	keys := []ui.Binding{
		{Keys: []string{"enter"}, Help: "open page", Off: no, Run: page.Do(s.openPage)},
		{Keys: []string{"left"}, Show: "Left/Right", Help: "point", Run: page.Do(func() { s.Move(-1) })},
		{Keys: []string{"right"}, Quiet: true, Help: "the next point", Run: page.Do(func() { s.Move(1) })},
		{Keys: []string{"tab"}, Help: "other series", Off: one, Quiet: one != "", Run: page.Do(func() {
			s.series = (s.series + 1) % len(s.data.Series)
			s.End(true)
		})},
		{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)},
	}
	return append(keys, ui.MoveKeys(older{s}, nil)...)
}

// older lets "down" go to older values: the newest stand at the top.
type older struct{ s *trendScreen }

func (o older) Move(n int)    { o.s.Move(-n) }
func (o older) Page(n int)    { o.s.Move(-5 * n) }
func (o older) End(last bool) { o.s.End(!last) }

// Move goes n points further in time.
func (s *trendScreen) Move(n int) { s.cursor = max(0, min(s.cursor+n, len(s.points())-1)) }

// End goes to the newest or the oldest point.
func (s *trendScreen) End(last bool) {
	s.cursor = 0
	if last {
		s.cursor = max(0, len(s.points())-1)
	}
}

// openPage shows the value on its page.
func (s *trendScreen) openPage() {
	s.Push(viewerOf(s.banner, s.records, s.points()[s.cursor]))
}
