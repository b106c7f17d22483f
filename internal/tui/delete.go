package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// deleteScreen asks for two identifiers of the patient, read from the banner,
// before a document goes for good. Without them nothing happens.
type deleteScreen struct {
	base
	banner ui.Banner
	record core.Record
	proof  challenge
	form   ui.Form
	err    string
}

const slotDelete ui.Slot = "delete"

func newDelete(e *env, b ui.Banner, rec core.Record, family string) *deleteScreen {
	s := &deleteScreen{base: newBase(e), banner: b, record: rec, proof: challenge{banner: b, family: family}}
	s.form.Fields = s.proof.fields()
	return s
}

func (s *deleteScreen) Title() string     { return "Delete" }
func (s *deleteScreen) Banner() ui.Banner { return s.banner }
func (s *deleteScreen) Typing() bool      { return !s.scope.Busy(slotDelete) }

func (s *deleteScreen) Keys() []ui.Binding {
	return []ui.Binding{
		{Keys: []string{"esc"}, Help: "keep the document", Run: do(s.pop)},
		{Keys: []string{"enter"}, Help: "next, then delete"},
	}
}

func (s *deleteScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if pastedIdentifier(&s.form, m) {
			return nil
		}
		if s.Typing() && s.form.Update(m) {
			return s.send()
		}
	case ui.Result[struct{}]:
		if m.Err != nil {
			s.err = core.MessageOf(m.Err)
			return nil
		}
		s.info("Deleted “" + ui.Or(s.record.Title) + "” of " + s.banner.Name + ".")
		s.pop()
	}
	return nil
}

func (s *deleteScreen) send() tea.Cmd {
	errs := s.proof.check(&s.form)
	s.err = ""
	s.form.SetErrors(errs)
	if len(errs) > 0 {
		return nil
	}
	backend, id := s.backend, s.record.ID
	return ui.Load(s.scope, slotDelete, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, backend.DeleteRecord(ctx, id)
	})
}

func (s *deleteScreen) View() string {
	b := s.banner
	question := "Delete “" + ui.Or(s.record.Title) + "” (" + ui.Or(s.record.Type.TypeName) + ", " + dated(s.record) +
		", uploaded " + ui.Day(s.record.UploadedAt, s.loc) + ") of " + identified(b) + "?"
	foot := ""
	switch {
	case s.scope.Busy(slotDelete):
		foot = " Deleting …"
	case s.err != "":
		foot = ui.Block(s.th.Bad.Render, "! "+s.err, s.w)
	}
	return s.asking(ui.Block(s.th.Bad.Render, question, s.w), "The file and the text read from it go for good; X would hide it and keep it. To confirm, type from the banner:", &s.form, foot)
}
