package tui

import (
	"context"
	"fmt"
	"image"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// splitScreen plans how a bundle is taken apart: where a document begins, and
// whose it is. It begins with what the pages themselves say.
type splitScreen struct {
	base
	banner ui.Banner
	record core.Record
	left   int // screens to leave when it is done
	plan   []planned
	was    string // the plan as it was suggested
	state  ui.State
	table  *ui.Table
	pic    picture
	title  *ui.Form // not nil: the title of a part is being typed
}

// planned is a page of the bundle. Patient and title count where it begins a part.
type planned struct {
	says    core.CheckedPage
	begins  bool
	patient core.PatientSummary // ID 0: nobody chosen yet
	title   string
}

// part is a run of pages that becomes a document.
type part struct {
	from, to int // pages, from 1
	planned
}

const slotSplit ui.Slot = "split"

// bundle is what is known of the pages of a bundle, and the patients they name.
type bundle struct {
	Pages    int
	Check    core.DocumentCheck
	Patients map[int64]core.PatientSummary
}

func newSplit(e *env, b ui.Banner, rec core.Record, left int) *splitScreen {
	s := &splitScreen{base: newBase(e), banner: b, record: rec, left: left}
	s.table = ui.NewTable(ui.Column{Title: "Part", Width: 4}, ui.Column{Title: "Page", Width: 4, Right: true},
		ui.Column{Title: "The page says", Width: 16, Flex: true}, ui.Column{Title: "Goes to", Width: 20, Flex: true})
	s.pic = newPicture(&s.base, rec.ID, 1)
	return s
}

func (s *splitScreen) Title() string     { return "Split" }
func (s *splitScreen) Banner() ui.Banner { return s.banner }
func (s *splitScreen) Typing() bool      { return s.title != nil }
func (s *splitScreen) Init() tea.Cmd     { return s.Refresh() }

func (s *splitScreen) Close() {
	s.base.Close()
	s.pic.close()
}

func (s *splitScreen) Leaving() string {
	if s.state.Got && s.was != fmt.Sprint(s.parts()) {
		return "“" + ui.Or(s.record.Title) + "” of " + s.banner.Name + " is not split yet. Leave without splitting it?"
	}
	return ""
}

// Refresh loads the pages once: a plan is not thrown away by itself.
func (s *splitScreen) Refresh() tea.Cmd {
	if s.state.Got {
		s.pic.err = nil
		return s.follow()
	}
	backend, id, here := s.backend, s.record.ID, s.banner.ID
	return ui.Load(s.scope, slotSplit, func(ctx context.Context) (bundle, error) { return loadBundle(ctx, backend, id, here) })
}

// loadBundle asks what the newest reading of a document found on its pages.
func loadBundle(ctx context.Context, b Backend, id string, here int64) (bundle, error) {
	out := bundle{Patients: map[int64]core.PatientSummary{}}
	jobs, err := b.Jobs(ctx, id)
	if err != nil {
		return out, err
	}
	for _, j := range jobs {
		if j.Status == core.JobCompleted && out.Pages == 0 {
			out.Pages = j.Pages
		}
	}
	if out.Pages == 0 {
		return out, core.Errorf(core.CodeConflict, "The pages of this document are not known before it was read: Esc, then A reads it.")
	}
	if out.Check, err = b.PatientCheck(ctx, id); err != nil {
		return out, err
	}
	for _, p := range out.Check.Pages {
		if _, known := out.Patients[p.OtherPatientID]; known || p.OtherPatientID == 0 || p.OtherPatientID == here {
			continue
		}
		d, err := b.Patient(ctx, p.OtherPatientID)
		if core.CodeOf(err) == core.CodeUnavailable {
			return out, err
		}
		if err == nil { // without it somebody is chosen by hand
			out.Patients[p.OtherPatientID] = core.PatientSummary{ID: d.Patient.ID, MRN: d.Patient.MRN, Title: d.Patient.Title, Gender: d.Patient.Gender,
				DateOfBirth: d.Patient.DateOfBirth, DeceasedDate: d.Patient.DeceasedDate,
				User: core.UserSummary{FirstName: d.Patient.User.FirstName, LastName: d.Patient.User.LastName}}
		}
	}
	return out, nil
}

// suggest makes a plan of what the pages say: a part begins where another
// person is named. Pages that name nobody belong to the part before.
func (s *splitScreen) suggest(b bundle) {
	s.plan = make([]planned, b.Pages)
	for _, p := range b.Check.Pages {
		if p.Page >= 1 && p.Page <= b.Pages {
			s.plan[p.Page-1].says = p
		}
	}
	whose := func(p core.CheckedPage) string {
		switch {
		case p.Verdict == core.CheckPatient && p.OtherPatientID != 0:
			return fmt.Sprint(p.OtherPatientID)
		case p.Verdict == core.CheckPatient:
			return ui.Fold(p.Name)
		case p.Verdict == core.CheckMatch || p.Verdict == core.CheckResolved:
			return "here"
		}
		return ""
	}
	now := ""
	for i := range s.plan {
		p := &s.plan[i]
		says := whose(p.says)
		if i == 0 || says != "" && now != "" && says != now {
			p.begins = true
			p.patient.ID = s.banner.ID
			if p.says.Verdict == core.CheckPatient {
				p.patient = b.Patients[p.says.OtherPatientID]
			}
		}
		now = first(says, now)
	}
	s.was = fmt.Sprint(s.parts())
}

// parts are the documents that the plan makes.
func (s *splitScreen) parts() []part {
	var out []part
	for i, p := range s.plan {
		if p.begins {
			out = append(out, part{from: i + 1, planned: p})
		}
		out[len(out)-1].to = i + 1
	}
	return out
}

// of gives the index of the part that holds the row.
func (s *splitScreen) of(row int) int {
	n := -1
	for i := 0; i <= row && i < len(s.plan); i++ {
		if s.plan[i].begins {
			n++
		}
	}
	return n
}

// head is the first page of the part under the cursor.
func (s *splitScreen) head() *planned {
	for i := s.table.Cursor(); i >= 0; i-- {
		if s.plan[i].begins {
			return &s.plan[i]
		}
	}
	return nil
}

// goesTo names the patient of a part, or identifies them.
func (s *splitScreen) goesTo(p planned, whole bool) string {
	switch p.patient.ID {
	case 0:
		return "! nobody chosen (Enter)"
	case s.banner.ID:
		return "stays here"
	}
	b := ui.BannerOfSummary(p.patient)
	if whole {
		return identified(b)
	}
	return b.Name
}

// about says of the part under the cursor what its row has no room for.
func (s *splitScreen) about() string {
	i := s.of(s.table.Cursor())
	if i < 0 {
		return ""
	}
	p := s.parts()[i]
	text := fmt.Sprintf("Part %d, %s: %s", i+1, p.pages(), s.goesTo(p.planned, true))
	if p.title != "" {
		text += ", “" + p.title + "”"
	}
	return text
}

func (p part) pages() string {
	if p.to > p.from {
		return fmt.Sprintf("pages %d-%d", p.from, p.to)
	}
	return fmt.Sprintf("page %d", p.from)
}

func (s *splitScreen) cell(row, col int) string {
	p := s.plan[row]
	switch {
	case col == 0 && p.begins:
		return fmt.Sprint(s.of(row) + 1)
	case col == 0:
		return "|"
	case col == 1:
		return fmt.Sprint(row + 1)
	case col == 2:
		return first(p.says.Name, "no name")
	case !p.begins:
		return "\""
	case p.title != "":
		return s.goesTo(p, false) + ": " + p.title
	}
	return s.goesTo(p, false)
}

func (s *splitScreen) Keys() []ui.Binding {
	if s.title != nil {
		return []ui.Binding{
			{Name: "take the title", Keys: []string{"enter"}, Help: "take the title", Run: do(s.takeTitle)},
			{Name: "not decided", Keys: []string{"esc"}, Help: "leave it", Run: do(func() { s.title = nil })},
		}
	}
	no := s.changeRecordOff(s.record)
	if !s.state.Got {
		no = first(no, "Wait until the pages are loaded.")
	}
	begin, join, ready := no, no, first(no, s.notReady())
	if row := s.table.Cursor(); row >= 0 && no == "" {
		if s.plan[row].begins {
			begin = "A part begins at this page already; - joins it to the part before."
		} else {
			join = "This page is in one part with the page before; + begins a part here."
		}
		if row == 0 {
			join = "There is no page before the first."
		}
	}
	keys := []ui.Binding{
		{Name: "begin a part", Keys: []string{"+", "="}, Show: "+/-", Help: "begin/join part", Off: begin, Run: do(func() { s.begin(true) })},
		{Name: "join to the part before", Keys: []string{"-"}, Quiet: true, Help: "join to the part before", Off: join, Run: do(func() { s.begin(false) })},
		{Name: "choose the patient", Keys: []string{"enter"}, Help: "whose part", Off: no, Run: do(s.choose)},
		{Name: "split up", Keys: []string{"ctrl+s"}, Help: "split", Off: ready, Run: do(func() { s.push(newSplitConfirm(s)) })},
		{Name: "title of the part", Keys: []string{"t"}, Help: "title", Off: no, Run: do(s.typeTitle)},
		{Keys: []string{"r"}, Help: "try again", Quiet: true, Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: do(s.pop)},
	}
	return append(keys, ui.MoveKeys(s.table, s.follow)...)
}

// notReady says what the plan still needs.
func (s *splitScreen) notReady() string {
	list := s.parts()
	if len(list) < 2 {
		return "The plan has one part only. + begins another one; to give the whole document to somebody else, move it (c, then M)."
	}
	for i, p := range list {
		if p.patient.ID == 0 {
			return fmt.Sprintf("Part %d has no patient yet: Enter on it chooses one.", i+1)
		}
	}
	return ""
}

func (s *splitScreen) begin(yes bool) {
	p := &s.plan[s.table.Cursor()]
	whose := s.head().patient
	p.begins = yes
	if yes {
		p.patient = whose
	} else {
		p.title = ""
	}
}

// choose lets the user find the patient of the part.
func (s *splitScreen) choose() {
	p := s.head()
	picker := newPatients(s.env, true)
	picker.filter.Set(familyGuess(p.says.Name))
	picker.pick = func(chosen core.PatientSummary) {
		p.patient = chosen
		s.pop()
	}
	s.push(picker)
}

func (s *splitScreen) typeTitle() {
	s.title = &ui.Form{Fields: []*ui.Field{{Key: "title", Label: fmt.Sprintf("Title of part %d", s.of(s.table.Cursor())+1), Input: ui.Input{Hint: "the name of its type"}}}}
	s.title.Field("title").Input.Set(s.head().title)
}

func (s *splitScreen) takeTitle() {
	s.head().title = strings.TrimSpace(s.title.Field("title").Value())
	s.title = nil
}

func (s *splitScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.title != nil {
			s.title.Update(m)
		}
	case ui.Result[*image.Gray]:
		s.pic.got(m)
	case ui.Result[bundle]:
		if m.Err == nil && m.Value.Check.PatientID != s.banner.ID {
			m.Err = wrongPatient()
		}
		if m.Err != nil {
			s.state.Fail(m.Err)
			return nil
		}
		s.state.Done(s.now())
		s.suggest(m.Value)
		s.table.SetRows(len(s.plan), s.cell)
		return s.follow()
	}
	return nil
}

