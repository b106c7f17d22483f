package values

import (
	"context"
	"fmt"
	"image"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// checkScreen lays what the pages of a document say beside the chart, so that
// a person can decide whose it is: it belongs here, or it is moved.
type checkScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	above  int // screens between this one and the chart
	data   core.DocumentCheck
	state  ui.State
	cursor int // of data.Pages
	pic    page.Picture
	sizes  map[int]core.Page // of the page images the boxes refer to
	reason *ui.Form          // not nil: the reason is being typed
	err    string
}

const (
	slotCheck   ui.Slot = "patient check"
	slotResolve ui.Slot = "resolve check"
)

func NewCheck(clinic Clinic, e *page.Env, r page.Check) page.Screen {
	s := &checkScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record, above: r.Above, sizes: map[int]core.Page{}}
	s.pic = page.NewPicture(&s.Base, clinic, r.Record.ID, 1)
	return s
}

func (s *checkScreen) Banner() ui.Banner { return s.banner }

// Leaving asks before what was typed is lost.
func (s *checkScreen) Leaving() string {
	if s.reason == nil {
		return ""
	}
	return page.Unsaved(s.reason)
}

func (s *checkScreen) Typing() bool  { return s.reason != nil }
func (s *checkScreen) Init() tea.Cmd { return s.Refresh() }

func (s *checkScreen) Close() {
	s.Base.Close()
	s.pic.Close()
}

func (s *checkScreen) Refresh() tea.Cmd {
	clinic, id := s.clinic, s.record.ID
	s.pic.Err = nil
	return tea.Batch(s.follow(), ui.Load(s.Scope(), slotCheck, func(ctx context.Context) (core.DocumentCheck, error) { return clinic.PatientCheck(ctx, id) }))
}

// follow fetches the image of the page under the cursor.
func (s *checkScreen) follow() tea.Cmd {
	if s.cursor >= len(s.data.Pages) {
		return nil
	}
	n := s.data.Pages[s.cursor].Page
	if _, ok := s.sizes[n]; ok || s.data.JobID == "" {
		return s.pic.Show(n)
	}
	clinic, job := s.clinic, s.data.JobID
	return tea.Batch(s.pic.Show(n), ui.Load(s.Scope(), slotPageSize, func(ctx context.Context) (page.WordsOf, error) {
		p, err := clinic.JobPage(ctx, job, n)
		return page.WordsOf{Number: n, Page: p}, err
	}))
}

func (s *checkScreen) Keys() []ui.Binding {
	if s.reason != nil {
		return []ui.Binding{
			{Keys: []string{"enter"}, Help: "it belongs here"},
			{Keys: []string{"esc"}, Help: "not decided", Run: page.Do(func() { s.Drop(s.reason, func() { s.reason = nil }) })},
		}
	}
	no := s.ChangeRecordOff(s.record)
	if !s.state.Got {
		no = page.First(no, "Wait until the pages are loaded.")
	}
	resolve := no
	if resolve == "" && s.data.Check != core.CheckPatient {
		resolve = "There is nothing to decide: no page says somebody else."
	}
	keys := []ui.Binding{
		{Keys: []string{"B"}, Help: "belongs here", Off: resolve, Run: page.Do(func() {
			s.err = ""
			s.reason = &ui.Form{Fields: []*ui.Field{{Key: "reason", Label: "How do you know", Input: ui.Input{Hint: "asked the patient; maiden name; typing error"}}}}
		})},
		{Keys: []string{"M"}, Help: "move to its patient", Off: no, Run: s.move},
		s.splitKey(),
		{Name: "open page", Keys: []string{"enter"}, Help: "page", Run: page.Do(s.openPage)},
		{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)},
	}
	return append(keys, ui.MoveKeys(s, s.follow)...)
}

// splitKey takes a document apart of which only some pages belong here.
func (s *checkScreen) splitKey() ui.Binding {
	split := s.Base.SplitKey(page.Life{Banner: s.banner, Record: s.record, Above: s.above + 1})
	split.Quiet = !s.several()
	return split
}

// Move, Page and End make it a ui.Mover over the pages.
func (s *checkScreen) Move(n int) { s.cursor = max(0, min(s.cursor+n, len(s.data.Pages)-1)) }
func (s *checkScreen) Page(n int) { s.Move(n * 5) }
func (s *checkScreen) End(last bool) {
	s.Move(map[bool]int{true: 1, false: -1}[last] * len(s.data.Pages))
}

