package patients

import (
	"strconv"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// patientsScreen finds a patient. The server searches; the list grows by
// pages as one scrolls. It never opens anything by itself.
type patientsScreen struct {
	page.Base
	clinic    Clinic
	filter    ui.Input
	filtering bool
	table     *ui.Table
	rows      []core.PatientSummary
	total     int    // of all patients or hits, as the server counted
	asked     string // the text the rows answer
	next      string // cursor of the next page
	before    string // cursor of the page before the rows, when they are the end of the list
	skipped   int    // how many come before the rows
	jump      jump   // where the list is to go that is not here
	state     ui.State
	warned    int64       // patient whose name alert was seen
	readings  []core.Date // the days that what is typed can mean, when it is not clear
	pick      bool        // somebody is chosen, no chart opened
	question  string      // that choosing somebody answers
}

const (
	pageSize          = 100
	bornWidth         = 18
	manyHits          = 10000 // the server counts hits to here
	slotLast  ui.Slot = "last page"
	slotPrev  ui.Slot = "page before"
	slotTyped ui.Slot = "typed"
)

func New(clinic Clinic, e *page.Env, r page.Patients) page.Screen {
	return newPanel(clinic, e, r, r.Filtering)
}

func newPanel(clinic Clinic, e *page.Env, r page.Route, filtering bool) *patientsScreen {
	s := &patientsScreen{Base: page.NewBase(e, r), clinic: clinic, filtering: filtering}
	s.filter.Hint = "name, birth date or end of MRN"
	s.table = ui.NewTable(
		ui.Column{Title: "", Width: 1, Drop: 1},
		ui.Column{Title: "Name", Width: 24, Flex: true},
		ui.Column{Title: "Born", Width: bornWidth},
		ui.Column{Title: "Gender", Width: 9, Drop: 2},
		ui.Column{Title: "MRN", Width: 12},
		ui.Column{Title: "Assigned", Width: 11, Drop: 3},
	)
	return s
}

// NewPicker lets the user find somebody, beginning with the hits of the query; the
// question that is answered by it stands above them.
func NewPicker(clinic Clinic, e *page.Env, r page.Picker) page.Screen {
	s := newPanel(clinic, e, r, true)
	s.question, s.pick = r.Question, true
	s.filter.Set(r.Query)
	return s
}

func (s *patientsScreen) Typing() bool  { return s.filtering }
func (s *patientsScreen) Init() tea.Cmd { return s.load() }

// Refresh reads the first page again, unless a long list would jump.
func (s *patientsScreen) Refresh() tea.Cmd {
	if (s.table.Cursor() >= pageSize || s.skipped > 0) && s.state.Got && s.state.Err == nil {
		return nil
	}
	return s.load()
}

func (s *patientsScreen) SetSize(w, h int) {
	s.Base.SetSize(w, h)
	s.table.SetSize(s.listWidth(), max(2, h-2-alertRoom)) // head, filter, name alert
}

func (s *patientsScreen) Keys() []ui.Binding {
	open := ui.Binding{Keys: []string{"enter"}, Help: "open", Run: s.open}
	if s.pick {
		open.Help = "choose"
	}
	if s.filtering {
		return []ui.Binding{
			open,
			{Keys: []string{"down"}, Show: "Down/Up", Help: "choose", Run: s.moved(1)},
			{Keys: []string{"up"}, Quiet: true, Run: s.moved(-1)},
			{Keys: []string{"pgdown"}, Quiet: true, Run: s.moved(10)},
			{Keys: []string{"pgup"}, Quiet: true, Run: s.moved(-10)},
			page.RowDigits(),
			{Keys: []string{"tab"}, Help: "to the list", Run: page.Do(func() { s.filtering = false })},
			{Keys: []string{"esc"}, Help: "end the filter", Run: s.clear},
		}
	}
	keys := []ui.Binding{
		open,
		page.RowDigits(),
		{Keys: []string{"/", "ctrl+f"}, Help: "filter", Run: page.Do(func() { s.filtering = true })},
		{Keys: []string{"r"}, Help: "refresh", Run: s.load},
	}
	if s.filter.Value() != "" {
		keys = append(keys, ui.Binding{Keys: []string{"esc"}, Help: "show all", Run: s.clear})
	} else {
		keys = append(keys, ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)})
	}
	return append(keys, ui.MoveKeys(patientRows{s}, s.more)...)
}

