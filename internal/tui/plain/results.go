package plain

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
)

// results reads the last value of each test out; its number reads the test over time.
func (s *plainShell) results(ctx context.Context, _ string) error {
	r, err := s.ownResults(ctx)
	if err != nil {
		return err
	}
	s.list()
	if len(r.Results) == 0 {
		s.say("%s", present.NoResults(r.Coverage))
		return nil
	}
	if left := present.LeftOut(r.Coverage); left != "" {
		s.say("%s", left)
	}
	s.say("%s, by group. Type a number for all values of a test.", page.Count(len(r.Results), "test"))
	group := ""
	for _, row := range r.Results {
		if row.Group != group {
			group = row.Group
			s.say("%s.", group)
		}
		s.choice(func() error { s.sayTrend(ctx, row); return nil }, "%s.", present.Aloud(present.ResultSentence(row)))
	}
	return nil
}

// trend reads all values of one test out.
func (s *plainShell) trend(ctx context.Context, rest string) error {
	if n, err := strconv.Atoi(rest); err == nil {
		return s.open(n)
	}
	r, err := s.ownResults(ctx)
	if err != nil {
		return err
	}
	name := strings.ToLower(rest)
	var begins []core.ResultRow
	for _, row := range r.Results {
		if is := strings.ToLower(row.Name); is == name {
			s.sayTrend(ctx, row)
			return nil
		} else if name != "" && strings.HasPrefix(is, name) {
			begins = append(begins, row)
		}
	}
	if len(begins) == 1 {
		s.sayTrend(ctx, begins[0])
		return nil
	}
	return core.Errorf(core.CodeInvalid, "Which test? Type results for the list, then trend and a number or a name of it.")
}

func (s *plainShell) ownResults(ctx context.Context) (core.PatientResults, error) {
	r, err := s.Backend.PatientResults(ctx, s.chart.Patient.ID)
	if err == nil && r.PatientID != s.chart.Patient.ID {
		err = page.WrongPatient()
	}
	return r, err
}

// sayTrend reads a test out, the newest value first; a number opens its document there.
func (s *plainShell) sayTrend(ctx context.Context, row core.ResultRow) {
	s.say("%s%s. Change of the last value: %s. %s, newest first.", row.Name, inUnit(row.Unit), present.Aloud(present.Change(row)), page.Count(len(row.Values), "value"))
	s.list()
	for _, v := range slices.Backward(row.Values) {
		s.choice(func() error { return s.openAt(ctx, v.RecordID, v.Page) }, "%s.", present.Aloud(present.ResultOf(row, v).Sentence()))
	}
}

func inUnit(unit string) string {
	if unit == "" {
		return ""
	}
	return " in " + unit
}
