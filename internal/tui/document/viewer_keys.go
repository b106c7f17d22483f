package document

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

func (s *viewerScreen) Keys() []ui.Binding {
	keys := s.reader.keys()
	if s.reader.asking {
		return s.following(keys)
	}
	if !s.text {
		search := keys[0]
		search.Off, search.Quiet = unread(false), true
		keys = []ui.Binding{
			{Keys: []string{"l", "right"}, Show: "Left/Right", Help: "page", Run: func() tea.Cmd { return s.turn(1) }},
			{Keys: []string{"h", "left"}, Quiet: true, Show: "h/Left", Help: "page before", Run: func() tea.Cmd { return s.turn(-1) }},
			search,
		}
	} else {
		keys = s.following(append(keys, s.textKeys()...))
	}
	if s.showsImage() && !s.noPicture() {
		keys = append(s.pic.Keys(), keys...) // a zoomed page takes the arrows
	}
	if s.record.Status != core.RecordEnteredInError { // Z restores it then
		at := min(2, len(keys)) // where the footer has room for it
		keys = slices.Insert(keys, at, s.reviewKey())
	}
	keys = append(keys, s.documentKeys()...)
	keys = append(keys, ui.Binding{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)})
	return append(keys, s.following(ui.MoveKeys(&s.reader.pager, nil))...)
}

// following lets the image turn with the text.
func (s *viewerScreen) following(keys []ui.Binding) []ui.Binding {
	for i := range keys {
		if run := keys[i].Run; run != nil {
			keys[i].Run = func() tea.Cmd { return tea.Batch(run(), s.follow()) }
		}
	}
	return keys
}

// textKeys work where there is text.
func (s *viewerScreen) textKeys() []ui.Binding {
	none := ""
	if s.reader.doubts() == 0 {
		none = "There is no unsure word on this page."
		if len(s.reader.result.Pages) > 1 && s.reader.page < len(s.reader.result.Pages)-1 {
			none = ""
		}
	}
	return []ui.Binding{
		{Keys: []string{"d"}, Show: "d/u", Help: "unsure word", Off: none, Run: func() tea.Cmd { return s.reader.nextDoubt(1) }},
		{Keys: []string{"u"}, Quiet: true, Help: "unsure word before", Run: func() tea.Cmd { return s.reader.nextDoubt(-1) }},
		s.specksKey(),
		{Keys: []string{"C"}, Help: "correct text", Quiet: true, Off: s.ChangeOff(), Run: page.Do(s.correct)},
		{Keys: []string{"ctrl+y"}, Help: "copy page", Act: true, Quiet: true, Off: s.CopyOff(), Run: page.Do(func() {
			s.CopyText(body(s.reader.current()), "The text of this page")
		})},
		{Keys: []string{"ctrl+g"}, Help: "copy what is on screen", Act: true, Quiet: true, Off: s.CopyOff(), Run: page.Do(func() {
			s.CopyText(s.reader.pager.Visible(), "The text on screen")
		})},
	}
}

// specksKey shows and hides dirt that was taken for signs.
func (s *viewerScreen) specksKey() ui.Binding {
	b := ui.Binding{Name: "specks", Keys: []string{"%"}, Help: "show specks", Quiet: true, Run: page.Do(s.reader.showDirt)}
	switch {
	case s.reader.dirt:
		b.Help = "hide specks"
	case len(s.reader.specks) == 0:
		b.Off = "No specks are hidden on this page."
	default:
		b.Quiet = false
	}
	return b
}

// correct opens the page for correction; its text is read again afterwards.
func (s *viewerScreen) correct() {
	p := s.reader.current()
	shown := s.reader.pageSize()
	shown.Number = p.Number
	s.reader.stale = true
	s.reader.aim = &page.Spot{Page: p.Number}
	s.Push(page.Correct{Patient: s.banner, Record: s.record, Page: shown})
}

