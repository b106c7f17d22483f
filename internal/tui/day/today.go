package day

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// dashboardScreen is the day: appointments, patients seen lately, what needs
// attention. It shows more than one patient, so it has no banner.
type dashboardScreen struct {
	page.Base
	clinic  Clinic
	data    core.Dashboard
	state   ui.State
	lines   []dayLine
	rows    []int // indices of lines that can be chosen
	cursor  int   // of rows
	top     int   // of lines
	sideTop int   // of the lines of the second pane
	beside  bool  // what is laid out goes to the second pane
	warned  int64 // patient whose name alert was seen
	news    newsColumns
	vital   int // lines of what the day must show at once
}

// dayLine is a line of the day; one with a patient can be chosen.
type dayLine struct {
	text string
	head bool
	open func() tea.Cmd     // not nil: it can be chosen
	note *core.Notification // what the line is about, if it is one
	who  *seen              // the patient it is about and what is new of them, if it is one
	sign string             // "!" for what asks for action
	side bool               // it stands in the second pane, where there is one
}

// seen is a patient on the day's list.
type seen struct {
	banner   ui.Banner
	alert    string // another patient with a like name
	unread   int
	critical int
	left     bool // not all its unread documents were searched for critical values, or nobody counted
}

const (
	slotDay     ui.Slot = "day"
	slotDayTick ui.Slot = "day tick"
)

func New(clinic Clinic, e *page.Env, r page.Today) page.Screen {
	return &dashboardScreen{Base: page.NewBase(e, r), clinic: clinic}
}

func (s *dashboardScreen) Init() tea.Cmd { return s.Refresh() }

func (s *dashboardScreen) Refresh() tea.Cmd {
	return tea.Batch(ui.Load(s.Scope(), slotDay, s.clinic.Dashboard), ui.After(s.Scope(), slotDayTick, s.Pauses.Dashboard))
}

func (s *dashboardScreen) Keys() []ui.Binding {
	note, has := s.selectedNote()
	keys := []ui.Binding{
		{Keys: []string{"enter"}, Help: "open", Run: s.open},
		page.RowDigits(),
		{Keys: []string{"/", "ctrl+f"}, Help: "find patient", Run: page.Do(func() { s.Push(page.Patients{Filtering: true}) })},
		{Keys: []string{"f", "F"}, Show: "F", Help: "search text", Run: page.Do(func() { s.Push(page.Search{}) })},
		{Keys: []string{"`"}, Help: "open charts", Quiet: true, Run: page.Do(func() { s.Push(page.Charts{}) })},
		{Keys: []string{"p"}, Help: "patients", Run: page.Do(func() { s.Push(page.Patients{}) })},
		{Keys: []string{"m"}, Help: "my profile", Run: page.Do(func() { s.Push(page.Profile{}) })},
		{Name: "tasks", Keys: []string{"@", "f9"}, Show: "@", Help: "tasks", Quiet: true, Run: page.Do(func() { s.Push(page.Tasks{}) })},
		{Keys: []string{"r"}, Help: "refresh", Run: s.Refresh},
		{Keys: []string{"Q"}, Help: "quit", Act: true, Run: page.Do(s.Quit)},
	}
	if has {
		keys = append([]ui.Binding{keys[0]}, append(noteKeys(s.clinic, &s.Base, note, has), keys[1:]...)...)
	}
	keys = append(keys, s.newsKeys()...)
	for _, n := range s.numbers() {
		keys = append(keys, ui.Binding{Keys: []string{n.key, n.twin}, Help: n.help, Quiet: true, Run: page.Do(func() { s.Push(n.list) })})
	}
	return append(keys, ui.MoveKeys(s, nil)...)
}

func (s *dashboardScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if n, err := strconv.Atoi(m.String()); err == nil && n >= 1 && n <= len(s.rows) && !m.Paste {
			s.cursor = n - 1
			return s.open()
		}
	case ui.Result[ui.Tick]:
		if s.Idle() {
			return ui.After(s.Scope(), slotDayTick, s.Pauses.Dashboard)
		}
		return s.Refresh()
	case ui.Result[changedNote]:
		return noteAnswer(&s.Base, m, s.Refresh)
	case ui.Result[core.Dashboard]:
		if m.Err != nil {
			s.state.Fail(m.Err)
			return nil
		}
		s.data = m.Value
		at := m.Value.AsAt
		if at.IsZero() {
			at = s.Now()
		}
		s.state.Done(at)
		s.build()
	}
	return nil
}

func (s *dashboardScreen) open() tea.Cmd {
	if s.cursor < len(s.rows) {
		return s.lines[s.rows[s.cursor]].open()
	}
	return nil
}

// of opens a screen about a patient from a row; at the second key when
// somebody of the panel has the same or a like name.
func (s *dashboardScreen) of(p seen, where page.Route) func() tea.Cmd {
	return page.Do(func() {
		if p.alert != "" && s.warned != p.banner.ID {
			s.warned = p.banner.ID
			s.Alarm(page.NameAlert(p.alert))
			return
		}
		s.warned = 0
		s.Push(where)
	})
}