func (s *checkScreen) openPage() {
	if s.cursor < len(s.data.Pages) {
		p := s.data.Pages[s.cursor]
		s.Push(page.Viewer{Patient: s.banner, Record: s.record, At: &page.Spot{Page: p.Page, Boxes: p.Boxes, Find: p.Name}})
	}
}

// move goes to the patient the pages name, or lets the user find them.
func (s *checkScreen) move() tea.Cmd {
	query := ""
	for _, p := range s.data.Pages {
		if p.Verdict == core.CheckPatient {
			query = page.First(query, page.FamilyGuess(p.Name))
		}
	}
	s.Push(page.Picker{Question: "Whose is “" + present.Or(s.record.Title) + "”?", Query: query})
	return nil
}

// Chosen goes on from the picker to the move.
func (s *checkScreen) Chosen(p core.PatientSummary) {
	if p.ID == s.banner.ID {
		s.Warn("The document is in this patient's chart already.")
		return
	}
	s.Replace(page.Move{Patient: s.banner, Record: s.record, Target: p, Left: s.above + 2})
}

func (s *checkScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.reason != nil && s.reason.Update(m) {
			return s.resolve()
		}
	case ui.Result[*image.Gray]:
		s.pic.Got(m)
	case ui.Result[page.WordsOf]:
		if m.Err == nil { // without it there is no enlarged part of the page, and Enter opens it
			s.sizes[m.Value.Number] = m.Value.Page
		}
	case ui.Result[core.DocumentCheck]:
		return s.answered(m)
	}
	return nil
}

func (s *checkScreen) answered(m ui.Result[core.DocumentCheck]) tea.Cmd {
	if m.Err == nil && m.Value.PatientID != s.banner.ID {
		m.Err = page.WrongPatient()
	}
	if m.Err != nil && m.Slot == slotResolve {
		s.err = core.MessageOf(m.Err)
		if now, says, ok := page.Outdated[core.Record](m.Err); ok && now.PatientID == s.banner.ID {
			s.err, s.record = says, now
			return s.Refresh()
		}
		return nil
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return nil
	}
	s.state.Done(s.Now())
	s.data = m.Value
	s.record.PatientCheck, s.record.Version = m.Value.Check, m.Value.Version
	if m.Slot == slotResolve {
		s.reason = nil
		s.Changed(s.record)
		s.Info("Noted: “" + present.Or(s.record.Title) + "” belongs to " + s.banner.Name + ". It counts again.")
		return nil
	}
	for i, p := range m.Value.Pages { // start where there is doubt
		if p.Verdict == core.CheckPatient {
			s.cursor = i
			break
		}
	}
	return s.follow()
}

func (s *checkScreen) resolve() tea.Cmd {
	reason := strings.TrimSpace(s.reason.Field("reason").Value())
	if reason == "" {
		s.reason.SetErrors(map[string][]string{"reason": {"Say in a few words how you know."}})
		return nil
	}
	clinic, id, version := s.clinic, s.record.ID, s.data.Version
	return ui.Load(s.Scope(), slotResolve, func(ctx context.Context) (core.DocumentCheck, error) {
		return clinic.ResolveCheck(ctx, id, version, reason)
	})
}

func (s *checkScreen) View() string {
	doubtful := s.doubtful()
	head := " " + s.Theme.Head.Render(ui.Cut("Whose is “"+present.Or(s.record.Title)+"”?", max(10, s.W-4-ui.Width(doubtful))))
	head = ui.Sides(head, s.Theme.Dim.Render(doubtful+" "), s.W)
	if cover, ok := s.state.Cover(s.Theme, "what the pages say", s.W); ok {
		return head + "\n" + cover
	}
	lines := []string{head, s.verdict()}
	if stale := s.state.StaleLine(s.Theme, s.Location, s.W); stale != "" {
		lines = append(lines, stale)
	}
	if s.reason != nil {
		lines = append(lines, "", s.reason.View(s.Theme, s.W, 4))
		if s.err != "" {
			lines = append(lines, ui.Block(s.Theme.Bad.Render, "! "+s.err, s.W))
		}
	}
	if len(s.data.Pages) == 0 {
		return strings.Join(lines, "\n") + "\n" + ui.Empty(s.Theme, present.NoNames(s.data), "Read it (Enter) to see whose it is.", s.W)
	}
	lines = append(lines, "")
	lines = append(lines, s.pages(s.H-ui.Height(strings.Join(lines, "\n")))...)
	text := strings.Join(lines, "\n")
	room := s.H - ui.Height(text) - 1
	if s.pic.Image != nil && s.pic.Page == s.data.Pages[s.cursor].Page && room >= 4 {
		p := s.data.Pages[s.cursor]
		size := s.sizes[p.Page]
		if part := s.pic.Crop(p.Boxes, nil, size.Width, size.Height, s.W, room); part != "" {
			text += "\n" + part
		}
	}
	return text
}

