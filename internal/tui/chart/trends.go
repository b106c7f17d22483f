package chart

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// trendsScreen is the part of a chart that lists what can be followed over
// time in the patient's documents. It shares the chart's scope.
type trendsScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	names  []core.TrendName
	of     core.Coverage
	state  ui.State
	table  *ui.Table
}

const (
	slotTrends ui.Slot = "trends"
	slotTrend  ui.Slot = "trend"
)

func newTrends(clinic Clinic, b page.Base, of ui.Banner) *trendsScreen {
	return &trendsScreen{Base: b, clinic: clinic, banner: of, table: newTrendTable()}
}

func newTrendTable() *ui.Table {
	return ui.NewTable(
		ui.Column{Title: "Result", Width: 16, Flex: true},
		ui.Column{Title: "Units", Width: 14, Drop: 1},
		ui.Column{Title: "Values", Width: 6, Right: true},
		ui.Column{Title: "Verified", Width: 8, Right: true},
		ui.Column{Title: "Last", Width: 11},
	)
}

func (s *trendsScreen) Refresh() tea.Cmd {
	clinic, id := s.clinic, s.banner.ID
	return ui.Load(s.Scope(), slotTrends, func(ctx context.Context) (core.TrendNames, error) { return clinic.TrendNames(ctx, id) })
}

// openKey opens the trend of the selected result.
func (s *trendsScreen) openKey(b ui.Banner, records []core.Record) ui.Binding {
	no := ""
	switch {
	case !s.state.Got:
		no = "Wait until the results are loaded."
	case s.table.Cursor() < 0:
		no = "There is no result to follow."
	}
	return ui.Binding{Keys: []string{"enter"}, Help: "trend", Off: no, Run: page.Do(func() {
		s.Push(page.Trend{Patient: b, Records: records, Name: s.names[s.table.Cursor()].Name})
	})}
}

func (s *trendsScreen) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(ui.Result[core.TrendNames]); ok {
		if m.Err != nil {
			s.state.Fail(m.Err)
			return nil
		}
		s.state.Done(s.Now())
		s.names, s.of = m.Value.Results, m.Value.Coverage
		names := m.Value.Results
		s.table.SetRows(len(names), func(r, c int) string { return trendCell(names[r], c) })
	}
	return nil
}

func trendCell(n core.TrendName, col int) string {
	switch col {
	case 0:
		return n.Name
	case 1:
		return present.Or(strings.Join(n.Units, ", "))
	case 2:
		return fmt.Sprint(n.Points)
	case 3:
		return fmt.Sprint(n.Verified)
	}
	if n.Latest.IsZero() {
		return "Not known"
	}
	return n.Latest.Display()
}

func (s *trendsScreen) View() string {
	if cover, ok := s.state.Cover(s.Theme, "the results", s.W); ok {
		return cover
	}
	head := s.state.StaleLine(s.Theme, s.Location, s.W)
	if left := present.LeftOut(s.of); head == "" && left != "" && len(s.names) > 0 {
		head = ui.Partial(s.Theme, left, s.W)
	}
	if head == "" {
		head = s.Theme.Dim.Render(ui.Cut(" Read from documents by a machine; Enter draws one over time", s.W))
	}
	if len(s.names) == 0 {
		return head + "\n" + noTrends(s.Theme, s.of, s.W)
	}
	return head + "\n" + s.table.View(s.Theme)
}

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
	p := s.points()[s.cursor]
	rec := core.Record{ID: p.RecordID, FileID: p.RecordID, PatientID: s.banner.ID, Title: "Document", CanAnalyze: true}
	for _, r := range s.records {
		if r.ID == p.RecordID {
			rec = r
		}
	}
	s.Push(page.Viewer{Patient: s.banner, Record: rec, Among: s.records, At: &page.Spot{Page: p.Page, Boxes: p.Boxes, Find: p.Text}})
}
