package tui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/wire"
	"clinician/internal/tui/ui"
)

// moveScreen gives a misfiled document to the patient it belongs to, after two
// identifiers of that patient were typed. It moves and never copies; a tombstone stays.
type moveScreen struct {
	base
	banner ui.Banner
	record core.Record
	target core.PatientSummary
	proof  challenge
	form   ui.Form
	err    string
	left   int // screens to leave when it is done
}

const slotMove ui.Slot = "move"

func newMove(e *env, b ui.Banner, rec core.Record, target core.PatientSummary, left int) *moveScreen {
	s := &moveScreen{base: newBase(e), banner: b, record: rec, target: target, left: left,
		proof: challenge{banner: ui.BannerOfSummary(target), family: target.User.LastName}}
	s.form.Fields = append([]*ui.Field{{Key: "reason", Label: "Why is it moved", Input: ui.Input{Hint: "filed in the wrong chart"}}},
		&ui.Field{Key: "family", Label: "Family name"}, &ui.Field{Key: "second", Label: "Year of birth"})
	return s
}

func (s *moveScreen) Title() string     { return "Move" }
func (s *moveScreen) Banner() ui.Banner { return s.banner }
func (s *moveScreen) Typing() bool      { return !s.scope.Busy(slotMove) }

func (s *moveScreen) Keys() []ui.Binding {
	return []ui.Binding{
		{Keys: []string{"esc"}, Help: "leave it here", Run: do(s.pop)},
		{Keys: []string{"enter"}, Help: "next, then move"},
	}
}

func (s *moveScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if pastedIdentifier(&s.form, m) {
			return nil
		}
		if s.Typing() && s.form.Update(m) {
			return s.send()
		}
	case ui.Result[wire.Moved]:
		if m.Err != nil {
			s.err = formErrors(&s.form, m.Err)
			return nil
		}
		s.info("Moved “" + ui.Or(s.record.Title) + "” to " + s.name() + ". A note of it stays in the chart of " + s.banner.Name + ".")
		for range s.left {
			s.pop()
		}
	}
	return nil
}

func (s *moveScreen) name() string {
	return core.DisplayName(s.target.User.LastName, s.target.User.FirstName, s.target.Title)
}

func (s *moveScreen) send() tea.Cmd {
	errs := s.proof.check(&s.form)
	reason := strings.TrimSpace(s.form.Field("reason").Value())
	if reason == "" {
		errs["reason"] = []string{"Say in a few words why."}
	}
	if s.target.DateOfBirth.IsZero() {
		errs["second"] = []string{"This patient's year of birth is not recorded; ask the records office to move it."}
	}
	s.err = ""
	s.form.SetErrors(errs)
	if len(errs) > 0 {
		return nil
	}
	backend, id := s.backend, s.record.ID
	move := wire.MoveRecord{PatientID: s.target.ID, FamilyName: s.target.User.LastName, BirthYear: s.target.DateOfBirth.Year, Reason: reason}
	return ui.Load(s.scope, slotMove, func(ctx context.Context) (wire.Moved, error) { return backend.MoveRecord(ctx, id, move) })
}

func (s *moveScreen) View() string {
	from := "Move “" + ui.Or(s.record.Title) + "” out of the chart of " + identified(s.banner)
	to := "into the chart of " + identified(ui.BannerOfSummary(s.target)) + "?"
	question := ui.Block(s.th.Plain.Render, from, s.w) + "\n" + ui.Block(s.th.Strong.Render, to, s.w)
	foot := ""
	switch {
	case s.scope.Busy(slotMove):
		foot = " Moving …"
	case s.err != "":
		foot = ui.Block(s.th.Bad.Render, "! "+s.err, s.w)
	}
	return s.asking(question, "Values and reviews taken from it are void; both patients' clinicians are told. To confirm, give the reason and type of the patient it goes to:", &s.form, foot)
}
