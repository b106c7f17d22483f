package chart

import (
	"fmt"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// grid is the table as text, laid out once for its data. What turns a number into
// another is never cut: columns are as wide as their widest figure.
type grid struct {
	names, units int
	cells        [][]cell // by row and day
	widths       [][2]int // by day: of the figure with its mark, of the flag
	change, span int      // of the columns behind the days
}

// cell is one value in its column.
type cell struct{ figure, flag string }

// widestText is the longest result in words that a column gives room to.
const widestText = 14

func newGrid(th *ui.Theme, data core.PatientResults) grid {
	g := grid{names: 12, widths: make([][2]int, len(data.Days)), change: 6, span: 5}
	for d := range data.Days {
		g.widths[d] = [2]int{6, 0}
	}
	for _, r := range data.Results {
		g.names, g.units = max(g.names, ui.Width(r.Name)), max(g.units, ui.Width(r.Unit))
		g.change = max(g.change, ui.Width(present.ChangeShort(r)))
		g.span = max(g.span, ui.Width(spanOfLast(r)))
		row := make([]cell, len(data.Days))
		for d, day := range data.Days {
			if v, others, ok := ofDay(r, day); ok {
				row[d] = cellOf(th, r, v, len(others))
				g.widths[d] = [2]int{max(g.widths[d][0], ui.Width(row[d].figure)), max(g.widths[d][1], ui.Width(row[d].flag))}
			}
		}
		g.cells = append(g.cells, row)
	}
	return g
}

func spanOfLast(r core.ResultRow) string {
	if v := r.Last(); v != nil {
		return present.ResultOf(r, *v).Range
	}
	return ""
}

func cellOf(th *ui.Theme, r core.ResultRow, v core.ResultValue, others int) cell {
	p := present.ResultOf(r, v)
	figure := p.Figure
	switch {
	case v.InUnit != nil && th.Mono():
		figure = "=" + figure
	case v.InUnit != nil:
		figure = "≈" + figure
	case v.AsPrinted:
		figure += " " + page.First(v.Unit, "no unit")
	}
	if ui.Width(figure) > widestText {
		figure = "in words"
		if v.Number != nil {
			figure = "other unit"
		}
	}
	flag := strings.ReplaceAll(page.Interpreted(th, v.Interpret), " ", "")
	if flag != "" {
		flag = " " + flag
	}
	if others > 0 {
		flag += "+"
	}
	return cell{signOf(th, v.Verified, v.Doubtful()) + figure, flag}
}

// signOf marks what a person has verified, what not, and what is in doubt.
func signOf(th *ui.Theme, verified, doubtful bool) string {
	switch {
	case doubtful:
		return "~"
	case !verified && th.Mono():
		return "o"
	case !verified:
		return "○"
	case th.Mono():
		return "*"
	}
	return "●"
}

// wide is the width from which change and range of the last value stand in the table; in
// a narrower one they do where there is room behind all days.
const wide = 100

func (s *resultsScreen) nameWidth() int { return min(s.grid.names, max(12, s.W/4)) }

// behind is how much room the columns behind the days take.
func (s *resultsScreen) behind() int {
	w := s.grid.change + s.grid.span + 4
	used := s.before() + w
	for _, d := range s.grid.widths {
		used += d[0] + d[1] + 3
	}
	if s.W < wide && used > s.W {
		return 0
	}
	return w
}

// before is how much the cursor, the names and their units take.
func (s *resultsScreen) before() int { return 4 + s.nameWidth() + s.grid.units }

// days gives the first and behind the last day in sight: the newest, or as far back as
// the cursor is.
func (s *resultsScreen) days() (from, to int) {
	room := s.W - s.before() - s.behind()
	take := func(d int) bool {
		w := s.grid.widths[d]
		room -= w[0] + w[1] + 3
		return room >= 0
	}
	to = len(s.data.Days)
	for {
		left := room
		from = to
		for from > 0 && take(from-1) {
			from--
		}
		if from = min(from, to-1); s.day >= from || to <= 1 {
			return from, to
		}
		room = left
		to--
	}
}

func (s *resultsScreen) View() string {
	if cover, ok := s.state.Cover(s.Theme, "the results", s.W); ok {
		return cover
	}
	left := present.LeftOut(s.data.Coverage)
	head := s.state.StaleLine(s.Theme, s.Location, s.W)
	switch {
	case head != "" || len(s.data.Results) == 0:
	case left == "" && s.H < 12: // every line is a test
	case left != "":
		head = ui.Block(s.Theme.Warn.Render, "~ "+left, s.W)
	default:
		head = s.Theme.Dim.Render(ui.Cut(" Read from documents by a machine, not from a laboratory's system", s.W))
	}
	if len(s.data.Results) == 0 {
		return head + "\n" + noTrends(s.Theme, s.data.Coverage, s.W)
	}
	var lines []string
	if head != "" {
		lines = strings.Split(head, "\n")
	}
	lines = append(lines, s.header()...)
	below := s.below()
	room := max(1, s.H-1-len(lines)-len(below))
	lines = append(lines, s.table(room)...)
	return strings.Join(append(lines, below...), "\n")
}

// room is how many lines of the table are in sight, about.
func (s *resultsScreen) room() int { return max(1, s.H-8) }

// header has the days over their columns, in two lines.
func (s *resultsScreen) header() []string {
	from, to := s.days()
	said := "Result"
	if from > 0 || to < len(s.data.Days) {
		said = fmt.Sprintf("Days %d–%d of %d", from+1, to, len(s.data.Days))
	}
	one := "  " + ui.Pad(said, s.nameWidth()+2+s.grid.units)
	two := "  " + ui.Pad("newest right", s.nameWidth()+2+s.grid.units)
	for d := from; d < to; d++ {
		w := s.grid.widths[d]
		day, year := "no day", ""
		if on := s.data.Days[d]; !on.IsZero() {
			day, year = on.Display()[:6], on.Display()[7:]
		}
		if d == s.day {
			day = ">" + day
		}
		one += " " + ui.PadLeft(day, w[0]+1) + ui.Pad("", w[1]+1)
		two += "  " + ui.PadLeft(year, w[0]) + ui.Pad("", w[1]+1)
	}
	if s.behind() > 0 {
		one += " " + ui.PadLeft("Change", s.grid.change) + "  " + ui.Pad("Range", s.grid.span)
		two += " " + ui.PadLeft("of last", s.grid.change) + "  " + ui.Pad("of last", s.grid.span)
	}
	return []string{s.Theme.Dim.Render(ui.Cut(one, s.W)), s.Theme.Dim.Render(ui.Cut(two, s.W))}
}

// table is what of the rows is in sight, each group under its name.
func (s *resultsScreen) table(h int) []string {
	from, to := s.days()
	var lines []string
	at, group := 0, ""
	for i, r := range s.data.Results {
		if r.Group != group {
			group = r.Group
			lines = append(lines, " "+s.Theme.Head.Render(ui.Cut(group, s.W-2)))
		}
		if i == s.row {
			at = len(lines)
		}
		lines = append(lines, s.line(i, from, to))
	}
	if at > 0 && s.row > 0 && s.data.Results[s.row-1].Group != s.data.Results[s.row].Group || s.row == 0 {
		s.top = min(s.top, at-1) // with the name of its group
	}
	s.top = max(min(s.top, at), at-h+1)
	s.top = max(0, min(s.top, len(lines)-h))
	return lines[s.top:min(len(lines), s.top+h)]
}

func (s *resultsScreen) line(i, from, to int) string {
	r := s.data.Results[i]
	chosen := i == s.row
	text := "  "
	if chosen {
		text = "> "
	}
	text += ui.Pad(r.Name, s.nameWidth()) + "  " + ui.Pad(r.Unit, s.grid.units)
	for d := from; d < to; d++ {
		w, c := s.grid.widths[d], s.grid.cells[i][d]
		if chosen && d == s.day {
			text += " " + ui.PadLeft("["+c.figure, w[0]+1) + ui.Pad(c.flag+"]", w[1]+1)
		} else {
			text += "  " + ui.PadLeft(c.figure, w[0]) + ui.Pad(c.flag, w[1]+1)
		}
	}
	if s.behind() > 0 {
		text += " " + ui.PadLeft(present.ChangeShort(r), s.grid.change) + "  " + ui.Pad(spanOfLast(r), s.grid.span)
	}
	text = ui.Cut(text, s.W)
	switch last := r.Last(); {
	case chosen:
		return s.Theme.Selected.Render(ui.Pad(text, s.W))
	case last != nil && (last.Interpret == "HH" || last.Interpret == "LL"):
		return s.Theme.Bad.Render(text)
	}
	return text
}

// below tells of the chosen value in words, and what the signs mean.
func (s *resultsScreen) below() []string {
	r := s.data.Results[s.row]
	v, others, here := s.told()
	said := present.ResultOf(r, v).Sentence()
	if !here {
		said = "none of " + present.DayKnown(s.data.Days[s.day]) + "; the last is " + said
	}
	for _, o := range others {
		said += "; also " + present.ResultOf(r, o).Sentence()
	}
	change := present.Change(r)
	if r.Change != nil {
		change = "Last " + change
	} else {
		change = "Last value: " + change
	}
	if lab := v.Lab; lab != "" {
		change += " · from " + lab
	}
	most := 2
	if s.H > 18 {
		most = 4
	}
	lines := ui.Wrap(r.Name+" "+said, max(10, s.W-2))
	if len(lines) > most {
		lines = append(lines[:most-1], ui.Cut(lines[most-1]+" …", s.W-2))
	}
	out := make([]string, 0, most+2)
	for _, l := range lines {
		out = append(out, " "+s.Theme.Strong.Render(l))
	}
	out = append(out, " "+ui.Cut(change, s.W-2))
	if s.H > 16 {
		same := map[bool]string{true: "=", false: "≈"}[s.Theme.Mono()]
		out = append(out, " "+s.Theme.Dim.Render(ui.Cut(signOf(s.Theme, true, false)+" verified  "+signOf(s.Theme, false, false)+
			" unverified  ~ in doubt  "+same+" converted  + more that day", s.W-2)))
	}
	return out
}
