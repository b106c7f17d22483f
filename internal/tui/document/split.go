package document

import (
	"context"
	"fmt"
	"image"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// splitScreen plans how a bundle is taken apart: where a document begins, and
// whose it is. It begins with what the pages themselves say.
type splitScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	left   int // screens to leave when it is done
	plan   []planned
	was    string // the plan as it was suggested
	state  ui.State
	table  *ui.Table
	pic    page.Picture
	words  *ui.Form // not nil: a part is being described
	types  []core.RecordType
}

const slotSplit ui.Slot = "split"

func NewSplit(clinic Clinic, e *page.Env, r page.Split) page.Screen {
	s := &splitScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record, left: r.Left}
	s.table = ui.NewTable(ui.Column{Title: "Part", Width: 4}, ui.Column{Title: "Page", Width: 4, Right: true},
		ui.Column{Title: "The page says", Width: 16, Flex: true}, ui.Column{Title: "Goes to", Width: 20, Flex: true})
	s.pic = page.NewPicture(&s.Base, clinic, r.Record.ID, 1)
	return s
}

func (s *splitScreen) Banner() ui.Banner { return s.banner }
func (s *splitScreen) Typing() bool      { return s.words != nil }
func (s *splitScreen) Init() tea.Cmd {
	return tea.Batch(s.Refresh(), ui.Load(s.Scope(), slotTypes, s.clinic.RecordTypes))
}

func (s *splitScreen) Close() {
	s.Base.Close()
	s.pic.Close()
}

func (s *splitScreen) Leaving() string {
	if s.state.Got && s.was != fmt.Sprint(s.parts()) {
		return "“" + present.Or(s.record.Title) + "” of " + s.banner.Name + " is not split yet. Leave without splitting it?"
	}
	return ""
}

// Refresh loads the pages once: a plan is not thrown away by itself.
func (s *splitScreen) Refresh() tea.Cmd {
	if s.state.Got {
		s.pic.Err = nil
		return s.follow()
	}
	clinic, id, here := s.clinic, s.record.ID, s.banner.ID
	return ui.Load(s.Scope(), slotSplit, func(ctx context.Context) (bundle, error) { return loadBundle(ctx, clinic, id, here) })
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

// goesTo names the patient of a part, or identifies them; here is the chart of the bundle.
func (p planned) goesTo(here int64, whole bool) string {
	switch p.patient.ID {
	case 0:
		return "! nobody chosen (Enter)"
	case here:
		return "stays here"
	}
	b := ui.BannerOfSummary(p.patient)
	if whole {
		return page.Identified(b)
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
	return fmt.Sprintf("Part %d, %s: %s", i+1, p.pages(), p.goesTo(s.banner.ID, true)) + p.described()
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
		return page.First(p.says.Name, "no name")
	case !p.begins:
		return "\""
	case page.First(p.title, p.kind.TypeName) != "":
		return p.goesTo(s.banner.ID, false) + ": " + page.First(p.title, p.kind.TypeName)
	}
	return p.goesTo(s.banner.ID, false)
}

func (s *splitScreen) Keys() []ui.Binding {
	if s.words != nil {
		return []ui.Binding{
			{Name: "next, then take", Keys: []string{"enter"}, Help: "next, then take"},
			{Name: "take what is typed", Keys: []string{"ctrl+s"}, Help: "take it", Run: page.Do(s.takeWords)},
			{Name: "not decided", Keys: []string{"esc"}, Help: "leave it", Run: page.Do(func() { s.Drop(s.words, func() { s.words = nil }) })},
		}
	}
	no := s.ChangeRecordOff(s.record)
	if !s.state.Got {
		no = page.First(no, "Wait until the pages are loaded.")
	}
	begin, join, ready := no, no, page.First(no, s.notReady())
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
		{Name: "begin a part", Keys: []string{"+", "="}, Show: "+/-", Help: "begin/join part", Off: begin, Run: page.Do(func() { s.begin(true) })},
		{Name: "join to the part before", Keys: []string{"-"}, Quiet: true, Help: "join to the part before", Off: join, Run: page.Do(func() { s.begin(false) })},
		{Name: "choose the patient", Keys: []string{"enter"}, Help: "whose part", Off: no, Run: page.Do(s.choose)},
		{Name: "split up", Keys: []string{"ctrl+s"}, Help: "split", Off: ready, Run: page.Do(func() { s.Push(ConfirmSplit{patient: s.banner, record: s.record, left: s.left + 1, parts: s.parts()}) })},
		{Name: "describe the part", Keys: []string{"e"}, Help: "describe", Off: no, Run: page.Do(s.describe)},
		{Keys: []string{"r"}, Help: "try again", Quiet: true, Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)},
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
		p.title, p.kind, p.date = "", core.RecordType{}, core.Date{}
	}
}

