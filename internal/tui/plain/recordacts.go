package plain

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// ofRecord stores what an act gave, when it is of the open chart still.
func (s *plainShell) ofRecord(r core.Record, err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	if r.PatientID != s.chart.Patient.ID {
		return page.WrongPatient()
	}
	s.record = &r
	s.say(format, args...)
	return nil
}

// confirmation asks for the reason of an act, and with proven for two identifiers of a
// person, whom the banner tells of. Without a reason it gives ok false.
func (s *plainShell) confirmation(ctx context.Context, why string, proven bool, of ui.Banner) (c core.Confirmation, ok bool, err error) {
	reason, err := s.ask(ctx, why+", or nothing to leave it as it is:")
	if c.Reason = strings.TrimSpace(reason); err != nil || c.Reason == "" {
		if err == nil {
			s.say("Nothing was done.")
		}
		return c, false, err
	}
	if proven {
		c.Identifiers, err = s.identifiers(ctx, of)
	}
	c.Version = s.record.Version
	return c, err == nil, err
}

// identifiers asks for two identifiers of a patient. The server alone compares them.
func (s *plainShell) identifiers(ctx context.Context, of ui.Banner) (core.Identifiers, error) {
	family, err := s.ask(ctx, "Family name of the patient:")
	if err != nil {
		return core.Identifiers{}, err
	}
	typed := core.Identifiers{FamilyName: strings.TrimSpace(family)}
	if of.Year() == "" {
		typed.MRNEnding, err = s.ask(ctx, "Last four of the MRN:")
		return typed, err
	}
	year, err := s.ask(ctx, "Year of birth:")
	if err != nil {
		return typed, err
	}
	if typed.BirthYear, err = strconv.Atoi(strings.TrimSpace(year)); err != nil {
		return typed, core.Errorf(core.CodeInvalid, "A year is four digits, such as 1940. Nothing was done.")
	}
	return typed, nil
}

func (s *plainShell) banner() ui.Banner { return ui.BannerOf(s.chart.Patient) }

func (s *plainShell) inError(ctx context.Context, _ string) error {
	s.say("Mark %s, of %s, as entered in error? It is hidden from work and feeds nothing any more. It is not erased and can be restored.", present.Aloud(present.RecordOf(*s.record).Identity()), s.identity())
	c, ok, err := s.confirmation(ctx, "Why is it wrong", true, s.banner())
	if err != nil || !ok {
		return err
	}
	r, err := s.Backend.EnterInError(ctx, s.record.ID, c)
	return s.ofRecord(r, err, "Marked as entered in error. Type restore to take that back.")
}

func (s *plainShell) restore(ctx context.Context, _ string) error {
	s.say("Let %s, of %s, count again? It was marked: %s.", present.Aloud(present.RecordOf(*s.record).Identity()), s.identity(), present.Or(s.record.StatusReason))
	c, ok, err := s.confirmation(ctx, "Why does it count again", false, s.banner())
	if err != nil || !ok {
		return err
	}
	r, err := s.Backend.RestoreRecord(ctx, s.record.ID, c)
	return s.ofRecord(r, err, "It counts again.")
}

func (s *plainShell) hold(ctx context.Context, _ string) error {
	s.say("Place a legal hold on %s, of %s? Nobody can edit, hide, move, split or delete it then. It can be read and reviewed as before.", present.Aloud(present.RecordOf(*s.record).Identity()), s.identity())
	c, ok, err := s.confirmation(ctx, "Why is it held: complaint, claim or request, with its number", false, s.banner())
	if err != nil || !ok {
		return err
	}
	r, err := s.Backend.HoldRecord(ctx, s.record.ID, c)
	return s.ofRecord(r, err, "It is under a legal hold. Type release to take that away.")
}

func (s *plainShell) release(ctx context.Context, _ string) error {
	if s.record.LegalHold == nil {
		return core.Errorf(core.CodeInvalid, "There is no legal hold on this document.")
	}
	s.say("Release the legal hold on %s, of %s? It was placed because: %s.", present.Aloud(present.RecordOf(*s.record).Identity()),
		s.identity(), present.Or(s.record.LegalHold.Reason))
	c, ok, err := s.confirmation(ctx, "Why may it change again", true, s.banner())
	if err != nil || !ok {
		return err
	}
	r, err := s.Backend.ReleaseRecord(ctx, s.record.ID, c)
	return s.ofRecord(r, err, "The legal hold is released.")
}

