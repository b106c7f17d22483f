package day

import (
	"slices"
	"strconv"
	"strings"

	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// wide reports whether what is to do stands beside the appointments.
func (s *dashboardScreen) wide() bool { return s.W >= page.TwoPanes }

// listWidth is how much room appointments have.
func (s *dashboardScreen) listWidth() int {
	if s.wide() {
		return s.W * 3 / 5
	}
	return s.W
}

// paneWidth is how much room the rows have that are being laid out.
func (s *dashboardScreen) paneWidth() int {
	if s.beside {
		return s.W - s.listWidth() - 1
	}
	return s.listWidth()
}

func (s *dashboardScreen) View() string {
	if cover, ok := s.state.Cover(s.Theme, "your day", s.W); ok {
		return cover
	}
	head := []string{s.summary(), s.numberLine()}
	if stale := s.state.StaleLine(s.Theme, s.Location, s.W); stale != "" {
		head = append(head, stale)
	} else if s.headLines() > len(head) {
		head = append(head, "")
	}
	room := max(1, s.H-len(head))
	top := strings.Join(head, "\n") + "\n"
	border := len(s.lines)
	if s.wide() {
		border = slices.IndexFunc(s.lines, func(l dayLine) bool { return l.side })
	}
	left := s.pane(0, border, &s.top, room, s.listWidth())
	if !s.wide() {
		return top + left
	}
	w := s.listWidth()
	right := s.pane(border, len(s.lines), &s.sideTop, room, s.W-w-1)
	return top + ui.Beside(ui.Fit(left, w, room), w, s.Theme.Dim.Render("│"), ui.Fit(right, s.W-w-1, room))
}

// pane draws the lines from one to before another, scrolled so that the chosen row is in
// sight if it is one of them.
func (s *dashboardScreen) pane(from, to int, top *int, room, w int) string {
	*top = max(from, min(*top, to-room))
	if len(s.rows) > 0 {
		if at := s.rows[s.cursor]; at >= from && at < to {
			*top = max(min(*top, at), at-room+1)
			if s.cursor == 0 || at == from+1 { // with its heading
				*top = from
			}
		}
	}
	digit := 0
	for _, r := range s.rows {
		if r < *top {
			digit++
		}
	}
	var out []string
	for i := *top; i < min(to, *top+room); i++ {
		if s.lines[i].open != nil {
			digit++
		}
		out = append(out, s.line(i, digit, w))
	}
	return strings.Join(out, "\n")
}

func (s *dashboardScreen) summary() string {
	left := " " + s.Theme.Head.Render(present.Weekday(s.Today(), s.Location))
	if s.W >= page.Narrow {
		left += "  " + page.Count(s.data.TotalPatients, "patient")
	}
	return ui.Sides(left, s.Theme.Dim.Render("as at "+present.Clock(s.state.AsAt, s.Location)+" "), s.W)
}

func (s *dashboardScreen) line(i, digit, w int) string {
	l := s.lines[i]
	switch {
	case l.head:
		return " " + s.Theme.Head.Render(l.text)
	case l.open == nil:
		return "      " + s.Theme.Dim.Render(ui.Cut(l.text, w-6))
	}
	number := "  "
	if digit <= 9 {
		number = strconv.Itoa(digit) + " "
	}
	sign := ui.Pad(l.sign, 2)
	if s.rows[s.cursor] == i {
		return s.Theme.Selected.Render(ui.Pad("> "+number+sign+l.text, w))
	}
	if l.sign != "" {
		sign = s.Theme.Bad.Render(sign)
	}
	return "  " + s.Theme.Dim.Render(number) + sign + ui.Cut(l.text, w-6)
}