func (s *dashboardScreen) selectedNote() (core.Notification, bool) {
	if s.cursor < len(s.rows) {
		if n := s.lines[s.rows[s.cursor]].note; n != nil {
			return *n, true
		}
	}
	return core.Notification{}, false
}

// build lays the day out in lines.
func (s *dashboardScreen) build() {
	s.lines, s.rows = s.lines[:0], s.rows[:0]
	day := core.DateOf(s.Today())
	var today, later []core.Appointment
	for _, a := range s.data.UpcomingAppointments {
		if core.DateOf(a.Start.In(s.Location)) == day {
			today = append(today, a)
		} else {
			later = append(later, a)
		}
	}
	s.news = newsOf(s.data.UpcomingAppointments, s.listWidth())
	s.beside = false
	what := "Appointments today"
	if all := s.data.TodayAppointments; all > len(today) {
		what = counted(what, len(today), all)
	}
	s.heading(what + s.legend(today))
	if no := present.NoProfile(s.data); no != "" {
		s.plain(no)
	} else if s.data.TodayAppointments == 0 && len(today) == 0 {
		s.plain("No appointments today.")
	}
	for _, a := range today {
		s.appointment(a)
	}
	if !s.wide() {
		s.notifications()
		s.recent()
	}
	if len(later) > 0 {
		s.heading("Coming days")
	}
	for _, a := range later {
		if d := core.DateOf(a.Start.In(s.Location)); d != day {
			day = d
			s.plain(present.Weekday(a.Start, s.Location))
		}
		s.appointment(a)
	}
	if s.wide() {
		s.beside = true
		s.notifications()
		s.recent()
	}
	s.cursor = max(0, min(s.cursor, len(s.rows)-1))
	s.tighten()
}

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

// tighten takes the empty lines out when appointments and things to do would
// not fit the screen else.
func (s *dashboardScreen) tighten() {
	if s.wide() || s.vital+s.headLines() <= s.H {
		return
	}
	var lines []dayLine
	s.rows = s.rows[:0]
	for _, l := range s.lines {
		if l.text == "" {
			continue
		}
		if l.open != nil {
			s.rows = append(s.rows, len(lines))
		}
		lines = append(lines, l)
	}
	s.lines = lines
}

// headLines are above the rows: the day, its numbers and, where there is room, a gap.
func (s *dashboardScreen) headLines() int {
	if s.H >= 14 {
		return 3
	}
	return 2
}

// legend explains the marks of the appointments, when there are any.
func (s *dashboardScreen) legend(today []core.Appointment) string {
	unread, left := false, false
	for _, a := range today {
		unread, left = unread || a.UnreadRecords > 0, left || !present.CriticalKnown(a)
	}
	text := ""
	switch {
	case !unread || s.W >= 110:
		return ""
	case s.W < page.Narrow:
		text = "* unread, ! HH/LL"
	default:
		text = "* unread documents, HH/LL critical in them"
	}
	if left {
		text += ", ? not searched"
	}
	return " (" + text + ")"
}

// unreadMark says in words how many documents of a patient are unread.
func unreadMark(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("  * %d unread", n)
}

// nameWidth is how much room times and names get, so that birth dates stand
// in one column.
func nameWidth(w int) int {
	if w < page.Narrow {
		return max(20, w-21) // up to the birth date
	}
	return max(36, min(46, w-72)) // beside it: birth date, what is new, what for
}

// SetSize lays the day out anew.
func (s *dashboardScreen) SetSize(w, h int) {
	changed := w != s.W || h != s.H
	s.Base.SetSize(w, h)
	if changed && s.state.Got {
		s.build()
	}
}

// when writes a time of today, or a day.
func (s *dashboardScreen) when(n core.Notification) string { return s.moment(n.CreatedAt) }

func (s *dashboardScreen) moment(t time.Time) string {
	if core.DateOf(t.In(s.Location)) == core.DateOf(s.Today()) {
		return present.Clock(t, s.Location)
	}
	return present.Day(t, s.Location)
}

func (s *dashboardScreen) heading(text string) {
	if n := len(s.lines); n > 0 && s.lines[n-1].side == s.beside {
		s.lines = append(s.lines, dayLine{side: s.beside})
	}
	s.lines = append(s.lines, dayLine{text: text, head: true, side: s.beside})
}

func (s *dashboardScreen) plain(text string) {
	s.lines = append(s.lines, dayLine{text: text, side: s.beside})
}

func (s *dashboardScreen) choice(text string, open func() tea.Cmd, sign string) {
	s.rows = append(s.rows, len(s.lines))
	s.lines = append(s.lines, dayLine{text: text, open: open, sign: sign, side: s.beside})
}

// Move, Page and End make it a ui.Mover over the rows that can be chosen.
func (s *dashboardScreen) Move(n int) { s.cursor = max(0, min(s.cursor+n, len(s.rows)-1)) }
func (s *dashboardScreen) Page(n int) { s.Move(n * max(1, s.H/2)) }
func (s *dashboardScreen) End(last bool) {
	s.Move(map[bool]int{true: 1, false: -1}[last] * len(s.rows))
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