// unlockRecord has a copy made of a protected PDF that opens without a password. The copy
// is the open document then.
func (s *plainShell) unlockRecord(ctx context.Context, _ string) error {
	password, err := s.secret(ctx)
	if err != nil {
		return err
	}
	done, err := s.Backend.UnlockRecord(ctx, s.record.ID, core.UnlockRecord{Password: password, Version: s.record.Version})
	return s.ofRecord(done.Record, err,
		"A copy opens without a password and is the open document now. The protected one is kept, entered in error. The password is kept nowhere.")
}

func (s *plainShell) integrity(ctx context.Context, _ string) error {
	found, err := s.Backend.VerifyRecord(ctx, s.record.ID)
	if err != nil {
		return err
	}
	if !found.OK {
		return core.Errorf(core.CodeInternal, "%s Tell your administrator; do not delete the document.", found.Problem)
	}
	s.say("Its content is what came in: %s.", present.Size(found.Size))
	return nil
}

// details reads out what is known of the open document.
func (s *plainShell) details(ctx context.Context, _ string) error {
	r, err := s.Backend.Record(ctx, s.record.ID)
	if err != nil {
		return err
	}
	if r.PatientID != s.chart.Patient.ID {
		return page.WrongPatient()
	}
	s.record = &r
	s.say("Document %s.", present.Aloud(present.RecordOf(r).Sentence()))
	s.say("Title: %s. Type: %s. Date: %s. Source: %s. Received: %s. Tags: %s.", present.Or(r.Title), present.Or(r.Type.TypeName),
		present.LongDate(r.DocumentDate), present.Or(r.Source), present.Or(r.ReceivedBy), present.Or(strings.Join(r.Tags, ", ")))
	s.say("File %s, %s, uploaded %s by %s.", r.Filename, present.Size(r.Size), present.Aloud(present.Moment(r.UploadedAt, s.Location)), present.Or(r.UploadedByName))
	if r.Status != core.RecordCurrent {
		s.say("%s: %s.", r.Status, present.Or(r.StatusReason))
	}
	if h := r.LegalHold; h != nil {
		s.say("Legal hold by %s: %s.", present.Or(h.ByName), h.Reason)
	}
	return nil
}

// edit changes one thing that is said about the open document.
func (s *plainShell) edit(ctx context.Context, rest string) error {
	field, value, _ := strings.Cut(rest, " ")
	value = strings.TrimSpace(value)
	e := core.RecordEdit{Version: s.record.Version}
	switch strings.ToLower(field) {
	case "title":
		e.Title = &value
	case "source":
		e.Source = &value
	case "received":
		e.ReceivedBy = &value
	case "tags":
		tags := []string{}
		for t := range strings.SplitSeq(value, ",") {
			if t = strings.TrimSpace(t); t != "" {
				tags = append(tags, t)
			}
		}
		e.Tags = &tags
	case "date":
		d, err := text.ReadDate(value, s.Clock().In(s.Location))
		if err != nil {
			return err
		}
		e.DocumentDate = &d
	case "type":
		id, err := s.typeNamed(ctx, value)
		if err != nil {
			return err
		}
		e.TypeID = &id
	default:
		return core.Errorf(core.CodeInvalid, "Edit what? Type edit, then title, type, date, source, received or tags, then what it is to be.")
	}
	r, err := s.Backend.EditRecord(ctx, s.record.ID, e)
	return s.ofRecord(r, err, "Stored. Document %s.", present.Aloud(present.RecordOf(r).Identity()))
}

// typeNamed gives the id of the one type whose name begins with what was typed.
func (s *plainShell) typeNamed(ctx context.Context, typed string) (int64, error) {
	types, err := s.Backend.RecordTypes(ctx)
	if err != nil {
		return 0, err
	}
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.TypeName
	}
	i, _ := text.Chosen(typed, names)
	if i < 0 {
		return 0, core.Errorf(core.CodeInvalid, "Which type? There are: %s.", strings.Join(names, ", "))
	}
	return types[i].ID, nil
}

