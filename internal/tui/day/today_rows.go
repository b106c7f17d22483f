package day

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// number is a number of the day; its key opens exactly the rows it counts.
type number struct {
	key, twin   string // a function key, and one for terminals that keep those to themselves
	n           int
	word, short string
	help        string
	loud        bool // something to be done about it
	list        page.Route
}

func (s *dashboardScreen) numbers() []number {
	d := s.data
	return []number{
		{"f2", "alt+t", d.TodayAppointments, "today", "day", "today's appointments", false, page.Appointments{Today: true}},
		{"f3", "alt+c", d.PendingAppointments, "to come", "come", "appointments to come", false, page.Appointments{}},
		{"f4", "alt+o", d.OpenNotifications, "open", "open", "open notifications", false, page.Notifications{}},
		{"f5", "alt+d", d.ActionCount, "to do", "do", "notifications that ask for something", true, page.Notifications{Level: "action"}},
		{"f6", "alt+u", d.UnreadRecords, "unread", "new", "documents you have not reviewed", false, page.Unread{}},
		{"f7", "alt+r", d.RunningJobs, "reading", "run", "documents being read", false, page.Jobs{State: "running"}},
		{"f8", "alt+f", d.FailedJobs, "failed", "bad", "documents that could not be read", true, page.Jobs{State: "failed"}},
	}
}

// numberLine shows the numbers with their keys; where there is no room for each key,
// they are named once, in order, as long as all words fit.
func (s *dashboardScreen) numberLine() string {
	if line := s.numbersInWords(); s.W >= 70 && s.W < 100 && ui.Width(line) <= s.W {
		return line
	}
	var b strings.Builder
	for _, n := range s.numbers() {
		figure := strconv.Itoa(n.n)
		if n.loud && n.n > 0 {
			figure = s.Theme.Bad.Render(figure)
		}
		if s.W < 70 && (n.n == 0 || n.key == "f7") { // no room for all of them
			continue
		}
		word := n.short
		if s.W >= 100 {
			word = n.word + "  "
		}
		b.WriteString(" " + s.Theme.Key.Render(ui.KeyName(n.key)) + " " + figure + s.Theme.Dim.Render(" "+word))
	}
	return ui.Cut(b.String(), s.W)
}

func (s *dashboardScreen) numbersInWords() string {
	all := s.numbers()
	words := make([]string, len(all))
	for i, n := range all {
		figure := strconv.Itoa(n.n)
		if n.loud && n.n > 0 {
			figure = s.Theme.Bad.Render(figure)
		}
		words[i] = figure + " " + n.word
	}
	return " " + s.Theme.Key.Render(ui.KeyName(all[0].key)+"–"+ui.KeyName(all[len(all)-1].key)) + " " + strings.Join(words, s.Theme.Dim.Render(", "))
}

func (s *dashboardScreen) appointment(a core.Appointment) {
	p := seen{banner: page.BannerOfAppointment(a), alert: a.NameAlert, unread: a.UnreadRecords}
	sign := ""
	if n := a.CriticalValues; n != nil && *n > 0 {
		p.critical, sign = *n, "!"
	} else if !present.CriticalKnown(a) && core.DateOf(a.Start.In(s.Location)) == core.DateOf(s.Today()) {
		sign = "?"
	}
	p.left = !present.CriticalKnown(a)
	s.patient(appointmentLine(a, s.Env, s.listWidth(), s.news), p, sign)
}