func (s *patientsScreen) moved(n int) func() tea.Cmd {
	return func() tea.Cmd {
		s.table.Move(n)
		return s.more()
	}
}

// clear leaves the filter, empty.
func (s *patientsScreen) clear() tea.Cmd {
	s.filtering = false
	if s.filter.Value() == "" {
		return nil
	}
	s.filter.Set("")
	return s.load()
}

func (s *patientsScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if !m.Paste && (!s.filtering || s.named()) {
			if cmd, opened := s.openRow(m.String()); opened {
				return cmd
			}
		}
		if !s.filtering {
			return nil
		}
		before := s.filter.Value()
		s.filter.Update(m)
		if s.filter.Value() != before {
			s.Scope().Drop(page.SlotList) // an answer under way is for other letters
			s.dropPages()
			return ui.After(s.Scope(), slotTyped, s.Pauses.Search)
		}
	case ui.Result[ui.Tick]:
		return s.load()
	case ui.Result[core.PatientPage]:
		return s.answered(m)
	}
	return nil
}

// digit is the key that opens a row, "" where digits are text.
func (s *patientsScreen) digit(row int) string {
	if n := row - s.table.First() + 1; n <= 9 && (!s.filtering || s.named()) {
		return strconv.Itoa(n)
	}
	return ""
}

// named reports whether what is typed can only be a name: a digit behind it picks
// a row. Behind nothing, a digit or a month it begins or goes on with a number.
func (s *patientsScreen) named() bool {
	typed := strings.TrimSpace(s.filter.Value())
	for _, r := range typed {
		if !unicode.IsLetter(r) && !strings.ContainsRune(" -'’,.", r) {
			return false
		}
	}
	return typed != "" && text.MonthNamed(typed[:min(3, len(typed))]) == 0
}

// openRow opens the row of a digit.
func (s *patientsScreen) openRow(key string) (tea.Cmd, bool) {
	n, err := strconv.Atoi(key)
	if row := s.table.First() + n - 1; err == nil && n >= 1 && n <= 9 && row < len(s.rows) && !s.searching() {
		s.table.Select(row)
		return s.open(), true
	}
	return nil, false
}

func (s *patientsScreen) cell(p core.PatientSummary, col int) string {
	switch col {
	case 1:
		return core.DisplayName(p.User.LastName, p.User.FirstName, p.Title)
	case 2:
		born := p.DateOfBirth.Display()
		if !p.DeceasedDate.IsZero() {
			return born + ", died"
		}
		if age := p.DateOfBirth.Age(s.Today()); age != "" {
			if len(born+" ("+age+")") > bornWidth { // a cut "7y 1…" could be 1, 10 or 11 months
				age, _, _ = strings.Cut(age, " ")
			}
			born += " (" + age + ")"
		}
		return born
	case 3:
		return p.Gender.Display()
	case 4:
		return core.DisplayMRN(p.MRN)
	}
	return present.Day(p.Assignment.AssignedAt, s.Location)
}

// searching reports whether the rows do not answer what is typed (yet).
func (s *patientsScreen) searching() bool {
	return s.Scope().Busy(slotTyped) || s.Scope().Busy(page.SlotList) || s.asked != strings.TrimSpace(s.filter.Value())
}

func (s *patientsScreen) open() tea.Cmd {
	i := s.table.Cursor()
	switch {
	case s.searching():
		s.Warn("Still searching: press Enter again when the list is there.")
		return nil
	case i < 0:
		s.Warn("There is nobody to open.")
		return nil
	}
	p := s.rows[i]
	if s.alert(i) != "" && s.warned != p.ID {
		s.warned = p.ID
		s.Alarm("Similar names: compare birth date and MRN, then press Enter again.")
		return nil
	}
	if s.pick {
		s.Answer(p)
		return nil
	}
	s.filtering = false
	s.Push(page.Chart{Patient: ui.BannerOfSummary(p)})
	return nil
}

