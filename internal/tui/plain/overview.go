package plain

import (
	"context"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
)

// overview reads the cover page of the open chart out; the number of a line opens its
// document there.
func (s *plainShell) overview(ctx context.Context, _ string) error {
	o, err := s.Backend.PatientOverview(ctx, s.chart.Patient.ID)
	if err != nil {
		return err
	}
	if o.PatientID != s.chart.Patient.ID || !page.OwnMedicines(o.Medicines, o.PatientID) {
		return page.WrongPatient()
	}
	when := func(a core.Appointment) string {
		return present.LongDate(core.DateOf(a.Start.In(s.Location))) + " at " + present.Clock(a.Start, s.Location) + ", " + page.First(a.Type, a.Reason, "appointment") + "."
	}
	s.list()
	for _, part := range present.OverviewOf(o, when).Sections {
		s.say("%s", strings.TrimSpace(part.Title+": "+present.Aloud(part.Note)))
		for _, l := range part.Lines {
			if text := present.Aloud(strings.TrimSuffix(l.Text, ".")); l.RecordID == "" {
				s.say("%s.", text)
			} else {
				s.choice(func() error { return s.openAt(ctx, l.RecordID, l.Page) }, "%s.", text)
			}
		}
	}
	return nil
}
