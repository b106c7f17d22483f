package tui

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// readAgain has a document read with other settings: language and priority.
// Corrections of earlier text stay.
type readAgain struct {
	base
	banner ui.Banner
	record core.Record
	before *core.Job // the reading before; nil: there was none
	form   ui.Form
	err    string
}

func newReadAgain(e *env, r ReadAgain) Screen {
	before := r.Before
	s := &readAgain{base: newBase(e, r), banner: r.Patient, record: r.Record, before: before}
	language := &ui.Field{Key: "language", Label: "Language", Input: ui.Input{Hint: "the server's usual one"}}
	if e.limits != nil && len(e.limits.OCRLanguages) > 0 {
		language.Note = "installed: " + strings.Join(e.limits.OCRLanguages, ", ") + "; several with +, like eng+deu"
	}
	priority := &ui.Field{Key: "priority", Label: "Priority", Choice: true, Note: "Left/Right choose; urgent ones are read first"}
	for _, p := range core.Priorities() {
		priority.Options = append(priority.Options, ui.Option{Value: string(p), Label: string(p)})
	}
	priority.Choose(string(core.PriorityNormal))
	if before != nil {
		language.Input.Set(before.Language)
		priority.Choose(string(before.Priority))
	}
	s.form.Fields = []*ui.Field{language, priority}
	return s
}

func (s *readAgain) Banner() ui.Banner { return s.banner }
func (s *readAgain) Typing() bool      { return !s.scope.Busy(slotSubmit) }

func (s *readAgain) Keys() []ui.Binding {
	return []ui.Binding{
		{Name: "next, then read", Keys: []string{"enter"}, Help: "next, then read"},
		{Keys: []string{"esc"}, Help: "leave it as it is", Run: do(s.pop)},
	}
}

func (s *readAgain) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.Typing() && s.form.Update(m) {
			return s.send()
		}
	case ui.Result[submitted]:
		if m.Err != nil {
			s.err = formErrors(&s.form, m.Err)
			return nil
		}
		s.replace(Reading{Patient: s.banner, Record: s.record, Job: m.Value.JobID})
	}
	return nil
}

// missing are the languages asked for that the server has not installed.
func (s *readAgain) missing(language string) []string {
	if s.limits == nil || len(s.limits.OCRLanguages) == 0 || language == "" {
		return nil
	}
	return slices.DeleteFunc(strings.Split(language, "+"), func(l string) bool { return slices.Contains(s.limits.OCRLanguages, l) })
}

func (s *readAgain) send() tea.Cmd {
	o := core.AnalyzeOptions{Language: strings.ReplaceAll(s.form.Field("language").Value(), " ", ""), Priority: core.Priority(s.form.Field("priority").Value())}
	s.err = ""
	if not := s.missing(o.Language); len(not) > 0 {
		s.form.SetErrors(map[string][]string{"language": {"Not installed: " + strings.Join(not, ", ") + ". There is " + strings.Join(s.limits.OCRLanguages, ", ") + "."}})
		return nil
	}
	s.form.SetErrors(nil)
	backend, rec, before := s.backend, s.record, s.before
	return ui.Load(s.scope, slotSubmit, func(ctx context.Context) (submitted, error) {
		if before != nil && before.Status.Final() {
			out, err := backend.RetryJob(ctx, before.ID, o)
			return submitted{rec, out.Job.ID}, err
		}
		out, err := backend.Analyze(ctx, rec.ID, o)
		return submitted{rec, out.Job.ID}, err
	})
}

func (s *readAgain) View() string {
	question := "Have “" + ui.Or(s.record.Title) + "” of " + identified(s.banner) + " read by the machine?"
	meaning := "A new reading takes the place of the one before when it is done. What people corrected stays; values are to be verified again where they differ."
	if s.before == nil {
		meaning = ""
	}
	foot := ""
	switch {
	case s.scope.Busy(slotSubmit):
		foot = " Asking the server …"
	case s.err != "":
		foot = ui.Block(s.th.Bad.Render, "! "+s.err, s.w)
	}
	return s.asking(ui.Block(s.th.Strong.Render, question, s.w), meaning, &s.form, foot)
}