// pages are what the pages say, at most h lines with the one under the cursor in
// sight. Of a long document they leave half of the room to the picture.
func (s *checkScreen) pages(h int) []string {
	var lines []string
	from, to := 0, 0
	for i, p := range s.data.Pages {
		if i == s.cursor {
			from = len(lines)
		}
		lines = append(lines, s.page(i, p)...)
		if i == s.cursor {
			to = len(lines)
		}
	}
	if s.pic.Image != nil && len(lines) > h/2 {
		h = min(h, max(h/2, to-from+2))
	}
	return ui.InSight(lines, from, to, max(1, h))
}

// doubtful counts the pages that speak of somebody else.
func (s *checkScreen) doubtful() string {
	n := 0
	for _, p := range s.data.Pages {
		if p.Verdict == core.CheckPatient {
			n++
		}
	}
	if n == 0 || len(s.data.Pages) < 2 {
		return ""
	}
	return fmt.Sprintf("%d of %d pages in doubt", n, len(s.data.Pages))
}

// several reports whether some pages belong here and some to somebody else.
func (s *checkScreen) several() bool {
	here, away := false, false
	for _, p := range s.data.Pages {
		here = here || p.Verdict == core.CheckMatch
		away = away || p.Verdict == core.CheckPatient
	}
	return here && away
}

// verdict says where the question stands.
func (s *checkScreen) verdict() string {
	switch s.data.Check {
	case core.CheckPatient:
		return s.Theme.Bad.Render(ui.Cut(" ! CHECK PATIENT: kept out of trends and exports until a person decides", s.W))
	case core.CheckMatch:
		return s.Theme.Good.Render(ui.Cut(" + What the pages say fits this chart", s.W))
	case core.CheckResolved:
		text := " + A person decided that it belongs here"
		if r := s.data.Resolution; r != nil {
			text += ": " + r.ByName + ", " + present.Moment(r.At, s.Location) + ": " + r.Reason
		}
		return s.Theme.Good.Render(ui.Cut(text, s.W))
	}
	return s.Theme.Dim.Render(ui.Cut(" The pages do not say whose they are", s.W))
}

// page is what one page says, line by line against the chart.
func (s *checkScreen) page(i int, p core.CheckedPage) []string {
	sign := map[core.PatientCheck]string{core.CheckPatient: "!", core.CheckMatch: "+", core.CheckResolved: "+"}[p.Verdict]
	var numbers []string
	for _, n := range p.Identifiers {
		numbers = append(numbers, core.DisplayMRN(n))
	}
	mrn := strings.Join(numbers, ", ")
	text := fmt.Sprintf("%s page %d  says %s  born %s  number %s", ui.Pad(sign, 1), p.Page, page.First(p.Name, "no name"), present.DayKnown(p.DateOfBirth), page.First(mrn, "none"))
	line := "  " + ui.Cut(text, s.W-2)
	if i == s.cursor {
		line = s.Theme.Selected.Render(ui.Pad("> "+text, s.W))
	}
	out := []string{line}
	if i != s.cursor {
		return out
	}
	b := s.banner
	for _, l := range ui.Wrap("the chart says "+page.Identified(b), max(10, s.W-6)) {
		out = append(out, "    "+s.Theme.Dim.Render(l))
	}
	if p.Reason != "" {
		for _, l := range ui.Wrap(p.Reason, max(10, s.W-6)) {
			out = append(out, "    "+s.Theme.Warn.Render(l))
		}
	}
	switch {
	case p.Verdict == core.CheckPatient && s.several() && s.splitKey().Off == "":
		out = append(out, "    "+s.Theme.Strong.Render(ui.Cut("Other pages belong here: S takes the document apart.", s.W-4)))
	case p.OtherPatientID != 0:
		out = append(out, "    "+s.Theme.Strong.Render(ui.Cut("It fits another of your patients: M finds them by the name on the page.", s.W-4)))
	}
	return out
}
