package chart

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// searchScreen finds words in the text of documents: of one patient, or of the
// whole panel. The one of the panel shows several patients and has no banner.
type searchScreen struct {
	page.Base
	clinic Clinic
	query  ui.Input
	typing bool
	asked  string // what the hits answer
	hits   []core.TextHit
	last   core.TextHits // the page of hits that came last: counts and cursor
	looked int           // documents looked through
	state  ui.State
	cursor int
	top    int
	warned string // the record whose patient's namesakes were shown
}

// patientSearch is a searchScreen of one patient.
type patientSearch struct {
	searchScreen
	banner  ui.Banner
	records []core.Record // of the chart, to open hits with all that is known of them
}

// Banner makes the root draw the patient above the hits.
func (s *patientSearch) Banner() ui.Banner { return s.banner }

const slotHits ui.Slot = "hits"

func NewSearch(clinic Clinic, e *page.Env, r page.Search) page.Screen {
	all := searchScreen{Base: page.NewBase(e, r), clinic: clinic, typing: true}
	if r.Patient.ID == 0 {
		all.query.Hint = "words in documents of all my patients"
		return &all
	}
	s := &patientSearch{searchScreen: all, banner: r.Patient, records: r.Records}
	s.query.Hint = "words in this patient's documents"
	return s
}

func (s *searchScreen) Typing() bool { return s.typing }

func (s *searchScreen) Keys() []ui.Binding  { return s.keys(ui.Banner{}, nil) }
func (s *patientSearch) Keys() []ui.Binding { return s.keys(s.banner, s.records) }

func (s *searchScreen) keys(b ui.Banner, records []core.Record) []ui.Binding {
	if s.typing {
		return []ui.Binding{
			{Keys: []string{"enter"}, Help: "search", Run: func() tea.Cmd { return s.search(b.ID) }},
			{Keys: []string{"tab", "down"}, Show: "Tab", Help: "to the hits", Run: page.Do(func() { s.typing = len(s.hits) == 0 })},
			{Keys: []string{"esc"}, Help: "back", Run: page.Do(s.Pop)},
		}
	}
	no := ""
	switch {
	case s.asked == "" || !s.state.Got:
		no = "Search first."
	case len(s.hits) == 0:
		no = "There is no hit to open."
	}
	keys := []ui.Binding{
		{Keys: []string{"enter"}, Help: "open at the word", Off: no, Run: page.Do(func() { s.openHit(b, records) })},
		{Keys: []string{"/", "ctrl+f"}, Help: "other words", Run: page.Do(func() { s.typing = true })},
		{Keys: []string{"r"}, Help: "search again", Quiet: true, Run: func() tea.Cmd { return s.fetch(b.ID, "") }},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)},
	}
	return append(keys, ui.MoveKeys(s, func() tea.Cmd { return s.more(b.ID) })...)
}

// Update takes answers; a hit of another patient is an error of the server.
func (s *patientSearch) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(ui.Result[core.TextHits]); ok && m.Err == nil {
		for _, h := range m.Value.Hits {
			if h.PatientID != s.banner.ID {
				m.Err = page.WrongPatient()
			}
		}
		return s.searchScreen.Update(m)
	}
	return s.searchScreen.Update(msg)
}

func (s *searchScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.typing {
			s.query.Update(m)
		}
	case ui.Result[core.TextHits]:
		if m.Err != nil {
			s.state.Fail(m.Err)
			s.typing = false // r is a key again
			return nil
		}
		if m.Slot == slotHits {
			s.hits, s.looked, s.cursor, s.top, s.last = nil, 0, 0, 0, core.TextHits{}
			s.typing = false
		}
		at := m.Value.AsAt
		if at.IsZero() {
			at = s.Now()
		}
		s.state.Done(at)
		s.hits = append(s.hits, m.Value.Hits...)
		s.looked += m.Value.Documents
		m.Value.Failed += s.last.Failed
		s.last = m.Value
	}
	return nil
}

