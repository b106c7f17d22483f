package plain

import (
	"context"
	"fmt"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
)

// values reads the values of the open document out; with "unverified", those that nobody
// has compared with the page.
func (s *plainShell) values(ctx context.Context, rest string) error {
	if rest != "" && !strings.EqualFold(rest, "unverified") {
		return core.Errorf(core.CodeInvalid, "Type values, or values unverified.")
	}
	v, err := s.Backend.RecordValues(ctx, s.record.ID, core.ValueFilter{Status: strings.ToLower(rest)})
	if err != nil {
		return err
	}
	if v.PatientID != s.chart.Patient.ID {
		return page.WrongPatient()
	}
	s.list()
	if no := present.NoValues(v); no != "" {
		s.say("%s", no)
		return nil
	}
	if v.Message != "" {
		s.say("%s", v.Message)
	}
	s.say("%s, %d not verified by a person.", page.Count(len(v.Results), "value"), v.Unverified)
	for _, x := range v.Results {
		s.choiceOf(x, func() error { return s.verifyValue(ctx, x) }, "%s.", present.Aloud(present.ValueOf(x).Sentence()))
	}
	return nil
}

func (s *plainShell) verify(ctx context.Context, rest string) error {
	x, _, err := itemOf[core.Value](s, rest, "values")
	if err != nil {
		return err
	}
	return s.verifyValue(ctx, x)
}

// correct says what is really printed: "correct 3 4.9", with the unit behind it when that
// was read wrong too.
func (s *plainShell) correct(ctx context.Context, rest string) error {
	x, typed, err := itemOf[core.Value](s, rest, "values")
	if err != nil {
		return err
	}
	if typed == "" {
		if typed, err = s.ask(ctx, "What is printed there, or nothing to leave it:"); err != nil {
			return err
		}
	}
	value, unit, _ := strings.Cut(strings.TrimSpace(typed), " ")
	if value == "" {
		s.say("Nothing was done.")
		return nil
	}
	as := strings.TrimSpace(value + " " + unit)
	ok, err := s.yes(ctx, fmt.Sprintf("The machine read %s of %s as %s. Store %s as a correction? Type yes:",
		present.ValueOf(x).Name(), s.name(), present.AsRead(x), as))
	if err != nil || !ok {
		return err
	}
	return s.store(ctx, x, core.ValueReview{Status: core.ReviewCorrected, Value: value, Unit: strings.TrimSpace(unit)})
}

func (s *plainShell) reject(ctx context.Context, rest string) error {
	x, why, err := itemOf[core.Value](s, rest, "values")
	if err != nil {
		return err
	}
	if why == "" {
		if why, err = s.ask(ctx, fmt.Sprintf("%s: why is it no such value of %s? Or nothing to leave it:", present.ValueOf(x).Statement(), s.name())); err != nil {
			return err
		}
	}
	if why = strings.TrimSpace(why); why == "" {
		s.say("Nothing was done.")
		return nil
	}
	return s.store(ctx, x, core.ValueReview{Status: core.ReviewRejected, Reason: why})
}

// undo takes back what was said of a value.
func (s *plainShell) undo(ctx context.Context, rest string) error {
	x, _, err := itemOf[core.Value](s, rest, "values")
	if err != nil {
		return err
	}
	if x.Review == nil {
		return core.Errorf(core.CodeInvalid, "Nobody has verified, corrected or rejected this value.")
	}
	now, err := s.Backend.UndoReview(ctx, s.record.ID, x.ID, x.Version)
	if says := present.Now(err); says != "" {
		s.say("Not undone. %s It stands as: %s.", core.MessageOf(err), present.Aloud(says))
		return s.values(ctx, "")
	}
	if err != nil {
		return err
	}
	s.say("It stands as: %s.", present.Aloud(present.ValueOf(now).Sentence()))
	return s.values(ctx, "")
}

func (s *plainShell) verifyValue(ctx context.Context, x core.Value) error {
	if s.ReadOnly {
		return errPlainReadOnly()
	}
	review, err := s.compare(ctx, x)
	if err != nil || review.Status == "" {
		return err
	}
	return s.store(ctx, x, review)
}

// store stores what a person said of a value. When somebody else said something
// meanwhile, it says that, and what was typed is not lost.
func (s *plainShell) store(ctx context.Context, x core.Value, review core.ValueReview) error {
	review.Version = x.Version
	_, err := s.Backend.ReviewValue(ctx, s.record.ID, x.ID, review)
	if now := present.Now(err); now != "" {
		s.say("Not %s. %s It stands as: %s.", review.Status, core.MessageOf(err), present.Aloud(now))
		if typed := page.First(review.Value, review.Reason); typed != "" {
			s.say("You had typed: %s.", typed)
		}
		return s.values(ctx, "") // as they are now
	}
	if err != nil {
		return err
	}
	switch review.Status {
	case core.ReviewCorrected:
		s.say("Corrected to %s.", strings.TrimSpace(review.Value+" "+review.Unit))
	case core.ReviewRejected:
		s.say("Rejected: %s.", review.Reason)
	default:
		s.say("Verified.")
	}
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

// takeSuggested stores the type and date that the document's text suggests.
func (s *plainShell) takeSuggested(ctx context.Context, _ string) error {
	v, err := s.Backend.RecordValues(ctx, s.record.ID, core.ValueFilter{})
	if err != nil {
		return err
	}
	if v.PatientID != s.chart.Patient.ID {
		return page.WrongPatient()
	}
	e := core.RecordEdit{Version: s.record.Version}
	var says []string
	if v.TypeName != "" && v.TypeName != s.record.Type.TypeName {
		id, err := s.typeNamed(ctx, v.TypeName)
		if err != nil {
			return err
		}
		e.TypeID = &id
		says = append(says, "type "+v.TypeName)
	}
	if !v.DocumentDate.IsZero() && v.DocumentDate != s.record.DocumentDate {
		e.DocumentDate = &v.DocumentDate
		says = append(says, "date "+present.LongDate(v.DocumentDate))
	}
	if len(says) == 0 {
		s.say("The text suggests nothing that is not stored already.")
		return nil
	}
	ok, err := s.yes(ctx, fmt.Sprintf("The text suggests %s. Compare with the page. Store it? Type yes:", strings.Join(says, " and ")))
	if err != nil || !ok {
		return err
	}
	r, err := s.Backend.EditRecord(ctx, s.record.ID, e)
	return s.ofRecord(r, err, "Stored. Document %s.", present.Aloud(present.RecordOf(r).Identity()))
}
