package chart

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// chartScreen is a chart: details, documents, appointments, results, and who
// looked. Where it was left is kept, so that several charts can be open.
type chartScreen struct {
	page.Base
	clinic  Clinic
	banner  ui.Banner
	data    core.PatientDetail
	records []core.Record // as they are listed: filtered and sorted
	state   ui.State
	table   *ui.Table
	marks   page.Marks
	tab     tab
	other   *ui.Table // of the tabs without documents
	results *resultsScreen
	cover   *overviewScreen
	access  *accessScreen
	filter  ui.Input
	typing  bool       // the filter is being typed
	order   int        // of recordOrders
	aim     string     // record to select
	all     bool       // also documents entered in error, and notes of those moved away
	opens   string     // record to open when the chart is here
	opensAt *page.Spot // where in it; nil its beginning
}

const (
	slotWatch ui.Slot = "watch records"
)

// New opens a chart, and when it is loaded the document of the route.
func New(clinic Clinic, e *page.Env, r page.Chart) page.Screen {
	b := r.Patient
	s := &chartScreen{Base: page.NewBase(e, r), clinic: clinic, banner: b}
	s.filter.Hint = "title, type, source, tag or unread"
	s.table = ui.NewTable(
		ui.Column{Title: "", Width: 2},
		ui.Column{Title: "Title", Width: 19, Flex: true},
		ui.Column{Title: "Type", Width: 13, Most: 20, Drop: 3},
		ui.Column{Title: "Dated", Width: 12},
		ui.Column{Title: "Uploaded", Width: 11, Drop: 4},
		ui.Column{Title: "Size", Width: 8, Right: true, Drop: 5},
		ui.Column{Title: "Text", Width: 11},
	)
	s.results, s.cover, s.tab = newResults(clinic, s.Base, b), newOverview(clinic, s.Base, b), tabRecords
	s.access = newAccess(clinic, s.Base, b, s.recordTitle)
	if was, ok := e.Charts.Of(e.UserID(), b.ID); ok {
		s.tab, s.order, s.aim = tab(was.Tab), was.Order, was.Record
		s.filter.Set(was.Filter)
	}
	switch {
	case r.Record != "":
		s.aim, s.opens, s.opensAt, s.tab = r.Record, r.Record, r.At, tabRecords
		s.filter.Set("")
	case r.Unread:
		s.tab = tabRecords
		s.filter.Set(unreadWord)
	}
	return s
}

// unreadWord in the filter stands for what the user has not reviewed.
const unreadWord = "unread"

func (s *chartScreen) Banner() ui.Banner { return s.banner }
func (s *chartScreen) Typing() bool      { return s.typing }

func (s *chartScreen) Init() tea.Cmd {
	s.note()
	return tea.Batch(s.Refresh(), s.enter(s.tab))
}

// Close keeps where the chart is left.
func (s *chartScreen) Close() {
	s.note()
	s.Base.Close()
}

func (s *chartScreen) note() {
	st := page.ChartState{Banner: s.banner, Tab: int(s.tab), Order: s.order, Filter: s.filter.Value(), Record: s.aim}
	if r, ok := s.Selected(); ok {
		st.Record = r.ID
	}
	s.Env.Charts.Note(s.UserID(), st)
}

func (s *chartScreen) Refresh() tea.Cmd {
	clinic, id, all := s.clinic, s.banner.ID, s.all
	load := ui.Load(s.Scope(), page.SlotPatient, func(ctx context.Context) (core.PatientDetail, error) {
		d, err := clinic.Patient(ctx, id)
		switch {
		case err != nil:
		case all:
			d.MedicalRecords, err = clinic.PatientRecords(ctx, id, true)
		case d.MedicalRecords == nil:
			d.MedicalRecords, err = clinic.PatientRecords(ctx, id, false)
		}
		return d, err
	})
	switch s.tab {
	case tabResults:
		return tea.Batch(load, s.results.Refresh())
	case tabOverview:
		return tea.Batch(load, s.cover.Refresh())
	case tabAccess:
		return tea.Batch(load, s.access.Refresh())
	}
	return load
}

func (s *chartScreen) SetSize(w, h int) {
	s.Base.SetSize(w, h)
	s.table.SetSize(w, max(2, h-len(s.details())-1-len(s.markLines())))
	s.results.Base.SetSize(w, h)
	s.cover.Base.SetSize(w, h)
	s.access.SetSize(w, h-1)
	if s.other != nil {
		s.other.SetSize(w, max(2, h-2))
	}
}

// markLines say what is marked, or what became of it.
func (s *chartScreen) markLines() []string {
	return s.marks.Lines(s.Theme, s.data.MedicalRecords, s.W)
}

// running reports whether a record is being read now.
func running(r core.Record) bool { return r.LastJob != nil && !r.LastJob.Status.Final() }

// Selected is the document that keys act on.
func (s *chartScreen) Selected() (core.Record, bool) {
	if i := s.table.Cursor(); i >= 0 {
		return s.records[i], true
	}
	return core.Record{}, false
}

func (s *chartScreen) analyze() tea.Cmd {
	rec, ok := s.Selected()
	if !ok || s.Scope().Busy(page.SlotSubmit) {
		return nil
	}
	if running(rec) {
		s.Push(page.Reading{Patient: s.banner, Record: rec, Job: rec.LastJob.ID})
		return nil
	}
	return page.Submit(&s.Base, s.clinic, rec)
}

