package tui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// recordAct is something that happens to a document for a reason: it is
// entered in error, or restored. What hides a document asks for two identifiers.
type recordAct struct {
	base
	banner  ui.Banner
	record  core.Record
	restore bool
	proof   challenge
	form    ui.Form
	err     string
	left    int // screens to leave when it is done
}

const slotAct ui.Slot = "record act"

// newInError hides a document that is wrong; it can be restored.
func newInError(e *env, b ui.Banner, rec core.Record, family string, left int) *recordAct {
	s := &recordAct{base: newBase(e), banner: b, record: rec, proof: challenge{b, family}, left: left}
	s.form.Fields = append([]*ui.Field{{Key: "reason", Label: "Why is it wrong", Input: ui.Input{Hint: "wrong document; scanned twice; unreadable"}}}, s.proof.fields()...)
	return s
}

// newRestore brings a document back that was entered in error.
func newRestore(e *env, b ui.Banner, rec core.Record) *recordAct {
	s := &recordAct{base: newBase(e), banner: b, record: rec, restore: true, left: 1}
	s.form.Fields = []*ui.Field{{Key: "reason", Label: "Why does it count again"}}
	return s
}

func (s *recordAct) Title() string {
	if s.restore {
		return "Restore"
	}
	return "Entered in error"
}

func (s *recordAct) Banner() ui.Banner { return s.banner }
func (s *recordAct) Typing() bool      { return !s.scope.Busy(slotAct) }

func (s *recordAct) Keys() []ui.Binding {
	verb := "next, then hide"
	if s.restore {
		verb = "restore"
	}
	return []ui.Binding{
		{Keys: []string{"esc"}, Help: "leave it as it is", Run: do(s.pop)},
		{Keys: []string{"enter"}, Help: verb},
	}
}

func (s *recordAct) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if pastedIdentifier(&s.form, m) {
			return nil
		}
		if s.Typing() && s.form.Update(m) {
			return s.send()
		}
	case ui.Result[core.Record]:
		if m.Err != nil {
			s.err = formErrors(&s.form, m.Err)
			return nil
		}
		said := "“" + ui.Or(s.record.Title) + "” of " + s.banner.Name + " is marked as entered in error. z in the chart shows it; R restores it."
		if s.restore {
			said = "“" + ui.Or(s.record.Title) + "” of " + s.banner.Name + " counts again."
		}
		s.info(said)
		for range s.left {
			s.pop()
		}
	}
	return nil
}

func (s *recordAct) send() tea.Cmd {
	errs := map[string][]string{}
	if !s.restore {
		errs = s.proof.check(&s.form)
	}
	reason := strings.TrimSpace(s.form.Field("reason").Value())
	if reason == "" {
		errs["reason"] = []string{"Say in a few words why."}
	}
	s.err = ""
	s.form.SetErrors(errs)
	if len(errs) > 0 {
		return nil
	}
	backend, id, restore := s.backend, s.record.ID, s.restore
	return ui.Load(s.scope, slotAct, func(ctx context.Context) (core.Record, error) {
		if restore {
			return backend.RestoreRecord(ctx, id, reason)
		}
		return backend.EnteredInError(ctx, id, reason)
	})
}

func (s *recordAct) View() string {
	what := "“" + ui.Or(s.record.Title) + "” (" + ui.Or(s.record.Type.TypeName) + ", dated " + dayOf(s.record.DocumentDate) + ", uploaded " +
		ui.Day(s.record.UploadedAt, s.loc) + ") of " + identified(s.banner)
	question, then := "Mark "+what+" as entered in error?", "It is hidden from work and feeds nothing any more. It is not erased and can be restored. To confirm, give the reason and type from the banner:"
	if s.restore {
		question, then = "Let "+what+" count again?", "It was marked: "+ui.Or(s.record.StatusReason)
	}
	out := ui.Block(s.th.Strong.Render, question, s.w) + "\n" + ui.Block(s.th.Plain.Render, then, s.w) + "\n\n" + s.form.View(s.th, s.w, max(3, s.h-7)) + "\n\n"
	switch {
	case s.scope.Busy(slotAct):
		return out + " Storing …"
	case s.err != "":
		return out + ui.Block(s.th.Bad.Render, "! "+s.err, s.w)
	}
	return out
}