// notifications puts what asks for action, failed and running readings before the rest.
func (s *dashboardScreen) notifications() {
	todo, rest := s.data.ActionItems, []core.Notification(nil)
	known := map[int64]bool{}
	for _, n := range todo {
		known[n.ID] = true
	}
	for _, n := range s.data.Notifications {
		switch {
		case known[n.ID]:
		case page.Urgency(n) > 0:
			todo = append(todo[:len(todo):len(todo)], n)
		default:
			rest = append(rest, n)
		}
	}
	s.toDo(len(todo))
	for _, n := range todo {
		s.notification(n, "!")
	}
	jobs := s.jobsNotIn(todo)
	if len(jobs) > 0 {
		s.heading(counted("Reading documents", len(jobs), s.data.RunningJobs+s.data.FailedJobs-(len(s.data.Jobs)-len(jobs))))
	}
	for _, j := range jobs {
		s.job(j)
	}
	s.vital = len(s.lines)
	if len(rest) > 0 || len(todo) == 0 {
		s.heading(page.UnreadHeading(s.data.UnreadNotifications))
	}
	if len(rest) == 0 && len(todo) == 0 {
		s.plain("Nothing to tell.")
	}
	for _, n := range rest {
		s.notification(n, "")
	}
}

// toDo heads what asks for action, with the tasks there are.
func (s *dashboardScreen) toDo(n int) {
	if n > 0 || s.data.OpenTasks > 0 {
		s.heading(counted("To do", n, s.data.ActionCount))
	}
	if s.data.OpenTasks > 0 {
		s.choice(present.OpenTasks(s.data), page.Do(func() { s.Push(page.Tasks{}) }), map[bool]string{true: "!"}[s.data.OverdueTasks > 0])
	}
}

// jobsNotIn are the readings to show beside what is to be done: a failure that
// stands there already is not said twice.
func (s *dashboardScreen) jobsNotIn(todo []core.Notification) []core.Job {
	return slices.DeleteFunc(slices.Clone(s.data.Jobs), func(j core.Job) bool {
		return j.Status == core.JobFailed && slices.ContainsFunc(todo, func(n core.Notification) bool {
			return n.Kind == "ocr_failed" && n.RecordID != nil && *n.RecordID == j.RecordID
		})
	})
}

// patient is a row that opens a chart.
func (s *dashboardScreen) patient(text string, p seen, sign string) {
	s.choice(text, s.of(p, page.Chart{Patient: p.banner}), sign)
	s.lines[len(s.lines)-1].who = &p
}

func (s *dashboardScreen) notification(n core.Notification, sign string) {
	s.choice(ui.Pad(s.when(n), 12)+s.about(n.PatientName, noteText(n, s.Location)), func() tea.Cmd { return openNote(s.clinic, &s.Base, n) }, sign)
	s.lines[len(s.lines)-1].note = &n
}

func (s *dashboardScreen) job(j core.Job) {
	sign := ""
	if j.Status == core.JobFailed {
		sign = "!"
	}
	s.choice(ui.Pad(s.moment(j.CreatedAt), 12)+s.about(j.PatientName, page.JobState(j)+"  "+j.FileName), page.Do(func() {
		s.Push(page.Chart{Patient: page.BannerOfJob(j), Record: j.RecordID})
	}), sign)
}

// about puts a patient before what is said. A long name makes room for it, and
// keeps enough to be told.
func (s *dashboardScreen) about(name, text string) string {
	if name == "" {
		return text
	}
	const sign, when, least = 6, 12, 22
	return ui.Cut(name, max(least, s.paneWidth()-sign-when-2-ui.Width(text))) + ": " + text
}

// counted says how many there are when not all of them are shown.
func counted(what string, shown, all int) string {
	if all > shown {
		return fmt.Sprintf("%s (%d of %d)", what, shown, all)
	}
	return fmt.Sprintf("%s (%d)", what, shown)
}

func (s *dashboardScreen) recent() {
	s.heading("Seen lately")
	if len(s.data.RecentPatients) == 0 {
		s.plain("No patients yet: press / to find one.")
	}
	for _, p := range s.data.RecentPatients {
		b := ui.BannerOfSummary(p)
		text := ui.Pad(b.Name, nameWidth(s.paneWidth())) + "  " + b.Born.Display()
		if s.paneWidth() >= page.Narrow {
			text += "  MRN " + core.DisplayMRN(b.MRN)
		}
		s.patient(text+unreadMark(p.UnreadRecords), seen{banner: b, alert: p.NameAlert, unread: p.UnreadRecords, left: p.UnreadRecords > 0}, "")
	}
}

