package chart

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// resultsScreen is the part of a chart that shows the patient's results as one table of
// tests by days, the newest day at the right. It shares the chart's scope.
type resultsScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	data   core.PatientResults
	state  ui.State
	row    int // the cursor: of data.Results
	day    int // of data.Days
	top    int // first line of the table in sight
	grid   grid
}

const (
	slotResults ui.Slot = "results"
	slotTrend   ui.Slot = "trend"
)

func newResults(clinic Clinic, b page.Base, of ui.Banner) *resultsScreen {
	return &resultsScreen{Base: b, clinic: clinic, banner: of}
}

func (s *resultsScreen) Refresh() tea.Cmd {
	clinic, id := s.clinic, s.banner.ID
	return ui.Load(s.Scope(), slotResults, func(ctx context.Context) (core.PatientResults, error) { return clinic.PatientResults(ctx, id) })
}

func (s *resultsScreen) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(ui.Result[core.PatientResults])
	switch {
	case !ok:
	case m.Err != nil:
		s.state.Fail(m.Err)
	default:
		first := !s.state.Got
		s.state.Done(s.Now())
		s.data = m.Value
		if first {
			s.day = len(s.data.Days) - 1
		}
		s.day = max(0, min(s.day, len(s.data.Days)-1))
		s.grid = newGrid(s.Theme, s.data)
		s.Move(0)
	}
	return nil
}

// keys open what the cursor is on: its page, and all of its test over time.
func (s *resultsScreen) keys(b ui.Banner, records []core.Record) []ui.Binding {
	no := ""
	switch {
	case !s.state.Got:
		no = "Wait until the results are loaded."
	case len(s.data.Results) == 0:
		no = "There is no result to follow."
	}
	return []ui.Binding{
		{Name: "open page", Keys: []string{"enter"}, Help: "page", Off: no, Run: page.Do(func() { s.openPage(b, records) })},
		{Keys: []string{"t"}, Help: "trend", Off: no, Run: page.Do(func() {
			s.Push(page.Trend{Patient: b, Records: records, Name: s.data.Results[s.row].Name})
		})},
		{Keys: []string{"left"}, Show: "Left/Right", Help: "day", Run: page.Do(func() { s.turn(-1) })},
		{Keys: []string{"right"}, Quiet: true, Help: "the next day", Run: page.Do(func() { s.turn(1) })},
	}
}

// Move moves the cursor by tests.
func (s *resultsScreen) Move(n int) { s.row = max(0, min(s.row+n, len(s.data.Results)-1)) }

// Page moves it by as many as are in sight.
func (s *resultsScreen) Page(n int) { s.Move(n * max(1, s.room()-2)) }

// End moves it to the first or the last test.
func (s *resultsScreen) End(last bool) {
	s.row = 0
	if last {
		s.row = max(0, len(s.data.Results)-1)
	}
}

func (s *resultsScreen) turn(n int) { s.day = max(0, min(s.day+n, len(s.data.Days)-1)) }

// told is the value that is told of below the table: of the chosen day or, where that
// has none, the last of the test. Enter opens it.
func (s *resultsScreen) told() (core.ResultValue, []core.ResultValue, bool) {
	r := s.data.Results[s.row]
	if v, others, ok := ofDay(r, s.data.Days[s.day]); ok {
		return v, others, true
	}
	v, _, _ := ofDay(r, r.Values[len(r.Values)-1].Date)
	return v, nil, false
}

// ofDay gives the value of a day that is shown, and the others of that day: one that was
// verified before one that was not, and one in doubt only where all are.
func ofDay(r core.ResultRow, day core.Date) (core.ResultValue, []core.ResultValue, bool) {
	var list []core.ResultValue
	for _, v := range r.Values {
		if v.Date == day {
			list = append(list, v)
		}
	}
	if len(list) == 0 {
		return core.ResultValue{}, nil, false
	}
	rank := func(v core.ResultValue) int {
		switch {
		case v.Verified:
			return 0
		case v.Doubtful():
			return 2
		}
		return 1
	}
	slices.Reverse(list) // the last first
	slices.SortStableFunc(list, func(a, b core.ResultValue) int { return rank(a) - rank(b) })
	return list[0], list[1:], true
}

// openPage shows the value on its page.
func (s *resultsScreen) openPage(b ui.Banner, records []core.Record) {
	v, _, _ := s.told()
	s.Push(viewerOf(b, records, v.TrendPoint))
}

// viewerOf opens the document of a point where it stands.
func viewerOf(b ui.Banner, records []core.Record, p core.TrendPoint) page.Viewer {
	rec := core.Record{ID: p.RecordID, FileID: p.RecordID, PatientID: b.ID, Title: "Document", CanAnalyze: true}
	for _, r := range records {
		if r.ID == p.RecordID {
			rec = r
		}
	}
	return page.Viewer{Patient: b, Record: rec, Among: records, At: &page.Spot{Page: p.Page, Boxes: p.Boxes, Find: p.Text}}
}
