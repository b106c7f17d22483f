package day

import (
	"fmt"
	"strconv"
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
