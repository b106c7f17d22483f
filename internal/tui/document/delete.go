package document

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// deleteScreen asks for two identifiers of the patient, read from the banner,
// before a document goes for good. Without them nothing happens.
type deleteScreen struct {
	lastQuestion
	banner ui.Banner
	record core.Record
}

const slotDelete ui.Slot = "delete"

func NewDelete(clinic Clinic, e *page.Env, r page.Delete) page.Screen {
	return &deleteScreen{banner: r.Patient, record: r.Record,
		lastQuestion: newLastQuestion(clinic, e, r, slotDelete, "Deleting …", nil, challenge{banner: r.Patient})}
}

func (s *deleteScreen) Banner() ui.Banner  { return s.banner }
func (s *deleteScreen) Keys() []ui.Binding { return s.keys("keep the document", "next, then delete") }

func (s *deleteScreen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.typed(m) {
			return s.act("delete it", s.send)
		}
	case ui.Result[struct{}]:
		if !s.refused(m.Err, &s.record) {
			s.done("Deleted “"+present.Or(s.record.Title)+"” of "+s.banner.Name+".", 1)
		}
	}
	return nil
}

func (s *deleteScreen) send() tea.Cmd {
	clinic, id, version, typed := s.clinic, s.record.ID, s.record.Version, s.confirmation().Identifiers
	return ui.Load(s.Scope(), slotDelete, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, clinic.DeleteRecord(ctx, id, version, typed)
	})
}

func (s *deleteScreen) View() string {
	question := "Delete “" + present.Or(s.record.Title) + "” (" + present.Or(s.record.Type.TypeName) + ", " + present.Dated(s.record.DocumentDate) +
		", uploaded " + present.Day(s.record.UploadedAt, s.Location) + ") of " + page.Identified(s.banner) + "?"
	return s.view(ui.Block(s.Theme.Bad.Render, question, s.W), "The file and the text read from it go for good; X would hide it and keep it. To confirm, type from the banner:")
}
