package document

import (
	"context"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// notesScreen shows all that people wrote about a document, whole, oldest first.
type notesScreen struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	notes  []core.Note
	state  ui.State
	pager  ui.Pager
}

const slotNotes ui.Slot = "notes"

func NewNotes(clinic Clinic, e *page.Env, r page.Notes) page.Screen {
	return &notesScreen{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record}
}

func (s *notesScreen) Banner() ui.Banner     { return s.banner }
func (s *notesScreen) Document() core.Record { return s.record }
func (s *notesScreen) Init() tea.Cmd         { return s.Refresh() }

func (s *notesScreen) Refresh() tea.Cmd {
	clinic, id := s.clinic, s.record.ID
	return ui.Load(s.Scope(), slotNotes, func(ctx context.Context) (core.RecordNotes, error) { return clinic.RecordNotes(ctx, id) })
}

func (s *notesScreen) SetSize(w, h int) {
	s.Base.SetSize(w, h)
	s.pager.SetSize(w, max(1, h-3))
}

func (s *notesScreen) Keys() []ui.Binding {
	write := ui.Binding{Name: "write-note", Keys: []string{"W"}, Help: "write a note", Off: page.First(page.OutOfWork(s.record), s.ChangeOff()), Run: page.Do(func() { s.write(false) })}
	if write.Off == "" && s.record.Status == core.RecordMoved {
		write.Off = "This document was moved away; write where it is now."
	}
	wrong := ui.Binding{Name: "note-in-error", Keys: []string{"X"}, Help: "one is wrong", Off: s.ChangeOff(), Run: page.Do(func() { s.write(true) })}
	if wrong.Off == "" && len(inForce(s.notes)) == 0 {
		wrong.Off = "There is no note that could be wrong."
	}
	if !s.state.Got {
		write.Off, wrong.Off = page.First(write.Off, "Wait until the notes are loaded."), page.First(wrong.Off, "Wait until the notes are loaded.")
	}
	keys := []ui.Binding{write, wrong,
		{Keys: []string{"r"}, Help: "refresh", Quiet: true, Run: s.Refresh},
		{Keys: []string{"esc", "q"}, Show: "Esc", Help: "back", Run: page.Do(s.Pop)}}
	return append(keys, ui.MoveKeys(&s.pager, nil)...)
}

func (s *notesScreen) write(wrong bool) {
	s.Push(page.WriteNote{Patient: s.banner, Record: s.record, There: s.notes, Wrong: wrong})
}

// inForce are the notes that were not entered in error.
func inForce(all []core.Note) []core.Note {
	var left []core.Note
	for _, n := range all {
		if n.Status == core.NoteFinal {
			left = append(left, n)
		}
	}
	return left
}

func (s *notesScreen) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(ui.Result[core.RecordNotes])
	if !ok {
		return nil
	}
	if m.Err == nil && m.Value.PatientID != s.banner.ID {
		m.Err = page.WrongPatient()
	}
	if m.Err != nil {
		s.state.Fail(m.Err)
		return nil
	}
	s.notes = m.Value.Results
	s.state.Done(m.Value.AsAt)
	if n := len(inForce(s.notes)); n != s.record.Notes {
		s.record.Notes = n
		s.Changed(s.record)
	}
	s.pager.Set(ui.Text{Body: notesText(s.Env, s.notes)})
	return nil
}