// check reads out what the pages of the open document say of whose it is.
func (s *plainShell) check(ctx context.Context, _ string) error {
	d, err := s.Backend.PatientCheck(ctx, s.record.ID)
	if err != nil {
		return err
	}
	if d.PatientID != s.chart.Patient.ID {
		return page.WrongPatient()
	}
	s.record.PatientCheck, s.record.Version = d.Check, d.Version
	s.say("The chart is of %s.", s.identity())
	if len(d.Pages) == 0 {
		s.say("%s", present.NoNames(d))
	}
	for _, p := range d.Pages {
		s.say("Page %d says: %s. %s", p.Page, present.Aloud(identityOf(p.PageIdentity)), p.Reason)
	}
	if r := d.Resolution; r != nil {
		s.say("%s decided that it belongs here: %s.", present.Or(r.ByName), r.Reason)
	}
	if d.Check == core.CheckPatient {
		s.say("Type belongs if it is this patient's, move and a name if it is another's, or error if it is neither.")
	}
	return nil
}

// identityOf is what a page says of its patient.
func identityOf(p core.PageIdentity) string {
	words := []string{page.First(p.Name, "no name")}
	if !p.DateOfBirth.IsZero() {
		words = append(words, "born "+present.LongDate(p.DateOfBirth))
	}
	if len(p.Identifiers) > 0 {
		words = append(words, "number "+strings.Join(p.Identifiers, " or "))
	}
	return strings.Join(words, ", ")
}

func (s *plainShell) belongs(ctx context.Context, _ string) error {
	reason, err := s.ask(ctx, fmt.Sprintf("How do you know that it belongs to %s? Or nothing to leave it open:", s.identity()))
	if err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		s.say("Nothing was done.")
		return nil
	}
	d, err := s.Backend.ResolveCheck(ctx, s.record.ID, s.record.Version, reason)
	if err != nil {
		return err
	}
	s.record.PatientCheck, s.record.Version = d.Check, d.Version
	s.say("Noted: it belongs to %s. It counts again.", s.name())
	return nil
}

// move finds a patient and moves the open document there.
func (s *plainShell) move(ctx context.Context, typed string) error {
	if typed == "" {
		return core.Errorf(core.CodeInvalid, "Move it to whom? Type move and a name, a birth date or the end of an MRN.")
	}
	s.list() // a number typed now is none of an older list
	found, err := s.Backend.Patients(ctx, core.PatientQuery{Text: typed, Limit: atOnce})
	if err != nil {
		return err
	}
	if len(found.Patients) == 0 {
		return core.Errorf(core.CodeNotFound, "Nobody among your patients matches. Nothing was moved.")
	}
	s.say("Whose is %s? %s.", present.Or(s.record.Title), present.Rows(1, len(found.Patients), found.Count, "by name"))
	for _, p := range found.Patients {
		s.choice(func() error { return s.moveTo(ctx, p) }, "%s.", present.Aloud(present.PersonOfSummary(p, s.Clock()).Identity()))
	}
	return nil
}

func (s *plainShell) moveTo(ctx context.Context, to core.PatientSummary) error {
	if to.ID == s.chart.Patient.ID {
		return core.Errorf(core.CodeInvalid, "It is in this patient's chart already.")
	}
	s.say("Move %s out of the chart of %s into the chart of %s? Values and reviews taken from it are void; both patients' clinicians are told. You are asked for two identifiers of the patient it goes to.", present.Aloud(present.RecordOf(*s.record).Identity()), s.identity(), present.Aloud(present.PersonOfSummary(to, s.Clock()).Identity()))
	c, ok, err := s.confirmation(ctx, "Why is it moved", true, ui.BannerOfSummary(to))
	if err != nil || !ok {
		return err
	}
	if _, err := s.Backend.MoveRecord(ctx, s.record.ID, core.MoveRecord{PatientID: to.ID, Confirmation: c}); err != nil {
		return err
	}
	s.say("Moved. A note of it stays in the chart of %s.", s.name())
	s.record = nil
	return s.openPatient(ctx, s.chart.Patient.ID)
}
