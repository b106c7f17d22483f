package document

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// moveScreen gives a misfiled document to the patient it belongs to, after two
// identifiers of that patient were typed. It moves and never copies; a tombstone stays.
type moveScreen struct {
	lastQuestion
	banner ui.Banner
	record core.Record
	target core.PatientSummary
	left   int // screens to leave when it is done
}

const slotMove ui.Slot = "move"

func NewMove(clinic Clinic, e *page.Env, r page.Move) page.Screen {
	return &moveScreen{banner: r.Patient, record: r.Record, target: r.Target, left: r.Left,
		lastQuestion: newLastQuestion(clinic, e, r, slotMove, "Moving …", why("Why is it moved", "filed in the wrong chart"),
			challenge{banner: ui.BannerOfSummary(r.Target)})}
}

func (s *moveScreen) Banner() ui.Banner  { return s.banner }
func (s *moveScreen) Keys() []ui.Binding { return s.keys("leave it here", "next, then move") }

func (s *moveScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.typed(m) {
			return s.act("move it", s.send)
		}
	case ui.Result[core.Record]:
		if !s.refused(m.Err, &s.record) {
			s.done("Moved “"+present.Or(s.record.Title)+"” to "+core.DisplayName(s.target.User.LastName, s.target.User.FirstName, s.target.Title)+
				". A note of it stays in the chart of "+s.banner.Name+".", s.left)
		}
	}
	return nil
}

func (s *moveScreen) send() tea.Cmd {
	clinic, id := s.clinic, s.record.ID
	move := core.MoveRecord{PatientID: s.target.ID, Confirmation: s.confirmation()}
	move.Version = s.record.Version
	return ui.Load(s.Scope(), slotMove, func(ctx context.Context) (core.Record, error) { return clinic.MoveRecord(ctx, id, move) })
}

func (s *moveScreen) View() string {
	from := "Move “" + present.Or(s.record.Title) + "” out of the chart of " + page.Identified(s.banner)
	to := "into the chart of " + page.Identified(ui.BannerOfSummary(s.target)) + "?"
	return s.view(ui.Block(s.Theme.Plain.Render, from, s.W)+"\n"+ui.Block(s.Theme.Strong.Render, to, s.W),
		"Values and reviews taken from it are void; both patients' clinicians are told. To confirm, give the reason and type of the patient it goes to:")
}