// choose lets the user find the patient of the part.
func (s *splitScreen) choose() {
	p := s.head()
	question := fmt.Sprintf("Whose is part %d?", s.of(s.table.Cursor())+1)
	s.Push(page.Picker{Question: question, Query: page.FamilyGuess(p.says.Name)})
}

// Chosen takes the patient of the part, and leaves the picker.
func (s *splitScreen) Chosen(p core.PatientSummary) {
	s.head().patient = p
	s.Pop()
}

// DocumentChanged is told that the bundle was split: nothing is left to do with the plan.
func (s *splitScreen) DocumentChanged(r core.Record) {
	if r.ID == s.record.ID {
		s.was = fmt.Sprint(s.parts())
	}
}

// describe asks for title, type and date of the part under the cursor.
func (s *splitScreen) describe() {
	p := s.head()
	kind := &ui.Field{Key: "type", Label: "Type", Choice: true, Note: "Left/Right or first letters choose",
		Options: []ui.Option{{Value: "0", Label: "as the bundle: " + present.Or(s.record.Type.TypeName)}}}
	for _, t := range s.types {
		if t.IsActive {
			kind.Options = append(kind.Options, ui.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.TypeName})
		}
	}
	kind.Choose(strconv.FormatInt(p.kind.ID, 10))
	s.words = &ui.Form{Fields: []*ui.Field{
		{Key: "title", Label: fmt.Sprintf("Title of part %d", s.of(s.table.Cursor())+1), Input: ui.Input{Hint: "the name of its type"}}, kind,
		{Key: "date", Label: "Document date", Input: ui.Input{Hint: "like 08-May-2026; empty if not known"}}}}
	s.words.Field("title").Input.Set(p.title)
	if !p.date.IsZero() {
		s.words.Field("date").Input.Set(p.date.Display())
	}
}

// takeWords puts what was typed into the plan.
func (s *splitScreen) takeWords() {
	date, err := text.ReadDate(s.words.Field("date").Value(), s.Today())
	switch {
	case err != nil:
		s.words.SetErrors(map[string][]string{"date": {core.MessageOf(err)}})
		return
	case core.DateOf(s.Today()).Before(date):
		s.words.SetErrors(map[string][]string{"date": {"This day is in the future."}})
		return
	}
	p := s.head()
	p.title, p.date, p.kind = strings.TrimSpace(s.words.Field("title").Value()), date, core.RecordType{}
	for _, t := range s.types {
		if strconv.FormatInt(t.ID, 10) == s.words.Field("type").Value() {
			p.kind = t
		}
	}
	s.words = nil
}

func (s *splitScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.words != nil && s.words.Update(m) {
			s.takeWords()
		}
	case ui.Result[[]core.RecordType]:
		if m.Err != nil {
			s.Warn("The list of types could not be loaded, so parts keep the bundle's: " + core.MessageOf(m.Err))
		}
		s.types = m.Value
	case ui.Result[*image.Gray]:
		s.pic.Got(m)
	case ui.Result[bundle]:
		if m.Err == nil && m.Value.Check.PatientID != s.banner.ID {
			m.Err = page.WrongPatient()
		}
		if m.Err != nil {
			s.state.Fail(m.Err)
			return nil
		}
		s.state.Done(s.Now())
		s.suggest(m.Value)
		s.table.SetRows(len(s.plan), s.cell)
		return s.follow()
	}
	return nil
}

// follow fetches the image of the page under the cursor.
func (s *splitScreen) follow() tea.Cmd {
	if row := s.table.Cursor(); row >= 0 {
		return s.pic.Show(row + 1)
	}
	return nil
}

func (s *splitScreen) View() string {
	head := " " + s.Theme.Head.Render(ui.Cut("Split “"+present.Or(s.record.Title)+"” into documents", s.W-2))
	if cover, ok := s.state.Cover(s.Theme, "the pages", s.W); ok {
		return head + "\n" + cover
	}
	hint := ui.Block(s.Theme.Plain.Render, s.about(), s.W)
	if s.H >= 14 {
		hint = ui.Block(s.Theme.Dim.Render, "Nothing happens before Ctrl-S and a last question.", s.W) + "\n" + hint
	}
	if s.words != nil {
		hint = s.words.View(s.Theme, s.W, 5)
	}
	top := head + "\n" + hint
	h := s.H - ui.Height(top)
	if s.W >= page.WideEnough {
		half := s.W * 3 / 5
		s.table.SetSize(half-1, h)
		return top + "\n" + ui.Beside(ui.Fit(s.table.View(s.Theme), half-1, h), half-1, s.Theme.Dim.Render("│"), s.pic.View(s.W-half, h))
	}
	rows := min(len(s.plan)+1, max(4, h/2))
	s.table.SetSize(s.W, rows)
	out := top + "\n" + s.table.View(s.Theme)
	if h-rows >= 5 {
		out += "\n" + s.pic.View(s.W, h-rows)
	}
	return out
}
