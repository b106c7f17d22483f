package document

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// sendTask asks a colleague who may see the patient to do something about a document or
// a value, by a day. The server says who may.
type sendTask struct {
	lastQuestion
	banner ui.Banner
	record core.Record
	value  *core.Value
}

const slotSendTask ui.Slot = "send task"

func NewSendTask(clinic Clinic, e *page.Env, r page.SendTask) page.Screen {
	s := &sendTask{lastQuestion: newLastQuestion(clinic, e, r, slotSendTask, "Sending …", nil), banner: r.Patient, record: r.Record, value: r.Value}
	to := &ui.Field{Key: "owner_email", Label: "To (e-mail)", Note: "Your own address makes it a reminder for yourself."}
	if e.Profile != nil {
		to.Input.Set(e.Profile.User.Email)
	}
	due := &ui.Field{Key: "due", Label: "By", Note: "A day, such as 8 May 2026, or today."}
	due.Input.Set(core.DateOf(e.Today().AddDate(0, 0, 1)).Display())
	s.form.Fields = []*ui.Field{{Key: "note", Label: "What", Input: ui.Input{Max: 2000, Hint: "what is to be done"}}, to, due}
	return s
}

func (s *sendTask) Banner() ui.Banner { return s.banner }

func (s *sendTask) Keys() []ui.Binding {
	return []ui.Binding{{Keys: []string{"enter"}, Help: "next, then send"}, {Keys: []string{"esc"}, Help: "send nothing", Run: page.Do(s.Pop)}}
}

func (s *sendTask) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.Typing() && s.form.Update(m) {
			return s.send()
		}
	case ui.Result[core.Task]:
		if m.Err == nil && m.Value.PatientID != s.banner.ID {
			m.Err = page.WrongPatient()
		}
		if m.Err != nil {
			s.err = page.FormErrors(&s.form, m.Err)
			return nil
		}
		s.done("Sent to "+m.Value.OwnerName+", "+present.TaskDue(m.Value)+".", 1)
	}
	return nil
}

func (s *sendTask) send() tea.Cmd {
	s.err = ""
	value := func(key string) string { return strings.TrimSpace(s.form.Field(key).Value()) }
	errs := map[string][]string{}
	due, err := text.ReadDate(value("due"), s.Today())
	if err != nil {
		errs["due"] = []string{core.MessageOf(err)}
	}
	for key, says := range map[string]string{"note": "What is to be done?", "owner_email": "To whom?", "due": "By which day?"} {
		if value(key) == "" {
			errs[key] = []string{says}
		}
	}
	if s.form.SetErrors(errs); len(errs) > 0 {
		return nil
	}
	t := core.NewTask{Owner: value("owner_email"), Note: value("note"), Due: due}
	if s.value != nil {
		t.ValueID = s.value.ID
	}
	clinic, id := s.clinic, s.record.ID
	return ui.Load(s.Scope(), slotSendTask, func(ctx context.Context) (core.Task, error) { return clinic.SendTask(ctx, id, t) })
}

func (s *sendTask) View() string {
	about := "“" + present.Or(s.record.Title) + "”"
	if s.value != nil {
		about = present.ValueOf(*s.value).Statement() + " in " + about
	}
	return s.view(ui.Block(s.Theme.Strong.Render, "Send a task about "+about+" of "+page.Identified(s.banner), s.W),
		"Only a colleague who may see this patient can get it. You see when it is done, and can take it back (@ on the day).")
}