func (s *searchScreen) search(patient int64) tea.Cmd {
	if strings.TrimSpace(s.query.Value()) == "" {
		s.Warn("Which words? Type them, then press Enter.")
		return nil
	}
	s.state = ui.State{}
	s.hits = nil
	return s.fetch(patient, "")
}

func (s *searchScreen) fetch(patient int64, cursor string) tea.Cmd {
	slot := slotHits
	if cursor != "" {
		slot = page.SlotMore
	} else {
		s.asked = strings.TrimSpace(s.query.Value())
		s.Scope().Drop(page.SlotMore)
	}
	q := core.TextQuery{PatientID: patient, Text: s.asked, Cursor: cursor}
	clinic := s.clinic
	return ui.Load(s.Scope(), slot, func(ctx context.Context) (core.TextHits, error) {
		if q.PatientID != 0 {
			return clinic.SearchText(ctx, q)
		}
		return clinic.SearchText(ctx, q)
	})
}

// more asks for the next hits when the end of the list comes near.
func (s *searchScreen) more(patient int64) tea.Cmd {
	if s.last.Next == "" || s.Scope().Busy(page.SlotMore) || s.Scope().Busy(slotHits) || s.cursor < len(s.hits)-10 {
		return nil
	}
	return s.fetch(patient, s.last.Next)
}

// openHit opens the document at the word.
func (s *searchScreen) openHit(b ui.Banner, records []core.Record) {
	if s.cursor >= len(s.hits) {
		return
	}
	h := s.hits[s.cursor]
	if h.NameAlert != "" && h.RecordID != s.warned {
		s.warned = h.RecordID
		s.Alarm(page.NameAlert(h.NameAlert))
		return
	}
	s.warned = ""
	if b.ID == 0 {
		b = ui.Banner{ID: h.PatientID, Name: h.PatientName, Born: h.PatientBorn, MRN: h.PatientMRN, Loading: true}
	}
	rec := core.Record{ID: h.RecordID, FileID: h.RecordID, PatientID: h.PatientID, Title: h.Title, DocumentDate: h.DocumentDate,
		UploadedAt: h.UploadedAt, PatientCheck: h.PatientCheck, Type: core.RecordType{TypeName: h.TypeName}, CanAnalyze: true, Filename: h.Title}
	for _, r := range records {
		if r.ID == h.RecordID {
			rec = r
		}
	}
	if h.NoteID != "" {
		s.Push(page.Notes{Patient: b, Record: rec})
		return
	}
	to := page.Spot{Page: h.Page, Find: strings.Trim(s.asked, `"`)}
	if len(h.Places) > 0 && !h.Corrected {
		to.Word, to.Words, to.Boxes = h.Places[0].Word, h.Places[0].Words, h.Places[0].Boxes
	}
	s.Push(page.Viewer{Patient: b, Record: rec, Among: records, At: &to})
}

// Move, Page and End make it a ui.Mover over the hits.
func (s *searchScreen) Move(n int) { s.cursor = max(0, min(s.cursor+n, len(s.hits)-1)) }
func (s *searchScreen) Page(n int) { s.Move(n * max(1, (s.H-4)/s.hitLines())) }
func (s *searchScreen) End(last bool) {
	s.Move(map[bool]int{true: 1, false: -1}[last] * len(s.hits))
}

func (s *patientSearch) View() string { return s.view(false) }
func (s *searchScreen) View() string  { return s.view(true) }

// hitLines is how many lines a hit takes.
func (s *searchScreen) hitLines() int { return 2 }

