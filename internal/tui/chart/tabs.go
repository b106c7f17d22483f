package chart

import (
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// tab is a part of the chart.
type tab int

const (
	tabOverview tab = iota
	tabRecords
	tabAppointments
	tabMedicines
	tabResults
	tabAccess
	tabCount
)

// recordOrder is a way to sort documents.
type recordOrder struct {
	name string
	less func(a, b core.Record) int
}

func newestUpload(a, b core.Record) int { return b.UploadedAt.Compare(a.UploadedAt) }

// recordOrders are the orders in which "s" goes through.
var recordOrders = []recordOrder{
	{"unread first", func(a, b core.Record) int { return boolFirst(page.IsUnread(a), page.IsUnread(b)) }},
	{"newest upload", newestUpload},
	{"newest document", func(a, b core.Record) int { return b.DocumentDate.Time().Compare(a.DocumentDate.Time()) }},
	{"type", func(a, b core.Record) int { return strings.Compare(a.Type.TypeName, b.Type.TypeName) }},
}

func boolFirst(a, b bool) int {
	switch {
	case a && !b:
		return -1
	case b && !a:
		return 1
	}
	return 0
}

// list filters and sorts the documents and keeps the selected one selected.
func (s *chartScreen) list() {
	kept := s.aim
	if r, ok := s.Selected(); ok {
		kept = r.ID
	}
	q := text.Key(s.filter.Value())
	s.records = s.records[:0:0]
	for _, r := range s.data.MedicalRecords {
		words := append([]string{r.Title, r.Type.TypeName, r.Source, r.Filename}, r.Tags...)
		if q == "" || q == unreadWord && page.IsUnread(r) || q != unreadWord && text.Contains(strings.Join(words, " "), q) {
			s.records = append(s.records, r)
		}
	}
	slices.SortStableFunc(s.records, func(a, b core.Record) int {
		if n := recordOrders[s.order].less(a, b); n != 0 {
			return n
		}
		return newestUpload(a, b)
	})
	s.table.SetRows(len(s.records), func(r, c int) string { return s.cell(s.records[r], c) })
	s.table.Marked(func(r int) bool { return s.marks.Has(s.records[r]) })
	s.table.Mute(func(r int) bool { return s.records[r].Status != "" && s.records[r].Status != core.RecordCurrent })
	s.choose(kept)
}

// known is how many documents there are, whatever the filter.
func (s *chartScreen) known() int { return len(s.data.MedicalRecords) }

// enter goes to a part of the chart and loads what it needs.
func (s *chartScreen) enter(t tab) tea.Cmd {
	s.tab, s.typing = t, false
	s.other = nil
	switch t {
	case tabMedicines:
		s.other = s.medicineTable()
	case tabAppointments:
		s.other = ui.NewTable(ui.Column{Title: "When", Width: 22}, ui.Column{Title: "What", Width: 16, Flex: true},
			ui.Column{Title: "Where", Width: 14, Drop: 1}, ui.Column{Title: "Status", Width: 10})
	}
	s.fill()
	s.SetSize(s.W, s.H)
	switch {
	case t == tabResults && !s.results.state.Got:
		return s.results.Refresh()
	case t == tabOverview:
		return s.cover.Refresh()
	case t == tabAccess:
		return s.access.Refresh()
	}
	return nil
}

// fill puts the data into the table of the tab.
func (s *chartScreen) fill() {
	switch s.tab {
	case tabMedicines:
		s.fillMedicines()
		return
	case tabAppointments:
	default:
		return
	}
	list := s.appointments()
	s.other.SetRows(len(list), func(r, c int) string { return s.appointmentCell(list[r], c) })
	s.other.Mute(func(r int) bool { return list[r].End.Before(s.Now()) })
}

func (s *chartScreen) recordTitle(id string) string {
	for _, r := range s.data.MedicalRecords {
		if r.ID == id {
			return r.Title
		}
	}
	return ""
}

// appointments of the patient, the next ones first, then the past ones.
func (s *chartScreen) appointments() []core.Appointment {
	var list []core.Appointment
	for _, a := range s.data.Appointments {
		if a.PatientID == s.banner.ID {
			list = append(list, a)
		}
	}
	now := s.Now()
	slices.SortStableFunc(list, func(a, b core.Appointment) int {
		if n := boolFirst(a.End.After(now), b.End.After(now)); n != 0 {
			return n
		}
		if a.End.After(now) {
			return a.Start.Compare(b.Start)
		}
		return b.Start.Compare(a.Start)
	})
	return list
}

func (s *chartScreen) appointmentCell(a core.Appointment, col int) string {
	switch col {
	case 0:
		return present.Weekday(a.Start, s.Location) + " " + present.Clock(a.Start, s.Location)
	case 1:
		return present.Or(page.First(a.Type, a.Reason))
	case 2:
		return present.Or(a.Location)
	}
	return string(a.Status)
}

// tabs names the parts of the chart, the one that is open in brackets.
func (s *chartScreen) tabs() string {
	unread := 0
	for _, r := range s.data.MedicalRecords {
		if page.IsUnread(r) {
			unread++
		}
	}
	documents := fmt.Sprintf("Documents %d", s.known())
	if unread > 0 {
		documents += fmt.Sprintf(", %d unread", unread)
	}
	var names [tabCount]string
	for _, names = range [][tabCount]string{
		{"Overview", documents, fmt.Sprintf("Appointments %d", len(s.appointments())), s.medicinesTab(), "Results", "Who looked"},
		{"Overview", documents, "Appts", "Meds", "Results", "Who"},
		{"Overview", documents, "Appt", "Med", "Res", "Who"},
		{"All", documents, "Appt", "Med", "Res", "Who"},
	} {
		if ui.Width(strings.Join(names[:], ""))+3*len(names)+len(" as at 08:05 ") <= s.W {
			break
		}
	}
	var b strings.Builder
	for t, name := range names {
		if tab(t) == s.tab {
			b.WriteString(" " + s.Theme.Head.Render("["+name+"]"))
		} else {
			b.WriteString(" " + s.Theme.Dim.Render(" "+name+" "))
		}
	}
	return b.String()
}

// medicinesTab names the part with medicines. None verified is no number of medicines.
func (s *chartScreen) medicinesTab() string {
	if n := len(s.data.Prescriptions); n > 0 {
		return fmt.Sprintf("Medicines %d", n)
	}
	return "Medicines"
}

// tabView draws the tabs without documents.
func (s *chartScreen) tabView() string {
	switch {
	case s.tab == tabResults:
		return s.results.View()
	case s.tab == tabOverview:
		return s.cover.View()
	case s.tab == tabAccess:
		return s.access.View()
	case s.tab == tabMedicines:
		return s.medicinesView()
	case s.other.Len() > 0:
		return s.other.View(s.Theme)
	}
	return ui.Empty(s.Theme, "No appointments of this patient in the last month or to come.", "", s.W)
}

func (s *chartScreen) Keys() []ui.Binding {
	if s.typing {
		return []ui.Binding{
			{Keys: []string{"enter", "down", "tab"}, Show: "Enter", Help: "to the list", Run: page.Do(func() { s.typing = false })},
			{Keys: []string{"esc"}, Help: "show all", Run: page.Do(s.unfilter)},
		}
	}
	next := []ui.Binding{
		{Keys: []string{"tab"}, Help: "next part", Quiet: s.tab == tabRecords, Run: func() tea.Cmd { return s.enter((s.tab + 1) % tabCount) }},
		{Keys: []string{"shift+tab"}, Quiet: true, Help: "part before", Run: func() tea.Cmd { return s.enter((s.tab + tabCount - 1) % tabCount) }},
		{Keys: []string{"y"}, Help: "overview", Quiet: s.tab == tabOverview, Run: func() tea.Cmd { return s.enter(tabOverview) }},
		{Keys: []string{"f"}, Help: "search text", Run: page.Do(func() { s.Push(page.Search{Patient: s.banner, Records: s.data.MedicalRecords}) })},
		{Keys: []string{"`"}, Help: "other open chart", Quiet: true, Run: page.Do(func() { s.note(); s.Push(page.Charts{}) })},
		{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
	}
	back := ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)}
	if s.tab == tabRecords && s.filter.Value() != "" {
		back = ui.Binding{Keys: []string{"esc"}, Help: "show all", Run: page.Do(s.unfilter)}
	}
	if s.tab != tabResults { // there it goes one further
		next = append(next, ui.Binding{Keys: []string{"t"}, Help: "results", Run: func() tea.Cmd { return s.enter(tabResults) }})
	}
	var own []ui.Binding
	var move ui.Mover = s.table
	var more func() tea.Cmd
	switch s.tab {
	case tabRecords:
		own = s.recordKeys()
	case tabResults:
		own, move = s.results.keys(s.banner, s.data.MedicalRecords), s.results
	case tabOverview:
		own, move = []ui.Binding{s.cover.openKey(s.banner, s.data.MedicalRecords)}, s.cover
	case tabAccess:
		own, move, more = s.access.keys(), s.access.list(), s.access.more
	case tabMedicines:
		own, move = []ui.Binding{s.medicineKey()}, s.other
	default:
		move = s.other
	}
	return append(append(append(own, next...), back), ui.MoveKeys(move, more)...)
}