// follow fetches the image of the page under the cursor.
func (s *splitScreen) follow() tea.Cmd {
	if row := s.table.Cursor(); row >= 0 {
		return s.pic.show(row + 1)
	}
	return nil
}

func (s *splitScreen) View() string {
	head := " " + s.th.Head.Render(ui.Cut("Split “"+ui.Or(s.record.Title)+"” into documents", s.w-2))
	if cover, ok := s.state.Cover(s.th, "the pages", s.w); ok {
		return head + "\n" + cover
	}
	hint := ui.Block(s.th.Plain.Render, s.about(), s.w)
	if s.h >= 14 {
		hint = ui.Block(s.th.Dim.Render, "Nothing happens before Ctrl-S and a last question.", s.w) + "\n" + hint
	}
	if s.title != nil {
		hint = s.title.View(s.th, s.w, 2)
	}
	top := head + "\n" + hint
	h := s.h - ui.Height(top)
	if s.w >= wideEnough {
		half := s.w * 3 / 5
		s.table.SetSize(half-1, h)
		return top + "\n" + ui.Beside(ui.Fit(s.table.View(s.th), half-1, h), half-1, s.th.Dim.Render("│"), s.pic.view(s.w-half, h))
	}
	rows := min(len(s.plan)+1, max(4, h/2))
	s.table.SetSize(s.w, rows)
	out := top + "\n" + s.table.View(s.th)
	if h-rows >= 5 {
		out += "\n" + s.pic.view(s.w, h-rows)
	}
	return out
}
