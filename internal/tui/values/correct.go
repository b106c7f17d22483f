package values

import (
	"context"
	"fmt"
	"image"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// correctScreen puts a person's text over the machine's, line by line. The
// machine's text stays as it is; what is typed here is kept as a draft until it is stored.
type correctScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	number int // of the page
	state  ui.State
	data   core.PageCorrections
	words  core.Page // of the machine, for the pixels of a line
	spans  []ui.Span // of the words in the machine's text
	lines  []string
	stored []string // as they are on the server
	cursor int
	top    int
	edit   *ui.Input // not nil: the line under the cursor is being typed
	pic    page.Picture
	draft  time.Time // when the draft that is shown was kept; zero: none
}

const (
	slotPageText ui.Slot = "page text"
	slotCorrect  ui.Slot = "correct"
	slotDrop     ui.Slot = "drop draft"
)

// storedText is the answer to a change of a page's text.
type storedText struct {
	Text core.PageCorrections
	Said string
}

func NewCorrect(clinic Clinic, e *page.Env, r page.Correct) page.Screen {
	s := &correctScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record, number: r.Page.Number, words: r.Page}
	s.pic = page.NewPicture(&s.Base, clinic, r.Record.ID, r.Page.Number)
	return s
}

func (s *correctScreen) Banner() ui.Banner { return s.banner }
func (s *correctScreen) Typing() bool      { return s.edit != nil }
func (s *correctScreen) Init() tea.Cmd     { return tea.Batch(s.Refresh(), s.pic.Want()) }

func (s *correctScreen) Close() {
	s.Base.Close()
	s.pic.Close()
}

// Refresh reads the page again, unless something is being typed over it.
func (s *correctScreen) Refresh() tea.Cmd {
	if s.state.Got && (s.changed() || s.edit != nil) {
		return nil
	}
	clinic, id, n := s.clinic, s.record.ID, s.number
	return ui.Load(s.Scope(), slotPageText, func(ctx context.Context) (core.PageCorrections, error) { return clinic.PageText(ctx, id, n) })
}

func (s *correctScreen) changed() bool { return !slices.Equal(s.lines, s.stored) }

func (s *correctScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.edit != nil {
			s.edit.Update(m)
			s.lines[s.cursor] = s.edit.Value()
			s.keepDraft()
		}
	case ui.Result[core.PageCorrections]:
		s.answered(m.Value, m.Err)
	case ui.Result[storedText]:
		if m.Err != nil {
			s.refused(m.Err)
			return nil
		}
		s.ForgetDraft(s.record.ID, s.number)
		s.lines, s.stored = nil, nil
		s.answered(m.Value.Text, nil)
		s.Info(m.Value.Said)
	case ui.Result[struct{}]:
		if m.Err != nil {
			s.Bad("The server still has what you typed: " + core.MessageOf(m.Err))
		}
	case ui.Result[*image.Gray]:
		s.pic.Got(m)
	}
	return nil
}

// refused says why a change was not stored. Where somebody else was first, the page is as
// they left it, and what was typed stands over that as a draft: * marks where they differ.
func (s *correctScreen) refused(err error) {
	now, says, ok := page.Outdated[core.PageCorrections](err)
	if !ok {
		s.Bad("Not stored, your draft is kept: " + core.MessageOf(err))
		return
	}
	mine := s.changed()
	s.answered(now, nil)
	if mine {
		s.keepDraft()
	}
	s.Bad(says + " What you typed stands over it as a draft (*).")
}

func (s *correctScreen) answered(t core.PageCorrections, err error) {
	if err == nil && t.PatientID != s.banner.ID {
		err = page.WrongPatient()
	}
	if err != nil {
		s.state.Fail(err)
		return
	}
	s.state.Done(s.Now())
	s.data = t
	text := t.EngineText
	s.spans = page.PlaceWords(text, s.words.Words)
	if t.CorrectedText != nil {
		text = *t.CorrectedText
	}
	s.stored = strings.Split(text, "\n")
	s.lines = slices.Clone(s.stored)
	s.draft = time.Time{}
	if d, ok := s.DraftOf(s.record.ID, s.number); ok {
		s.lines, s.cursor, s.draft = slices.Clone(d.Lines), d.Cursor, d.At
	} else if d := t.Draft; d != nil && d.Text != text {
		s.takeUp(*d)
	}
	s.cursor = max(0, min(s.cursor, len(s.lines)-1))
}