func (s *chartScreen) unfilter() {
	s.typing = false
	s.filter.Set("")
	s.list()
}

// recordKeys are what can be done with the selected document.
func (s *chartScreen) recordKeys() []ui.Binding {
	rec, has := s.Selected()
	no := ""
	if !s.state.Got {
		no = "Wait until the patient is loaded."
	} else if !has {
		no = "There is no document to do this with."
	} else if rec.Status == core.RecordMoved {
		no = "Only a note is left here: the document was moved to another chart."
	}
	analyze := ui.Binding{Name: "analyse", Keys: []string{"A"}, Help: "analyse", Act: true, Off: page.First(no, s.AnalyzeOff()), Run: s.analyze}
	if has && no == "" {
		analyze.Off = page.First(page.Unreadable(rec), analyze.Off)
	}
	if running(rec) {
		analyze = ui.Binding{Name: "analyse", Keys: []string{"A"}, Help: "watch reading", Run: s.analyze}
	}
	if many, marked := s.marks.Analyse(&s.Base, s.clinic, s.data.MedicalRecords); marked {
		analyze = many
	}
	upload := ui.Binding{Keys: []string{"U"}, Help: "upload", Off: s.ChangeOff(), Run: page.Do(func() { s.Push(page.Upload{Patient: s.banner}) })}
	if !s.state.Got {
		upload.Off = page.First(upload.Off, "Wait until the patient is loaded.")
	}
	keys := []ui.Binding{
		{Keys: []string{"enter"}, Help: "read", Off: no, Run: page.Do(func() { s.Push(page.Viewer{Patient: s.banner, Record: rec, Among: s.records}) })},
		upload, analyze,
		{Keys: []string{"v"}, Help: "values", Off: page.First(no, page.OutOfWork(rec)), Run: page.Do(func() { s.Push(page.Values{Patient: s.banner, Record: rec}) })},
		{Keys: []string{"/", "ctrl+f"}, Help: "filter", Quiet: true, Run: page.Do(func() { s.typing = true })},
		{Name: "sort", Keys: []string{"s"}, Help: "sort: " + recordOrders[(s.order+1)%len(recordOrders)].name, Quiet: true, Run: page.Do(func() {
			s.order = (s.order + 1) % len(recordOrders)
			s.list()
		})},
		{Keys: []string{"w"}, Help: "download", Quiet: true, Off: no, Run: page.Do(func() { s.Push(page.Download{Patient: s.banner, Record: rec}) })},
		{Keys: []string{"c"}, Help: "whose is it", Quiet: rec.PatientCheck != core.CheckPatient, Off: page.First(no, page.OutOfWork(rec)), Run: page.Do(func() { s.Push(page.Check{Patient: s.banner, Record: rec}) })},
		{Keys: []string{"E"}, Help: "details, edit", Quiet: true, Off: no, Run: page.Do(func() { s.Push(page.Details{Patient: s.banner, Record: rec}) })},
		{Name: "hidden rows", Keys: []string{"z"}, Help: map[bool]string{false: "show hidden ones too", true: "hide them"}[s.all], Quiet: true, Run: func() tea.Cmd { s.all = !s.all; return s.Refresh() }},
		{Keys: []string{"D"}, Help: "delete", Quiet: true, Off: page.First(no, s.ChangeRecordOff(rec)), Run: page.Do(func() { s.Push(page.Delete{Patient: s.banner, Record: rec}) })},
	}
	keys = append(keys, s.marks.Keys(s.records, rec, no, func(down int) { s.table.Move(down); s.SetSize(s.W, s.H) })...)
	return append(keys, s.LifeKeys(page.Life{Banner: s.banner, Record: rec, No: no})...)
}
