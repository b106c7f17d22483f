package document

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// unlockScreen asks for the password of a protected PDF. What it opens becomes a document
// of its own, which is shown; the password is forgotten with the screen.
type unlockScreen struct {
	lastQuestion
	banner ui.Banner
	record core.Record
	left   int // screens to leave when it is done
}

const slotUnlock ui.Slot = "unlock"

// fieldPassword is the only field of the form.
const fieldPassword = "password"

func NewUnlock(clinic Clinic, e *page.Env, r page.Unlock) page.Screen {
	s := &unlockScreen{banner: r.Patient, record: r.Record, left: r.Left, lastQuestion: newLastQuestion(clinic, e, r, slotUnlock, "Opening …", nil)}
	s.form.Fields = []*ui.Field{{Key: fieldPassword, Label: "Password of the document", Input: ui.Input{Secret: true}}}
	return s
}

func (s *unlockScreen) Banner() ui.Banner  { return s.banner }
func (s *unlockScreen) Keys() []ui.Binding { return s.keys("leave it as it is", "open") }

func (s *unlockScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if !s.typed(m) {
			return nil
		}
		if s.form.Field(fieldPassword).Value() == "" {
			s.form.SetErrors(map[string][]string{fieldPassword: {"Type the password that came with the document."}})
			return nil
		}
		return s.act("open", s.send)
	case ui.Result[core.Unlocked]:
		if m.Err == nil && m.Value.Record.PatientID != s.banner.ID {
			m.Err = page.WrongPatient()
		}
		if s.refused(m.Err, &s.record) {
			return nil
		}
		s.Changed(m.Value.Original)
		for range s.left {
			s.Pop()
		}
		s.Push(page.Viewer{Patient: s.banner, Record: m.Value.Record})
		s.Info("“" + present.Or(s.record.Title) + "” opens without its password now. The protected file is kept, marked as entered in error.")
	}
	return nil
}

func (s *unlockScreen) send() tea.Cmd {
	clinic, id := s.clinic, s.record.ID
	u := core.UnlockRecord{Password: s.form.Field(fieldPassword).Value(), Version: s.record.Version}
	return ui.Load(s.Scope(), slotUnlock, func(ctx context.Context) (core.Unlocked, error) {
		return clinic.UnlockRecord(ctx, id, u)
	})
}

func (s *unlockScreen) View() string {
	question := "Open “" + present.Or(s.record.Title) + "” of " + page.Identified(s.banner) + " with its password?"
	return s.view(ui.Block(s.Theme.Strong.Render, question, s.W),
		"A copy that opens without a password takes its place, so that it can be read and searched. The password is kept nowhere.")
}