// takeUp goes on with what the server kept when another program ended.
func (s *correctScreen) takeUp(d core.TextDraft) {
	s.lines, s.cursor, s.draft = strings.Split(d.Text, "\n"), d.Line, d.At
	text := "Here is what you typed on " + present.Moment(d.At, s.Location) + " and did not store. X throws it away."
	if d.Steps < len(s.data.History) {
		text += " The page was corrected since."
	}
	s.Warn(text)
}

func (s *correctScreen) keepDraft() {
	s.draft = s.Now()
	s.Env.KeepDraft(page.TextDraft{Record: s.record.ID, Page: s.number, Steps: len(s.data.History),
		Lines: slices.Clone(s.lines), Cursor: s.cursor, At: s.draft})
}

// throwAway forgets the draft, here and on the server.
func (s *correctScreen) throwAway() tea.Cmd {
	s.ForgetDraft(s.record.ID, s.number)
	s.lines, s.draft, s.data.Draft = slices.Clone(s.stored), time.Time{}, nil
	s.cursor = max(0, min(s.cursor, len(s.lines)-1))
	clinic, id, n := s.clinic, s.record.ID, s.number
	return ui.Load(s.Scope(), slotDrop, func(ctx context.Context) (struct{}, error) { return struct{}{}, clinic.DropDraft(ctx, id, n) })
}

func (s *correctScreen) Keys() []ui.Binding {
	if s.edit != nil {
		return []ui.Binding{
			{Keys: []string{"enter"}, Help: "next line", Run: page.Do(func() { s.edit = nil; s.Move(1) })},
			{Keys: []string{"ctrl+s"}, Help: "store the page", Act: true, Off: s.ChangeOff(), Run: s.send},
			{Keys: []string{"esc"}, Help: "end the line", Run: page.Do(func() { s.edit = nil })},
		}
	}
	no := s.ChangeOff()
	if !s.state.Got {
		no = page.First(no, "Wait until the page is loaded.")
	}
	same := no
	if same == "" && !s.changed() {
		same = "Nothing was changed."
	}
	undo := no
	switch {
	case undo != "":
	case s.changed():
		undo = "Store (Ctrl-S) or throw away (X) what you have typed first."
	case s.data.CorrectedText == nil:
		undo = "Nobody has corrected this page; there is nothing to undo."
	}
	keys := []ui.Binding{
		{Keys: []string{"enter", "e"}, Show: "Enter", Help: "edit line", Off: no, Run: page.Do(s.begin)},
		{Keys: []string{"ctrl+s"}, Help: "store", Act: true, Off: same, Run: s.send},
		{Keys: []string{"Z"}, Help: "undo correction", Act: true, Off: undo, Run: s.undo},
		{Keys: []string{"a"}, Help: "add a line below", Quiet: true, Off: no, Run: page.Do(func() {
			s.lines = slices.Insert(s.lines, s.cursor+1, "")
			s.Move(1)
			s.begin()
		})},
		{Keys: []string{"ctrl+d"}, Help: "throw the draft away", Quiet: true, Off: same, Run: page.Do(func() {
			s.Confirm("Throw away what you have typed over page "+fmt.Sprint(s.number)+" of "+s.banner.Name+"?", "throw away", s.throwAway)
		})},
		{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.leave)},
	}
	return append(keys, ui.MoveKeys(s, nil)...)
}

func (s *correctScreen) leave() {
	if s.changed() {
		s.Info("Not stored yet: your draft is here again when you open this page.")
	}
	s.Pop()
}

func (s *correctScreen) begin() {
	s.edit = &ui.Input{Max: 4096}
	s.edit.Set(s.lines[s.cursor])
}

func (s *correctScreen) send() tea.Cmd {
	s.edit = nil
	if !s.changed() || s.Scope().Busy(slotCorrect) {
		return nil
	}
	text := strings.Join(s.lines, "\n")
	clinic, id, n, version := s.clinic, s.record.ID, s.number, s.data.Version
	return ui.Load(s.Scope(), slotCorrect, func(ctx context.Context) (storedText, error) {
		t, err := clinic.CorrectText(ctx, id, n, core.TextCorrection{Text: &text, Version: version})
		return storedText{t, "The corrected text is stored. What the machine read stays beside it."}, err
	})
}

func (s *correctScreen) undo() tea.Cmd {
	if s.Scope().Busy(slotCorrect) {
		return nil
	}
	clinic, id, n, version := s.clinic, s.record.ID, s.number, s.data.Version
	return ui.Load(s.Scope(), slotCorrect, func(ctx context.Context) (storedText, error) {
		t, err := clinic.UndoCorrection(ctx, id, n, version)
		return storedText{t, "The last correction of this page was taken back; it stays in the history."}, err
	})
}

