package chart

import (
	"fmt"
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

func (s *trendScreen) View() string {
	head := " " + s.Theme.Head.Render(ui.Cut(s.name, s.W-2))
	if cover, ok := s.state.Cover(s.Theme, "the trend", s.W); ok {
		return head + "\n" + cover
	}
	points := s.points()
	if len(points) == 0 {
		return head + "\n" + noTrends(s.Theme, s.of, s.W)
	}
	lines := []string{s.head(), s.figures()}
	if stale := s.state.StaleLine(s.Theme, s.Location, s.W); stale != "" {
		lines = append(lines, stale)
	} else if left := present.LeftOut(s.of); left != "" {
		lines = append(lines, ui.Partial(s.Theme, left, s.W))
	}
	plot := max(4, (s.H-len(lines))/2)
	lines = append(lines, ui.Plot(s.Theme, s.dots(), s.W-1, plot))
	if n := s.undrawn(); n > 0 {
		lines = append(lines, ui.Partial(s.Theme, fmt.Sprintf("%s below cannot be drawn: no number or no day", page.Count(n, "value")), s.W))
	}
	used := 0
	for _, l := range lines {
		used += ui.Height(l)
	}
	if s.H-used > 4 {
		lines = append(lines, " "+s.Theme.Dim.Render(ui.Cut(s.sign(true)+" verified  "+s.sign(false)+" unverified  · range printed on the report  nothing is joined up", s.W-2)))
		used++
	}
	return strings.Join(append(lines, s.list(s.H-used)...), "\n")
}

// head is what is followed, in which unit, from whose laboratory.
func (s *trendScreen) head() string {
	series := s.data.Series[s.series]
	left := " " + s.Theme.Head.Render(s.name) + "  " + present.TrendUnit(series)
	if s.data.Code != nil {
		left += s.Theme.Dim.Render("  " + s.data.Code.System + " " + s.data.Code.Code)
	}
	right := present.TrendLab(series)
	if n := len(s.data.Series); n > 1 {
		right = fmt.Sprintf("series %d of %d, ", s.series+1, n) + right
	}
	return ui.Sides(left, s.Theme.Dim.Render(right+" "), s.W)
}

// figures gives the last two values that have a day: a drawing is no figure.
// Where there is no room for the one before, it is left to the list: nothing of
// it is cut.
func (s *trendScreen) figures() string {
	points := slices.DeleteFunc(slices.Clone(s.points()), func(p core.TrendPoint) bool { return p.Date.IsZero() })
	if len(points) == 0 {
		return s.Theme.Strong.Render(ui.Cut(" Which is the last is not known: no value has a day", s.W))
	}
	last := " Last " + s.figure(points[len(points)-1])
	if len(points) > 1 {
		if both := last + ", before " + s.figure(points[len(points)-2]); ui.Width(both) <= s.W {
			last = both
		}
	}
	return s.Theme.Strong.Render(ui.Cut(last, s.W))
}

func (s *trendScreen) figure(p core.TrendPoint) string {
	return present.TrendPointOf(p).Dated()
}

// spanOf is the range of a value's own report. Ranges are never cut: of figures
// the rest would be another range.
func spanOf(p core.TrendPoint, w int) string {
	words := present.TrendPointOf(p).Range
	if p.Range == "" || w < page.Narrow {
		return words
	}
	return "range " + words
}

// shortDay fits into a column of days.
func shortDay(d core.Date) string {
	if d.IsZero() {
		return "no day"
	}
	return d.Display()
}

// sign marks what a person has verified and what not, without colour.
func (s *trendScreen) sign(verified bool) string { return signOf(s.Theme, verified, false) }

func (s *trendScreen) dots() []ui.Dot {
	var out []ui.Dot
	for i, p := range s.points() {
		if p.Number == nil || p.Date.IsZero() {
			continue
		}
		sign := s.sign(p.Verified)
		if p.Comparator != "" { // "<0.01" is somewhere below
			sign = p.Comparator[:1]
		}
		out = append(out, ui.Dot{At: p.Date.Time(), Value: *p.Number, Sign: sign, Low: p.Low, High: p.High, Picked: i == s.cursor})
	}
	return out
}

func (s *trendScreen) undrawn() int { return len(s.points()) - len(s.dots()) }

// list is the values in figures, the newest at the top, with the chosen one in sight.
func (s *trendScreen) list(h int) []string {
	points := s.points()
	if h < 1 {
		return nil
	}
	at := len(points) - 1 - s.cursor // row of the cursor
	s.top = max(min(s.top, at), at-h+1)
	s.top = max(0, min(s.top, len(points)-h))
	wide, spans := 0, 8
	for _, p := range points {
		wide, spans = max(wide, ui.Width(present.TrendFigure(p))), max(spans, ui.Width(spanOf(p, s.W)))
	}
	var out []string
	for row := s.top; row < min(len(points), s.top+h); row++ {
		p := points[len(points)-1-row]
		state := page.ValueState(p.Review)
		if r := p.Review; r != nil {
			state += " " + r.ByName + " " + present.Day(r.At, s.Location)
		} else if p.Verified {
			state = "scan·verified"
		}
		if len(p.Doubts) > 0 && p.Review == nil {
			state += " ~ doubtful"
		}
		flag := 5
		if s.W < page.Narrow {
			flag = 2
		}
		text := s.sign(p.Verified) + " " + ui.Pad(shortDay(p.Date), 12) + " " + ui.PadLeft(present.TrendFigure(p), wide) + " " + p.Unit + "  " + ui.Pad(page.Interpreted(s.Theme, p.Interpret), flag) + "  " + ui.Pad(spanOf(p, s.W), spans) + "  " + state
		if row == at {
			out = append(out, s.Theme.Selected.Render(ui.Pad("> "+text, s.W)))
		} else {
			out = append(out, "  "+ui.Cut(text, s.W-2))
		}
	}
	return out
}
