package document

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// readAgain has a document read with other settings: language and priority.
// Corrections of earlier text stay.
type readAgain struct {
	page.Base
	clinic Clinic
	banner ui.Banner
	record core.Record
	before *core.Job // the reading before; nil: there was none
	form   ui.Form
	err    string
}

func NewReadAgain(clinic Clinic, e *page.Env, r page.ReadAgain) page.Screen {
	before := r.Before
	s := &readAgain{Base: page.NewBase(e, r), clinic: clinic, banner: r.Patient, record: r.Record, before: before}
	language := &ui.Field{Key: "language", Label: "Language", Input: ui.Input{Hint: "the server's usual one"}}
	if e.Limits != nil && len(e.Limits.OCRLanguages) > 0 {
		language.Note = "installed: " + strings.Join(e.Limits.OCRLanguages, ", ") + "; several with +, like eng+deu"
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
func (s *readAgain) Leaving() string   { return page.Unsaved(&s.form) }
func (s *readAgain) Typing() bool      { return !s.Scope().Busy(page.SlotSubmit) }

func (s *readAgain) Keys() []ui.Binding {
	return []ui.Binding{
		{Name: "next, then read", Keys: []string{"enter"}, Help: "next, then read"},
		{Keys: []string{"esc"}, Help: "leave it as it is", Run: page.Do(s.Pop)},
	}
}

func (s *readAgain) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.Typing() && s.form.Update(m) {
			return s.send()
		}
	case ui.Result[page.Submitted]:
		if m.Err != nil {
			s.err = page.FormErrors(&s.form, m.Err)
			return nil
		}
		s.form.Settle()
		s.Replace(page.Reading{Patient: s.banner, Record: s.record, Job: m.Value.JobID})
	}
	return nil
}

// missing are the languages asked for that the server has not installed.
func (s *readAgain) missing(language string) []string {
	if s.Limits == nil || len(s.Limits.OCRLanguages) == 0 || language == "" {
		return nil
	}
	return slices.DeleteFunc(strings.Split(language, "+"), func(l string) bool { return slices.Contains(s.Limits.OCRLanguages, l) })
}

func (s *readAgain) send() tea.Cmd {
	o := core.AnalyzeOptions{Language: strings.ReplaceAll(s.form.Field("language").Value(), " ", ""), Priority: core.Priority(s.form.Field("priority").Value())}
	s.err = ""
	if not := s.missing(o.Language); len(not) > 0 {
		s.form.SetErrors(map[string][]string{"language": {"Not installed: " + strings.Join(not, ", ") + ". There is " + strings.Join(s.Limits.OCRLanguages, ", ") + "."}})
		return nil
	}
	s.form.SetErrors(nil)
	clinic, rec, before := s.clinic, s.record, s.before
	return ui.Load(s.Scope(), page.SlotSubmit, func(ctx context.Context) (page.Submitted, error) {
		if before != nil && before.Status.Final() {
			out, err := clinic.RetryJob(ctx, before.ID, o)
			return page.Submitted{Record: rec, JobID: out.Job.ID}, err
		}
		out, err := clinic.Analyze(ctx, rec.ID, o)
		return page.Submitted{Record: rec, JobID: out.Job.ID}, err
	})
}

func (s *readAgain) View() string {
	question := "Have “" + present.Or(s.record.Title) + "” of " + page.Identified(s.banner) + " read by the machine?"
	meaning := "A new reading takes the place of the one before when it is done. What people corrected stays; values are to be verified again where they differ."
	if s.before == nil {
		meaning = ""
	}
	foot := ""
	switch {
	case s.Scope().Busy(page.SlotSubmit):
		foot = " Asking the server …"
	case s.err != "":
		foot = ui.Block(s.Theme.Bad.Render, "! "+s.err, s.W)
	}
	return s.Asking(ui.Block(s.Theme.Strong.Render, question, s.W), meaning, &s.form, foot)
}
