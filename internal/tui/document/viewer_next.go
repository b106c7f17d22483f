package document

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

const slotNext ui.Slot = "next unread"

// nextKey goes through what the user has not reviewed of all patients.
func (s *viewerScreen) nextKey() ui.Binding {
	return ui.Binding{Keys: []string{"."}, Help: "next unread", Run: s.askNext}
}

func (s *viewerScreen) askNext() tea.Cmd {
	if s.Scope().Busy(slotNext) {
		return nil
	}
	clinic, after := s.clinic, s.record.ID
	return ui.Load(s.Scope(), slotNext, func(ctx context.Context) (core.UnreadPage, error) {
		return clinic.UnreadRecords(ctx, core.UnreadQuery{After: after, Limit: 1})
	})
}

// gotNext shows the next document in place of this one. The shell draws the new banner and
// drops keys that were under way when the patient is another; a name that sounds like
// another's is asked about first.
func (s *viewerScreen) gotNext(m ui.Result[core.UnreadPage]) {
	switch {
	case m.Err != nil:
		s.Bad(core.MessageOf(m.Err))
		return
	case len(m.Value.Records) == 0 && m.Value.Count > 0:
		s.Info("This is the only document that you have not reviewed.")
		return
	case len(m.Value.Records) == 0:
		s.Info("You have reviewed every document of your patients.")
		return
	}
	n := m.Value.Records[0]
	if n.Record.PatientID != n.Patient.ID {
		s.Bad(core.MessageOf(page.WrongPatient()))
		return
	}
	left := page.Count(m.Value.Count, "document") + " not reviewed, this one too."
	if m.Value.Around {
		left = "From the newest again. " + left
	}
	banner := ui.BannerOfSummary(n.Patient)
	banner.Loading = true // allergies and alerts are fetched, and said to be on their way
	open := func() {
		s.Replace(page.Viewer{Patient: banner, Record: n.Record})
		s.Info(left)
	}
	if n.Patient.ID != s.banner.ID && n.Patient.NameAlert != "" {
		name := core.DisplayName(n.Patient.User.LastName, n.Patient.User.FirstName, n.Patient.Title)
		s.Confirm("NAME ALERT. The next document is of "+name+", born "+n.Patient.DateOfBirth.Display()+"; "+n.Patient.NameAlert+". Open it?", "open", page.Do(open))
		return
	}
	open()
}