func (s *searchScreen) view(names bool) string {
	head := ui.Sides(" "+s.Theme.Key.Render("/")+" "+s.query.View(s.Theme, max(10, min(50, s.W-26)), s.typing), s.summary(), s.W)
	if s.asked == "" {
		return head + "\n" + ui.Empty(s.Theme, "Search the text that was read from documents.",
			"All words must be on one page; words in \"quotes\" must stand together.", s.W)
	}
	if cover, ok := s.state.Cover(s.Theme, "the hits for “"+s.asked+"”", s.W); ok {
		return head + "\n" + cover
	}
	second := s.state.StaleLine(s.Theme, s.Location, s.W)
	if left := present.NotSearched(s.last, s.looked); second == "" && left != "" {
		second = ui.Partial(s.Theme, left, s.W)
	}
	if len(s.hits) == 0 {
		return head + "\n" + second + "\n" + ui.Empty(s.Theme, "“"+s.asked+"”: "+present.NoHits(s.last, s.looked),
			"Read by a machine: the word may have been read wrongly.", s.W)
	}
	room := max(1, (s.H-2)/s.hitLines())
	s.top = max(min(s.top, s.cursor), s.cursor-room+1)
	lines := []string{head, second}
	for i := s.top; i < min(len(s.hits), s.top+room); i++ {
		lines = append(lines, s.hitRow(i, names)...)
	}
	return strings.Join(lines, "\n")
}

func (s *searchScreen) summary() string {
	switch {
	case s.Scope().Busy(slotHits):
		return s.Theme.Dim.Render("searching … ")
	case !s.state.Got:
		return ""
	}
	more := ""
	if s.last.Next != "" {
		more = "+"
	}
	text := page.Count(len(s.hits), "page") + more + ", newest first"
	if s.W >= page.Narrow {
		text += ", as at " + present.Clock(s.state.AsAt, s.Location)
	}
	return s.Theme.Dim.Render(text + " ")
}

// hitRow is a hit: where it is, and the words around it.
func (s *searchScreen) hitRow(i int, names bool) []string {
	h := s.hits[i]
	date := "date not recorded"
	if !h.DocumentDate.IsZero() {
		date = h.DocumentDate.Display()
	}
	where := fmt.Sprintf("%s  %s  %s", date, present.HitPlace(h), present.Or(h.Title))
	if h.Count > 1 {
		where += fmt.Sprintf("  (%d times)", h.Count)
	}
	if h.PatientCheck == core.CheckPatient {
		where = "[CHECK PATIENT] " + where
	}
	if names {
		where = ui.Cut(h.PatientName, max(20, s.W*2/5)) + "  Born " + h.PatientBorn.Display() + "  " + where
	}
	around := "    " + s.context(h, s.W-5)
	if h.Corrected { // beside the words, where it is never cut
		const mark = "(corrected text) "
		around = "    " + s.Theme.Dim.Render(mark) + s.context(h, s.W-5-len(mark))
	}
	if i == s.cursor {
		return []string{s.Theme.Selected.Render(ui.Pad("> "+where, s.W)), around}
	}
	return []string{"  " + ui.Cut(where, s.W-2), around}
}

// context is the line around the match, cut at its ends and never in the
// match; the words before it, which may negate it, are kept longest.
func (s *searchScreen) context(h core.TextHit, w int) string {
	text := []rune(h.Context)
	spans := h.Matches
	if len(spans) > 0 && len(text) > w {
		end := min(len(text), max(spans[0].End, 0))
		if end > w-4 { // drop from the beginning, and leave room for signs
			drop := min(len(text), end-w+4)
			text = append([]rune("…"), text[drop:]...)
			spans = append([]core.TextSpan(nil), spans...)
			for i := range spans {
				spans[i].Start, spans[i].End = spans[i].Start-drop+1, spans[i].End-drop+1
			}
		}
	}
	var b strings.Builder
	at := 0
	for _, m := range spans {
		from, to := max(at, min(m.Start, len(text))), min(m.End, len(text))
		if from >= to {
			continue
		}
		b.WriteString(string(text[at:from]))
		mark := s.Theme.Match.Render(string(text[from:to]))
		if s.Theme.Mono() {
			mark = "[" + string(text[from:to]) + "]"
		}
		b.WriteString(mark)
		at = to
	}
	b.WriteString(string(text[at:]))
	return ui.Cut(b.String(), w)
}
