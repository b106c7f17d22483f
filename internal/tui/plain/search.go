package plain

import (
	"context"
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
)

func (s *plainShell) search(ctx context.Context, text string) error {
	find := s.Backend.SearchText
	q := core.TextQuery{Text: text, Limit: 20}
	if rest, all := strings.CutPrefix(text, "all "); all {
		q.Text = strings.TrimSpace(rest)
	} else if s.chart != nil {
		q.PatientID, find = s.chart.Patient.ID, s.Backend.SearchText
	}
	if q.Text == "" {
		return core.Errorf(core.CodeInvalid, "Search for what?")
	}
	hits, err := find(ctx, q)
	if err != nil {
		return err
	}
	if len(hits.Hits) == 0 {
		s.say("%s", present.NoHits(hits, hits.Documents))
	} else {
		s.say("%s, newest document first, in %s looked through.", page.Count(len(hits.Hits), "page"), page.Count(hits.Documents, "document"))
	}
	s.list()
	for _, h := range hits.Hits {
		if q.PatientID != 0 && h.PatientID != q.PatientID {
			return page.WrongPatient()
		}
		whose := ""
		if q.PatientID == 0 {
			whose = h.PatientName + ", born " + present.LongDate(h.PatientBorn) + ", "
		}
		s.choice(func() error { return s.openHit(ctx, h) }, "%s%s, %s, %s: %s", whose, present.Or(h.Title), present.HitPlace(h),
			present.LongDate(h.DocumentDate), h.Context)
	}
	if left := present.NotSearched(hits, hits.Documents); left != "" {
		s.say("%s", left)
	}
	if hits.Next != "" {
		s.say("There are more; search for more words to narrow them down.")
	}
	return nil
}

func (s *plainShell) openHit(ctx context.Context, h core.TextHit) error {
	if err := s.openChart(ctx, h.PatientID); err != nil {
		return err
	}
	if h.NoteID == "" {
		return s.openAt(ctx, h.RecordID, h.Page)
	}
	if err := s.take(ctx, h.RecordID); err != nil {
		return err
	}
	return s.notes(ctx, "")
}

// openAt opens a document of the open patient at a page.
func (s *plainShell) openAt(ctx context.Context, recordID string, at int) error {
	if err := s.take(ctx, recordID); err != nil {
		return err
	}
	if err := s.read(ctx, ""); err != nil || at <= 1 {
		return err
	}
	return s.turn(ctx, at-1)
}

// take makes a document of the open patient the open one. One that came since the chart
// was opened, or is not in use any more, is asked for.
func (s *plainShell) take(ctx context.Context, recordID string) error {
	if i := slices.IndexFunc(s.chart.MedicalRecords, func(r core.Record) bool { return r.ID == recordID }); i >= 0 {
		r := s.chart.MedicalRecords[i]
		s.record = &r
		return nil
	}
	r, err := s.Backend.Record(ctx, recordID)
	if err != nil {
		return err
	}
	if r.PatientID != s.chart.Patient.ID {
		return page.WrongPatient()
	}
	s.record = &r
	return nil
}