// newsColumns are the columns that the appointments of a day need.
type newsColumns struct {
	name     int // cells of the longest name
	unread   bool
	critical int // cells
}

func newsOf(day []core.Appointment, w int) (c newsColumns) {
	for _, a := range day {
		c.name = max(c.name, ui.Width(a.PatientName))
		c.unread = c.unread || a.UnreadRecords > 0
		c.critical = max(c.critical, ui.Width(criticalMark(a, w)))
	}
	return c
}

// appointmentLine writes an appointment.
func appointmentLine(a core.Appointment, e *page.Env, w int, columns newsColumns) string {
	when := present.Clock(a.Start, e.Location)
	if w < page.Narrow && a.UnreadRecords > 0 { // there is no room for words
		when += fmt.Sprintf("*%d", min(a.UnreadRecords, 9))
	}
	name := nameWidth(w) - 8
	if w >= page.Narrow && columns.name > 0 {
		name = min(name, columns.name)
	}
	line := ui.Pad(when, 8) + ui.Pad(a.PatientName, name) + "  " + a.PatientBorn.Display()
	if w < page.Narrow {
		return line
	}
	news, wide := "", 3
	if w >= 100 {
		wide = 11
	}
	switch {
	case a.UnreadRecords == 0:
	case w >= 100:
		news = fmt.Sprintf("* %d unread", a.UnreadRecords)
	default:
		news = fmt.Sprintf("*%d", min(a.UnreadRecords, 99))
	}
	what := ""
	if columns.unread {
		what += "  " + ui.Pad(news, wide)
	}
	if columns.critical > 0 {
		what += " " + ui.Pad(criticalMark(a, w), columns.critical)
	}
	kind := purpose(a)
	const sign = 6 // the row's number and sign stand before it
	if ui.Width(line+what)+2+ui.Width(kind) > w-sign {
		what = strings.TrimRight(what, " ") // rather than an empty column beside words that are cut
	}
	return line + what + "  " + kind
}

// purpose is what an appointment is for, what became of it, and where it is.
func purpose(a core.Appointment) string {
	kind := page.First(a.Type, a.Reason)
	if a.Status != core.AppointmentBooked && a.Status != "" {
		kind += " (" + string(a.Status) + ")"
	}
	if a.Location != "" {
		kind += ", " + a.Location
	}
	return kind
}

// criticalMark counts HH and LL, in words where there is room.
func criticalMark(a core.Appointment, w int) string {
	if w >= 110 {
		return present.Critical(a)
	}
	return present.CriticalShort(a)
}

// notYet is why nothing can be done before the first answer.
const notYet = "Wait until the day is loaded."

// newsKeys open what is new of the selected patient: exactly the documents and
// the values that the row counts.
func (s *dashboardScreen) newsKeys() []ui.Binding {
	p, noUnread, noCritical := seen{}, "This row is no patient.", "This row is no patient."
	if !s.state.Got {
		noUnread, noCritical = notYet, notYet
	}
	if s.cursor < len(s.rows) {
		if who := s.lines[s.rows[s.cursor]].who; who != nil {
			p, noUnread, noCritical = *who, "", ""
		}
	}
	if noUnread == "" && p.unread == 0 {
		noUnread = "You have reviewed every document of this patient."
	}
	if noCritical == "" && p.critical == 0 && !p.left {
		noCritical = "No unread document of this patient is known to have a value marked HH or LL."
	}
	return []ui.Binding{
		{Name: "unread documents", Keys: []string{"right"}, Help: "unread documents", Quiet: noUnread != "", Off: noUnread,
			Run: s.of(p, page.Chart{Patient: p.banner, Unread: true})},
		{Name: "critical values", Keys: []string{"!"}, Help: "HH/LL values", Quiet: noCritical != "", Off: noCritical,
			Run: s.of(p, page.Critical{Patient: p.banner})},
	}
}