func (s *chartScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.typing {
			s.filter.Update(m)
			s.list()
		}
	case ui.Result[core.PatientDetail]:
		return s.answered(m)
	case ui.Result[core.PatientResults]:
		return s.results.Update(m)
	case ui.Result[core.PatientOverview]:
		s.cover.answered(m)
	case ui.Result[core.AccessPage]:
		s.access.answered(m)
	case ui.Result[page.Submitted]:
		if m.Err != nil {
			s.Bad(core.MessageOf(m.Err))
			return nil
		}
		s.Push(page.Reading{Patient: s.banner, Record: m.Value.Record, Job: m.Value.JobID})
	case ui.Result[page.Asked]:
		s.marks.Answered(m)
		s.SetSize(s.W, s.H)
		return s.Refresh()
	case ui.Result[ui.Tick]:
		if s.Idle() {
			return s.watch()
		}
		return s.Refresh()
	}
	return nil
}

func (s *chartScreen) answered(m ui.Result[core.PatientDetail]) tea.Cmd {
	if m.Err == nil {
		m.Err = s.foreign(m.Value)
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return s.watch()
	}
	s.data = m.Value
	s.banner = ui.BannerOf(m.Value.Patient)
	s.state.Done(s.Now())
	s.list()
	s.note()
	s.fill()
	s.SetSize(s.W, s.H)
	if s.opens != "" {
		s.openAimed()
	}
	return s.watch()
}

// openAimed opens the document the chart was opened for.
func (s *chartScreen) openAimed() {
	id := s.opens
	s.opens = ""
	if !s.choose(id) {
		s.Warn("That document is not in this chart any more.")
		return
	}
	r, _ := s.Selected()
	s.Push(page.Viewer{Patient: s.banner, Record: r, Among: s.records, At: s.opensAt})
}

// choose puts the cursor on a document, if it is listed.
func (s *chartScreen) choose(id string) bool {
	i := slices.IndexFunc(s.records, func(r core.Record) bool { return r.ID == id })
	if i >= 0 {
		s.table.Select(i)
	}
	return i >= 0
}

// CameFrom puts the cursor on the document of the screen that was left. One that
// the chart does not know yet is listed at once: a key pressed before the server
// answers must not act on another one.
func (s *chartScreen) CameFrom(rec core.Record) {
	if rec.ID == "" || rec.PatientID != s.banner.ID || !s.state.Got {
		return
	}
	if !slices.ContainsFunc(s.data.MedicalRecords, func(r core.Record) bool { return r.ID == rec.ID }) {
		s.data.MedicalRecords = append(slices.Clip(s.data.MedicalRecords), rec)
		s.list()
	}
	if !s.choose(rec.ID) && s.filter.Value() != unreadWord { // just uploaded, and the filter is about others
		s.unfilter()
		s.choose(rec.ID)
	}
}

// foreign refuses data of another patient.
func (s *chartScreen) foreign(d core.PatientDetail) error {
	if d.Patient.ID != s.banner.ID {
		return page.WrongPatient()
	}
	for _, r := range d.MedicalRecords {
		if r.PatientID != s.banner.ID {
			return page.WrongPatient()
		}
	}
	if !page.OwnMedicines(d.Medicines, s.banner.ID) {
		return page.WrongPatient()
	}
	return nil
}

// watch looks again soon while a document is being read.
func (s *chartScreen) watch() tea.Cmd {
	for _, r := range s.data.MedicalRecords {
		if running(r) {
			return ui.After(s.Scope(), slotWatch, s.Pauses.Jobs)
		}
	}
	return nil
}

func (s *chartScreen) cell(r core.Record, col int) string {
	switch col {
	case 0:
		return page.RecordSign(r)
	case 1:
		return page.TitleWithin(r, s.table.Width(1))
	case 2:
		return present.Or(r.Type.TypeName)
	case 3:
		if r.DocumentDate.IsZero() {
			return "Not recorded"
		}
		return r.DocumentDate.Display()
	case 4:
		return present.Day(r.UploadedAt, s.Location)
	case 5:
		return present.Size(r.Size)
	}
	return textState(r)
}

// textState says in a word and a sign whether a document's text was read.
func textState(r core.Record) string {
	text := present.TextState(r)
	switch {
	case r.LastJob != nil:
		return page.JobSign(r.LastJob.Status) + " " + text
	case r.CanAnalyze:
		return "- " + text
	}
	return text
}

// rows says which documents are shown, in which order, and which are not.
func (s *chartScreen) rows() string {
	text := present.Rows(s.table.First()+1, s.table.Last()+1, len(s.records), recordOrders[s.order].name)
	if s.all {
		text += ", with those out of use"
	} else {
		text += ", without those out of use (z)"
	}
	return s.Theme.Dim.Render(ui.Cut(" "+text, s.W))
}

func (s *chartScreen) View() string {
	if cover, ok := s.state.Cover(s.Theme, "the patient", s.W); ok {
		return cover
	}
	if s.tab != tabRecords {
		return s.heading() + "\n" + s.tabView()
	}
	top := strings.Join(s.details(), "\n")
	switch {
	case len(s.records) > 0:
		marked := s.markLines()
		return ui.Fit(top+"\n"+s.table.View(s.Theme), s.W, s.H-1-len(marked)) + "\n" + strings.Join(append(marked, s.rows()), "\n")
	case s.known() > 0:
		return top + "\n" + ui.Empty(s.Theme, "No document matches “"+s.filter.Value()+"”.", "Esc shows them all.", s.W)
	}
	return top + "\n" + ui.Empty(s.Theme, map[bool]string{false: "No documents in this chart that are in use.", true: "No documents in this chart."}[s.all],
		map[bool]string{false: "U uploads the first one; z shows those entered in error or moved away.", true: "U uploads the first one."}[s.all], s.W)
}
