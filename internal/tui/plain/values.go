package plain

import (
	"context"
	"fmt"
	"strconv"
	"strings"

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
	review, err := s.compare(ctx, x)
	if err != nil || review.Status == "" {
		return err
	}
	review.Version = x.Version
	_, err = s.Backend.ReviewValue(ctx, s.record.ID, x.ID, review)
	if now := present.Now(err); now != "" {
		s.say("Not %s. %s It stands as: %s.", review.Status, core.MessageOf(err), present.Aloud(now))
		if review.Value != "" {
			s.say("You had typed: %s.", review.Value)
		}
		return s.values(ctx, "") // as they are now
	}
	if err != nil {
		return err
	}
	if review.Status == core.ReviewCorrected {
		s.say("Corrected to %s.", review.Value)
		return nil
	}
	s.say("Verified.")
	return nil
}

// compare has a person compare a value with the page. One in doubt they type as it is
// printed; what differs is a correction if they say so. The status is "" when they leave
// it as it is.
func (s *plainShell) compare(ctx context.Context, x core.Value) (core.ValueReview, error) {
	verified := core.ValueReview{Status: core.ReviewVerified}
	if r := x.Review; r != nil && r.By != s.profile.User.ID {
		s.say("%s.", present.Aloud(present.ValueOf(x).State()))
	}
	if x.Confident() {
		ok, err := s.yes(ctx, fmt.Sprintf("The printed line is: %s. Is %s of %s right? Type yes:", x.Source, present.ValueOf(x).Statement(), s.name()))
		if err != nil || !ok {
			return core.ValueReview{}, err
		}
		return verified, nil
	}
	typed, err := s.ask(ctx, fmt.Sprintf("%s of %s is in doubt: %s. Look at page %d of the document and type what is printed there, or nothing to leave it:",
		present.ValueOf(x).Name(), s.name(), strings.Join(x.Doubts, "; "), x.Page))
	if verified.Value = strings.TrimSpace(typed); err != nil || present.TypedAs(x, verified.Value) {
		return verified, err
	}
	if verified.Value == "" {
		s.say("Nothing was done.")
		return core.ValueReview{}, nil
	}
	ok, err := s.yes(ctx, fmt.Sprintf("You typed %s; the machine read %s. Store %s as a correction? Type yes:", verified.Value, present.AsRead(x), verified.Value))
	if err != nil || !ok {
		return core.ValueReview{}, err
	}
	return core.ValueReview{Status: core.ReviewCorrected, Value: verified.Value}, nil
}
