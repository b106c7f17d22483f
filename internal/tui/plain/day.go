package plain

import (
	"context"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
)

// appointments reads out what is to come, or the appointments of one day.
func (s *plainShell) appointments(ctx context.Context, rest string) error {
	now := s.Clock().In(s.Location)
	f := core.AppointmentFilter{From: core.DateOf(now).String()}
	when := "from today on"
	if rest != "" {
		d, err := text.ReadDate(rest, now)
		if err != nil {
			return err
		}
		f.From, f.To, when = d.String(), d.String(), "on "+present.LongDate(d)
	}
	got, err := s.Backend.Appointments(ctx, f)
	if err != nil {
		return err
	}
	s.list()
	if len(got.Results) == 0 {
		s.say("You have no appointments %s.", when)
		return nil
	}
	s.say("Appointments %s: %s.", when, present.Rows(1, len(got.Results), got.Count, "by time"))
	for _, a := range got.Results {
		s.choice(func() error { return s.openPatient(ctx, a.PatientID) }, "%s %s, %s, born %s, %s, %s.",
			present.LongDate(core.DateOf(a.Start.In(s.Location))), present.Clock(a.Start, s.Location), a.PatientName,
			present.LongDate(a.PatientBorn), page.First(a.Type, a.Reason, "appointment"), a.Status)
		if a.NameAlert != "" {
			s.alerts[len(s.choices)] = present.Aloud(present.NameAlertSentence(a.NameAlert))
		}
	}
	return nil
}

// unread reads out the documents of all patients that the one who asks has not reviewed.
func (s *plainShell) unread(ctx context.Context, _ string) error {
	got, err := s.Backend.UnreadRecords(ctx, core.UnreadQuery{Limit: 200})
	if err != nil {
		return err
	}
	s.list()
	if len(got.Records) == 0 {
		s.say("You have reviewed every document of your patients.")
		return nil
	}
	s.say("Documents you have not reviewed: %s.", present.Rows(1, len(got.Records), got.Count, "newest first"))
	for _, u := range got.Records {
		if u.Record.PatientID != u.Patient.ID {
			return page.WrongPatient()
		}
		s.unreadChoice(ctx, u)
	}
	return nil
}

func (s *plainShell) unreadChoice(ctx context.Context, u core.UnreadRecord) {
	s.choiceOf(u.Record, func() error { return s.openOf(ctx, u.Patient.ID, u.Record.ID, 1) }, "%s: %s.",
		present.Aloud(present.PersonOfSummary(u.Patient, s.Clock()).Identity()), present.Aloud(present.RecordOf(u.Record).Sentence()))
	if u.Patient.NameAlert != "" {
		s.alerts[len(s.choices)] = present.Aloud(present.NameAlertSentence(u.Patient.NameAlert))
	}
}

// nextUnread opens the document behind the open one, of those that the one who asks has not
// reviewed; without one, the newest.
func (s *plainShell) nextUnread(ctx context.Context, _ string) error {
	q := core.UnreadQuery{Limit: 1}
	if s.record != nil {
		q.After = s.record.ID
	}
	got, err := s.Backend.UnreadRecords(ctx, q)
	if err != nil {
		return err
	}
	switch {
	case len(got.Records) == 0 && got.Count > 0:
		s.say("The open document is the only one that you have not reviewed.")
		return nil
	case len(got.Records) == 0:
		s.say("You have reviewed every document of your patients.")
		return nil
	}
	u := got.Records[0]
	if u.Record.PatientID != u.Patient.ID {
		return page.WrongPatient()
	}
	if got.Around {
		s.say("From the newest again.")
	}
	s.say("%s that you have not reviewed.", page.Count(got.Count, "document"))
	s.list()
	s.unreadChoice(ctx, u)
	return s.open(1) // which warns of people of the same name
}

// openOf opens a document of a patient at a page.
func (s *plainShell) openOf(ctx context.Context, patient int64, record string, at int) error {
	if err := s.openChart(ctx, patient); err != nil {
		return err
	}
	return s.openAt(ctx, record, at)
}

// openChart opens a patient's chart when another one is open, or none.
func (s *plainShell) openChart(ctx context.Context, patient int64) error {
	if s.chart != nil && s.chart.Patient.ID == patient {
		return nil
	}
	return s.openPatient(ctx, patient)
}

// critical reads out the values of the open patient that their own reports mark HH or LL,
// in documents that the one who asks has not reviewed.
func (s *plainShell) critical(ctx context.Context, _ string) error {
	found, err := page.CriticalOf(ctx, s.Backend, s.chart.Patient.ID)
	if err != nil {
		return err
	}
	s.list()
	switch {
	case len(found.Values) == 0 && found.Coverage.Documents == 0:
		s.say("You have reviewed every document of this patient.")
	case len(found.Values) == 0:
		s.say("%s", present.NoCritical(found.Coverage))
	default:
		s.say("%s marked HH or LL, as the reports say.", page.Count(len(found.Values), "value"))
		if left := present.LeftCritical(found.Coverage); left != "" {
			s.say("%s", left)
		}
	}
	for _, c := range found.Values {
		s.choice(func() error { return s.openAt(ctx, c.Record.ID, c.Value.Page) }, "%s, in %s.",
			present.Aloud(present.ValueOf(c.Value).Sentence()), present.Aloud(present.RecordOf(c.Record).Identity()))
	}
	return nil
}

// looked reads out who looked at the open chart, newest first.
func (s *plainShell) looked(ctx context.Context, _ string) error {
	got, err := s.Backend.AccessHistory(ctx, s.chart.Patient.ID, 100, "")
	if err != nil {
		return err
	}
	if got.PatientID != s.chart.Patient.ID {
		return page.WrongPatient()
	}
	titles := map[string]string{}
	for _, r := range s.chart.MedicalRecords {
		titles[r.ID] = r.Title
	}
	s.list()
	s.say("Who looked at the chart of %s.", s.name())
	for _, p := range got.People {
		who := present.Or(p.Who)
		if p.UserID != 0 && p.UserID == s.profile.User.ID {
			who = "You"
		} else if p.Role != "" {
			who += ", " + strings.ToLower(string(p.Role))
		}
		s.say("%s: %s times, last %s.", who, present.ActsOf(p), present.Aloud(present.Moment(p.Last, s.Location)))
	}
	s.say("What they did, newest first.")
	for _, a := range got.Accesses {
		who := present.Or(a.Who)
		if a.UserID != 0 && a.UserID == s.profile.User.ID {
			who = "You"
		} else if a.Role != "" {
			who += ", " + strings.ToLower(string(a.Role)) + ","
		}
		line := present.Aloud(present.Moment(a.At, s.Location)) + ": " + who + " " + a.Told()
		if t := titles[a.RecordID]; t != "" {
			line += ": " + t
		}
		s.choice(func() error { s.say("%s.", line); return nil }, "%s.", line)
	}
	if got.Next != "" {
		s.say("There is more before that; the command line has it: patients access.")
	}
	return nil
}
