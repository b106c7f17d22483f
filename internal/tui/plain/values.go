package plain

import (
	"context"
	"fmt"
	"strconv"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
)

func (s *plainShell) values(ctx context.Context, _ string) error {
	v, err := s.Backend.RecordValues(ctx, s.record.ID, core.ValueFilter{})
	if err != nil {
		return err
	}
	if v.PatientID != s.chart.Patient.ID {
		return page.WrongPatient()
	}
	if no := present.NoValues(v); no != "" {
		s.say("%s", no)
		s.list()
		return nil
	}
	if v.Message != "" {
		s.say("%s", v.Message)
	}
	s.say("%s, %d not verified by a person.", page.Count(len(v.Results), "value"), v.Unverified)
	s.list()
	for _, x := range v.Results {
		s.choice(func() error { return s.verifyValue(ctx, x) }, "%s.", present.Aloud(present.ValueOf(x).Sentence()))
	}
	return nil
}

func (s *plainShell) verify(_ context.Context, rest string) error {
	n, err := strconv.Atoi(rest)
	if err != nil {
		return core.Errorf(core.CodeInvalid, "Verify which number of the last list of values?")
	}
	return s.open(n)
}

func (s *plainShell) verifyValue(ctx context.Context, x core.Value) error {
	if s.ReadOnly {
		return errPlainReadOnly()
	}
	ok, err := s.yes(ctx, fmt.Sprintf("The printed line is: %s. Is %s of %s right? Type yes:", x.Source, present.ValueOf(x).Statement(), s.name()))
	if err != nil || !ok {
		return err
	}
	_, err = s.Backend.ReviewValue(ctx, s.record.ID, x.ID, core.ValueReview{Version: x.Version, Status: core.ReviewVerified})
	if now := present.Now(err); now != "" {
		s.say("Not verified. %s It stands as: %s.", core.MessageOf(err), present.Aloud(now))
		return s.values(ctx, "") // as they are now
	}
	if err != nil {
		return err
	}
	s.say("Verified.")
	return nil
}
