package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core/wire"
	"clinician/internal/tui/ui"
)

// splitConfirm is the last question before a bundle is split: a reason, and two
// identifiers of everybody else who is given a part.
type splitConfirm struct {
	base
	plan   *splitScreen
	proofs []challenge
	form   ui.Form
	err    string
}

func newSplitConfirm(plan *splitScreen) *splitConfirm {
	s := &splitConfirm{base: newBase(plan.env), plan: plan}
	s.form.Fields = []*ui.Field{{Key: "reason", Label: "Why is it split", Input: ui.Input{Hint: "papers of several patients in one scan"}}}
	asked := map[int64]bool{plan.banner.ID: true}
	for i, p := range plan.parts() {
		if asked[p.patient.ID] {
			continue
		}
		asked[p.patient.ID] = true
		c := challenge{banner: ui.BannerOfSummary(p.patient), family: p.patient.User.LastName, key: fmt.Sprintf(" %d", i+1)}
		s.proofs = append(s.proofs, c)
		fields := c.fields()
		for _, f := range fields {
			f.Label += fmt.Sprintf(", part %d", i+1)
		}
		s.form.Fields = append(s.form.Fields, fields...)
	}
	return s
}

func (s *splitConfirm) Title() string     { return "Split" }
func (s *splitConfirm) Banner() ui.Banner { return s.plan.banner }
func (s *splitConfirm) Typing() bool      { return !s.scope.Busy(slotSplit) }

func (s *splitConfirm) Keys() []ui.Binding {
	return []ui.Binding{
		{Name: "back to the plan", Keys: []string{"esc"}, Help: "back to the plan", Run: do(s.pop)},
		{Name: "next, then split", Keys: []string{"enter"}, Help: "next, then split"},
	}
}

func (s *splitConfirm) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if pastedIdentifier(&s.form, m) {
			return nil
		}
		if s.Typing() && s.form.Update(m) {
			return s.send()
		}
	case ui.Result[wire.SplitDone]:
		if m.Err != nil {
			s.err = formErrors(&s.form, m.Err)
			return nil
		}
		s.info(fmt.Sprintf("Split “%s” of %s into %s. It is kept itself, entered in error; z in the chart shows it.",
			ui.Or(s.plan.record.Title), s.plan.banner.Name, count(len(s.plan.parts()), "document")))
		s.plan.was = fmt.Sprint(s.plan.parts()) // nothing is left to do with the plan
		for range s.plan.left + 1 {
			s.pop()
		}
	}
	return nil
}

func (s *splitConfirm) send() tea.Cmd {
	errs := map[string][]string{}
	for _, c := range s.proofs {
		for key, list := range c.check(&s.form) {
			errs[key] = list
		}
		if c.banner.Born.IsZero() {
			errs["second"+c.key] = []string{"This patient's year of birth is not recorded; ask the records office to split it."}
		}
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
	backend, id, split := s.backend, s.plan.record.ID, s.plan.wanted(reason)
	return ui.Load(s.scope, slotSplit, func(ctx context.Context) (wire.SplitDone, error) { return backend.SplitRecord(ctx, id, split) })
}

func (s *splitConfirm) View() string {
	list := s.plan.parts()
	question := []string{ui.Block(s.th.Strong.Render, fmt.Sprintf("Split “%s” of %s into %s?", ui.Or(s.plan.record.Title), identified(s.plan.banner), count(len(list), "document")), s.w)}
	for i, p := range list {
		if i >= max(2, s.h/3) && i < len(list)-1 {
			question = append(question, " "+s.th.Dim.Render(fmt.Sprintf("   and %d further parts (Esc shows the plan)", len(list)-i)))
			break
		}
		question = append(question, ui.Block(s.th.Plain.Render, fmt.Sprintf("%d  %s: %s", i+1, p.pages(), s.plan.goesTo(p.planned, true)), s.w))
	}
	meaning := "The bundle itself is kept, entered in error. Everybody who is given a part has their clinician told."
	if len(s.proofs) > 0 {
		meaning += " To confirm, type of each other patient:"
	}
	foot := ""
	switch {
	case s.scope.Busy(slotSplit):
		foot = " Splitting …"
	case s.err != "":
		foot = ui.Block(s.th.Bad.Render, "! "+s.err, s.w)
	}
	return s.asking(strings.Join(question, "\n"), meaning, &s.form, foot)
}

// wanted is the plan as the server wants it.
func (s *splitScreen) wanted(reason string) wire.SplitRecord {
	split := wire.SplitRecord{Reason: reason}
	for _, p := range s.parts() {
		out := wire.SplitPart{PatientID: p.patient.ID, Title: p.title}
		for n := p.from; n <= p.to; n++ {
			out.Pages = append(out.Pages, n)
		}
		if p.patient.ID != s.banner.ID {
			out.FamilyName, out.BirthYear = p.patient.User.LastName, p.patient.DateOfBirth.Year
		}
		split.Parts = append(split.Parts, out)
	}
	return split
}