func notesText(e *page.Env, notes []core.Note) string {
	var b strings.Builder
	for _, n := range notes {
		b.WriteString(present.NoteHead(n, notes, e.Location) + "\n")
		if wrong := present.NoteState(n, e.Location); wrong != "" {
			b.WriteString("! " + wrong + "\n")
		}
		for _, line := range strings.Split(ui.CleanText(n.Text), "\n") {
			b.WriteString("    " + line + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (s *notesScreen) View() string {
	head := " " + s.Theme.Head.Render(ui.Cut("Notes on “"+present.Or(s.record.Title)+"”", s.W-2))
	if cover, ok := s.state.Cover(s.Theme, "the notes", s.W); ok {
		return head + "\n" + cover
	}
	if len(s.notes) == 0 {
		return head + "\n" + s.state.StaleLine(s.Theme, s.Location, s.W) + "\n" + ui.Empty(s.Theme, "Nobody has written a note on this document.", "W writes one.", s.W)
	}
	head = ui.Sides(head+"  "+page.Count(len(s.notes), "note")+", oldest first", s.Theme.Dim.Render("as at "+present.Clock(s.state.AsAt, s.Location)+" "), s.W)
	return head + "\n" + s.state.StaleLine(s.Theme, s.Location, s.W) + "\n" + s.pager.View(s.Theme)
}

// writeNote signs a note, or says that one of those there is wrong.
type writeNote struct {
	lastQuestion
	banner ui.Banner
	record core.Record
	notes  []core.Note
	wrong  bool
}

const slotWriteNote ui.Slot = "write note"

// longestNoteLine bounds what is typed in the line of the form; scripts can store more.
const longestNoteLine = 4000

func NewWriteNote(clinic Clinic, e *page.Env, r page.WriteNote) page.Screen {
	s := &writeNote{lastQuestion: newLastQuestion(clinic, e, r, slotWriteNote, "Storing …", nil), banner: r.Patient, record: r.Record, notes: r.There, wrong: r.Wrong}
	if r.Wrong {
		which := &ui.Field{Key: "note", Label: "Which", Choice: true, Note: "Left/Right choose"}
		for _, n := range inForce(r.There) {
			which.Options = append(which.Options, ui.Option{Value: n.ID, Label: present.NoteHead(n, r.There, e.Location)})
		}
		which.Index = len(which.Options) - 1
		s.form.Fields = []*ui.Field{which, why("Why is it wrong", "another patient; said twice")}
		return s
	}
	s.form.Fields = []*ui.Field{{Key: "text", Label: "Note", Input: ui.Input{Max: longestNoteLine, Hint: "signed with your name; never changed or removed"}}}
	about := &ui.Field{Key: "addendum_to", Label: "It is", Choice: true, Note: "Left/Right choose", Options: []ui.Option{{Value: "", Label: "a note of its own"}}}
	for _, n := range inForce(r.There) {
		if n.AddendumTo == "" {
			about.Options = append(about.Options, ui.Option{Value: n.ID, Label: "an addendum to note " + strconv.Itoa(n.Number) + " of " + n.AuthorName})
		}
	}
	if len(about.Options) > 1 {
		s.form.Fields = append([]*ui.Field{about}, s.form.Fields...)
		s.form.Focus("text")
	}
	return s
}

func (s *writeNote) Banner() ui.Banner { return s.banner }

func (s *writeNote) Keys() []ui.Binding {
	send := "next, then sign"
	if s.wrong {
		send = "next, then enter in error"
	}
	return []ui.Binding{{Keys: []string{"enter"}, Help: send}, {Keys: []string{"esc"}, Help: "leave it as it is", Run: page.Do(s.Pop)}}
}

func (s *writeNote) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.Typing() && s.form.Update(m) {
			return s.send()
		}
	case ui.Result[core.Note]:
		if m.Err == nil && m.Value.PatientID != s.banner.ID {
			m.Err = page.WrongPatient()
		}
		if m.Err != nil {
			s.err = page.FormErrors(&s.form, m.Err)
			return nil
		}
		said := "Signed: " + present.NoteName(m.Value, s.notes) + " on “" + present.Or(s.record.Title) + "” of " + s.banner.Name + "."
		if s.wrong {
			said = present.NoteName(m.Value, s.notes) + " is marked as entered in error. Its text stays."
		}
		s.done(said, 1)
	}
	return nil
}

func (s *writeNote) send() tea.Cmd {
	s.err = ""
	clinic, id := s.clinic, s.record.ID
	value := func(key string) string { return strings.TrimSpace(s.form.Field(key).Value()) }
	if s.wrong {
		note, reason := value("note"), value("reason")
		if reason == "" {
			s.form.SetErrors(map[string][]string{"reason": {"Say in a few words why."}})
			return nil
		}
		version := ""
		for _, n := range s.notes {
			if n.ID == note {
				version = n.Version
			}
		}
		return ui.Load(s.Scope(), slotWriteNote, func(ctx context.Context) (core.Note, error) {
			return clinic.NoteInError(ctx, id, note, version, reason)
		})
	}
	n := core.NewNote{Text: value("text"), AddendumTo: value("addendum_to")}
	if n.Text == "" {
		s.form.SetErrors(map[string][]string{"text": {"Type the note first."}})
		return nil
	}
	return ui.Load(s.Scope(), slotWriteNote, func(ctx context.Context) (core.Note, error) { return clinic.AddNote(ctx, id, n) })
}

func (s *writeNote) View() string {
	question := "Write a note on “" + present.Or(s.record.Title) + "” of " + page.Identified(s.banner)
	meaning := "It is signed with your name and role, and never changed or removed. What is to be added later is an addendum."
	if s.wrong {
		question = "Which note on “" + present.Or(s.record.Title) + "” of " + page.Identified(s.banner) + " is wrong?"
		meaning = "Its text stays where it is, marked as entered in error, with your reason and name."
	}
	return s.view(ui.Block(s.Theme.Strong.Render, question, s.W), meaning)
}