// documentKeys are what can be done with the document.
func (s *viewerScreen) documentKeys() []ui.Binding {
	analyze := ui.Binding{Keys: []string{"A"}, Help: "analyse", Act: true, Off: page.First(page.Unreadable(s.record), s.AnalyzeOff()), Quiet: s.text, Run: s.analyze}
	noText := page.First(page.OutOfWork(s.record), unread(s.text))
	alone := ""
	if len(s.docs) < 2 {
		alone = "There is no other document in this list."
	}
	keys := []ui.Binding{
		{Keys: []string{"i"}, Help: "image/text", Quiet: !s.text || s.W >= page.WideEnough, Run: func() tea.Cmd { s.image = !s.image; return s.wantImage() }},
		{Keys: []string{"}"}, Show: "}/{", Help: "other document", Off: alone, Quiet: alone != "", Run: func() tea.Cmd { return s.beside(1) }},
		s.nextKey(),
		{Keys: []string{"{"}, Quiet: true, Help: "document before", Off: alone, Run: func() tea.Cmd { return s.beside(-1) }},
		analyze,
		{Keys: []string{"v"}, Help: "values", Off: noText, Run: page.Do(func() { s.Push(page.Values{Patient: s.banner, Record: s.record}) })},
		{Keys: []string{"c"}, Help: "whose is it", Quiet: s.record.PatientCheck != core.CheckPatient, Off: noText, Run: page.Do(func() {
			s.Push(page.Check{Patient: s.banner, Record: s.record, Above: 1})
		})},
		{Keys: []string{"E"}, Help: "details, edit", Quiet: true, Run: page.Do(func() { s.Push(page.Details{Patient: s.banner, Record: s.record}) })},
		{Keys: []string{"o"}, Help: "open in another program", Quiet: true, Off: s.openOff(), Run: s.openCopy},
		{Keys: []string{"w"}, Help: "download", Quiet: s.text, Run: page.Do(func() { s.Push(page.Download{Patient: s.banner, Record: s.record}) })},
		{Keys: []string{"r"}, Help: "try again", Quiet: true, Run: s.Refresh},
	}
	return append(keys, s.LifeKeys(page.Life{Banner: s.banner, Record: s.record, Above: 1})...)
}

// reviewKey notes that the user has read the document, once its end was seen.
func (s *viewerScreen) reviewKey() ui.Binding {
	b := ui.Binding{Name: "reviewed", Keys: []string{"R"}, Help: "reviewed", Act: true, Off: s.ChangeOff(), Run: s.ask}
	switch {
	case s.record.Reviewed != nil:
		b.Help, b.Quiet = "not reviewed", true
		b.Run = func() tea.Cmd { return s.review(false) }
	case b.Off == "" && !s.state.Got:
		b.Off = "Wait until the document is loaded."
	case b.Off == "" && s.text && !s.reader.readThrough():
		b.Off = "Read every page to its end first; G goes to the end of a page."
	case b.Off == "" && !s.text && !s.looked():
		b.Off = "Look at every page first; Right turns to the next one."
	}
	return b
}

// readable reports whether what was shown could be read: there is text, every page was
// drawn large enough, or another program has it.
func (s *viewerScreen) readable() bool {
	if s.text || s.opened {
		return true
	}
	for _, large := range s.drawn {
		if !large {
			return false
		}
	}
	return len(s.drawn) > 0
}

// ask notes a review of what could be read at once, of anything else after a question.
func (s *viewerScreen) ask() tea.Cmd {
	if s.readable() {
		return s.review(true)
	}
	s.Confirm("A page was shown here too small to be read, or not to its end (+ enlarges, arrows move, o opens it in another program). Have you read it elsewhere, and is it reviewed?",
		"reviewed", func() tea.Cmd { return s.review(true) })
	return nil
}

func (s *viewerScreen) review(yes bool) tea.Cmd {
	if s.Scope().Busy(slotReview) {
		return nil
	}
	clinic, id, version := s.clinic, s.record.ID, s.record.Version
	return ui.Load(s.Scope(), slotReview, func(ctx context.Context) (core.Record, error) { return clinic.ReviewRecord(ctx, id, version, yes) })
}

const slotReview ui.Slot = "review record"

// reviewed takes the answer to review.
func (s *viewerScreen) reviewed(m ui.Result[core.Record]) {
	if m.Err == nil && m.Value.PatientID != s.banner.ID {
		m.Err = page.WrongPatient()
	}
	if now, says, ok := page.Outdated[core.Record](m.Err); ok && now.PatientID == s.banner.ID {
		now.Reviewed = s.record.Reviewed
		s.record = now
		s.Bad(says)
		return
	}
	if m.Err != nil {
		s.Bad(core.MessageOf(m.Err))
		return
	}
	s.record = m.Value
	if m.Value.Reviewed != nil {
		s.Info("Reviewed by you. “.” next unread, R takes it back.")
	} else {
		s.Info("Not reviewed by you any more.")
	}
}

// unread says why what is taken from the text is not there.
func unread(text bool) string {
	if text {
		return ""
	}
	return "The text of this document has not been read yet: A reads it."
}
