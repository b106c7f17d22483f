package document

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// splitConfirm is the last question before a bundle is split: a reason, and two
// identifiers of everybody else who is given a part.
type splitConfirm struct {
	lastQuestion
	ConfirmSplit
}

// ConfirmSplit is the route of it: the plan as it was made.
type ConfirmSplit struct {
	patient ui.Banner
	record  core.Record
	parts   []part
	left    int // screens to leave when it is done
}

func (ConfirmSplit) Kind() page.Kind { return "confirm split" }
func (ConfirmSplit) Title() string   { return "Split" }

func NewConfirmSplit(clinic Clinic, e *page.Env, r ConfirmSplit) page.Screen {
	var proofs []challenge
	asked := map[int64]bool{r.patient.ID: true}
	for i, p := range r.parts {
		if asked[p.patient.ID] {
			continue
		}
		asked[p.patient.ID] = true
		proofs = append(proofs, challenge{banner: ui.BannerOfSummary(p.patient), key: fmt.Sprintf(" %d", i+1), whose: fmt.Sprintf(", part %d", i+1)})
	}
	return &splitConfirm{ConfirmSplit: r,
		lastQuestion: newLastQuestion(clinic, e, r, slotSplit, "Splitting …", why("Why is it split", "papers of several patients in one scan"), proofs...)}
}

func (s *splitConfirm) Banner() ui.Banner  { return s.patient }
func (s *splitConfirm) Keys() []ui.Binding { return s.keys("back to the plan", "next, then split") }

func (s *splitConfirm) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.typed(m) {
			return s.act("split it", s.send)
		}
	case ui.Result[core.SplitDone]:
		if s.refused(m.Err, &s.record) {
			return nil
		}
		s.Changed(m.Value.Original)
		s.done(fmt.Sprintf("Split “%s” of %s into %s. It is kept itself, entered in error; z in the chart shows it.",
			present.Or(s.record.Title), s.patient.Name, page.Count(len(s.parts), "document")), s.left)
	}
	return nil
}

func (s *splitConfirm) send() tea.Cmd {
	clinic, id, split := s.clinic, s.record.ID, s.wanted()
	return ui.Load(s.Scope(), slotSplit, func(ctx context.Context) (core.SplitDone, error) { return clinic.SplitRecord(ctx, id, split) })
}

func (s *splitConfirm) View() string {
	list := s.parts
	question := []string{ui.Block(s.Theme.Strong.Render, fmt.Sprintf("Split “%s” of %s into %s?", present.Or(s.record.Title), page.Identified(s.patient), page.Count(len(list), "document")), s.W)}
	for i, p := range list {
		if i >= max(2, s.H/3) && i < len(list)-1 {
			question = append(question, " "+s.Theme.Dim.Render(fmt.Sprintf("   and %d further parts (Esc shows the plan)", len(list)-i)))
			break
		}
		question = append(question, ui.Block(s.Theme.Plain.Render, fmt.Sprintf("%d  %s: %s", i+1, p.pages(), p.goesTo(s.patient.ID, true))+p.described(), s.W))
	}
	meaning := "The bundle itself is kept, entered in error. Everybody who is given a part has their clinician told."
	if len(s.proofs) > 0 {
		meaning += " To confirm, type of each other patient:"
	}
	return s.view(strings.Join(question, "\n"), meaning)
}

// wanted is the plan as the server wants it, with what was typed of each patient.
func (s *splitConfirm) wanted() core.SplitRecord {
	typed := map[int64]core.Identifiers{}
	for i, c := range s.proofs {
		typed[c.banner.ID] = s.given[i]
	}
	split := core.SplitRecord{Reason: s.reason(), Version: s.record.Version}
	for _, p := range s.parts {
		out := core.SplitPart{PatientID: p.patient.ID, Identifiers: typed[p.patient.ID], Title: p.title, TypeID: p.kind.ID, DocumentDate: p.date}
		for n := p.from; n <= p.to; n++ {
			out.Pages = append(out.Pages, n)
		}
		split.Parts = append(split.Parts, out)
	}
	return split
}