// Move, Page and End make it a ui.Mover over the lines.
func (s *correctScreen) Move(n int) { s.cursor = max(0, min(s.cursor+n, len(s.lines)-1)) }
func (s *correctScreen) Page(n int) { s.Move(n * max(1, s.H/2)) }
func (s *correctScreen) End(last bool) {
	s.Move(map[bool]int{true: 1, false: -1}[last] * len(s.lines))
}

func (s *correctScreen) View() string {
	head := " " + s.Theme.Head.Render(ui.Cut(fmt.Sprintf("Text of page %d of “%s”", s.number, present.Or(s.record.Title)), s.W-2))
	if cover, ok := s.state.Cover(s.Theme, "the page", s.W); ok {
		return head + "\n" + cover
	}
	head += "\n" + ui.Cut(s.history(), s.W)
	below := max(2, min(9, s.H/3))
	room := max(1, s.H-2-below)
	s.top = max(min(s.top, s.cursor), s.cursor-room+1)
	s.top = max(0, min(s.top, len(s.lines)-room))
	var b strings.Builder
	for i := s.top; i < min(len(s.lines), s.top+room); i++ {
		b.WriteString("\n" + s.line(i))
	}
	body := ui.Fit(strings.TrimPrefix(b.String(), "\n"), s.W, room)
	return head + "\n" + body + "\n" + s.pixels(s.W, below)
}

// history says whose text this is.
func (s *correctScreen) history() string {
	switch {
	case s.Scope().Busy(slotCorrect):
		return s.Theme.Dim.Render(" Storing …")
	case s.changed():
		when := present.Clock(s.draft, s.Location)
		if core.DateOf(s.draft.In(s.Location)) != core.DateOf(s.Today()) {
			when = present.Moment(s.draft, s.Location)
		}
		return s.Theme.Warn.Render(" * draft of " + when + ", not stored: Ctrl-S stores it")
	case s.data.CorrectedText == nil:
		return s.Theme.Dim.Render(" as the machine read it; nobody has corrected it")
	}
	text := " corrected"
	if c := s.data.Correction; c != nil {
		text += " by " + present.Or(c.ByName) + ", " + present.Moment(c.At, s.Location)
		if c.Stale {
			return s.Theme.Warn.Render(" ~" + text + "; the machine reads this page differently by now")
		}
	}
	if n := len(s.data.History); n > 1 {
		text += fmt.Sprintf(", %d steps in its history", n)
	}
	return s.Theme.Dim.Render(text)
}

func (s *correctScreen) line(i int) string {
	sign := "  "
	if i >= len(s.stored) || s.lines[i] != s.stored[i] {
		sign = "* "
	}
	if i != s.cursor {
		return "  " + s.Theme.Warn.Render(sign) + ui.Cut(s.lines[i], s.W-4)
	}
	if s.edit != nil {
		return s.Theme.Key.Render("> ") + s.Theme.Warn.Render(sign) + s.edit.View(s.Theme, s.W-5, true)
	}
	return s.Theme.Selected.Render(ui.Pad("> "+sign+s.lines[i], s.W))
}

// pixels is the line under the cursor as it stands on the page.
func (s *correctScreen) pixels(w, h int) string {
	head := s.Theme.Dim.Render(ui.Cut(" the same line on the page", w))
	var boxes []core.Box
	from := 0
	for i, l := range strings.Split(s.data.EngineText, "\n") {
		if i == s.cursor {
			for j, at := range s.spans {
				if at.From >= from && at.To <= from+len(l) {
					boxes = append(boxes, s.words.Words[j].Box)
				}
			}
			break
		}
		from += len(l) + 1
	}
	switch {
	case len(s.lines) != len(strings.Split(s.data.EngineText, "\n")) || len(boxes) == 0:
		return s.Theme.Dim.Render(ui.Cut(" The place of this line on the page is not known.", w))
	case s.pic.Missing(s.number) != "":
		return s.Theme.Dim.Render(ui.Cut(" "+s.pic.Missing(s.number), w))
	}
	part := s.pic.Crop(boxes, nil, s.words.Width, s.words.Height, w, h-1)
	if part == "" {
		return s.Theme.Dim.Render(ui.Cut(" The place of this line on the page is not known.", w))
	}
	return head + "\n" + part
}