// alert names another patient with the same or a like name, as the server says:
// it knows the whole panel.
func (s *patientsScreen) alert(i int) string {
	return strings.TrimPrefix(s.rows[i].NameAlert, "also ")
}

func (s *patientsScreen) View() string {
	head := s.head()
	if cover, ok := s.state.Cover(s.Theme, "patients", s.W); ok {
		return head + "\n" + s.second() + "\n" + cover
	}
	if len(s.rows) == 0 {
		if s.asked != "" {
			return head + "\n" + s.second() + "\n" + ui.Empty(s.Theme, "Nobody among your patients matches “"+s.asked+"”.",
				"Try fewer letters, the initials (cb for CUMMINGS, Barrett), a birth date like 08-May-1940, or the last digits of the MRN.", s.W)
		}
		return head + "\n" + s.second() + "\n" + ui.Empty(s.Theme, "You have no patients yet.", "Patients appear here when they are assigned to you.", s.W)
	}
	list := s.table.View(s.Theme)
	if w := s.listWidth(); w < s.W {
		list = ui.Beside(ui.Fit(list, w, max(2, s.H-2-alertRoom)), w, s.Theme.Dim.Render("│"), s.preview(s.W-w-1))
	}
	view := head + "\n" + s.second() + "\n" + list
	if other := s.alert(s.table.Cursor()); other != "" {
		view += "\n" + strings.Join(s.alertLines(other), "\n")
	}
	return view
}

// alertRoom is how many lines a name alert gets: its figures are not cut.
const alertRoom = 2

// alertLines warn of a namesake. A name that leaves no room is cut, never what
// tells the two apart.
func (s *patientsScreen) alertLines(other string) []string {
	const sign = " ! NAME ALERT  also "
	name, facts, _ := strings.Cut(other, "  Born ")
	facts = ui.Whole("Born " + facts)
	lines := ui.Wrap(ui.Cut(name, max(10, 2*s.W-len(sign)-ui.Width(facts)-4))+"  "+facts, max(20, s.W-len(sign)))
	for i := range lines {
		lines[i] = s.Theme.Warn.Render(ui.Cut(map[bool]string{true: sign, false: strings.Repeat(" ", len(sign))}[i == 0]+lines[i], s.W))
	}
	return lines[:min(len(lines), alertRoom)]
}

// head says who is shown: how many, filtered, sorted, as at when.
func (s *patientsScreen) head() string {
	first, last := s.skipped+s.table.First()+1, s.skipped+s.table.Last()+1
	if s.question != "" { // there is no room beside it
		first, last = 0, 0
	}
	n := present.Rows(first, last, s.total, "")
	if s.total >= manyHits && s.asked != "" {
		n += " or more"
	}
	left := " " + s.Theme.Head.Render("My patients")
	if s.question != "" {
		left = " " + s.Theme.Head.Render(ui.Cut(s.question, max(20, s.W-36)))
	}
	switch {
	case !s.state.Got:
	case s.asked != "":
		left += s.Theme.Strong.Render("  "+n+" match") + s.Theme.Dim.Render(", by name")
	default:
		left += "  " + n + s.Theme.Dim.Render(", all, by name")
	}
	right := ""
	if s.state.Got {
		right = s.Theme.Dim.Render("as at " + present.Clock(s.state.AsAt, s.Location) + " ")
	}
	return ui.Sides(left, right, s.W)
}

// second is the filter or a warning.
func (s *patientsScreen) second() string {
	if stale := s.state.StaleLine(s.Theme, s.Location, s.W); stale != "" && !s.filtering {
		return stale
	}
	busy := ""
	if len(s.readings) > 1 && !s.searching() {
		var days []string
		for _, d := range s.readings {
			days = append(days, d.Display())
		}
		busy = s.Theme.Warn.Render("! which day? " + strings.Join(days, " or ") + " ")
	}
	if s.searching() && s.state.Got {
		busy = s.Theme.Dim.Render("searching … ")
	}
	if !s.filtering && s.filter.Value() == "" {
		return ui.Sides(s.Theme.Dim.Render(" Press / to filter"), busy, s.W)
	}
	return ui.Sides(" "+s.Theme.Key.Render("/")+" "+s.filter.View(s.Theme, min(44, s.W-16), s.filtering), busy, s.W)
}
