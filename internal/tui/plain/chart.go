package plain

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

func (s *plainShell) name() string {
	u := s.chart.Patient.User
	return core.DisplayName(u.LastName, u.FirstName, s.chart.Patient.Title)
}

// identity names the open patient in a sentence.
func (s *plainShell) identity() string {
	return present.Aloud(present.PersonOf(s.chart.Patient, s.Clock()).Identity())
}

func (s *plainShell) today(ctx context.Context, _ string) error {
	d, err := s.Backend.Dashboard(ctx)
	if err != nil {
		return err
	}
	now := s.Clock().In(s.Location)
	s.say("%s %s. %s today, %s.", now.Weekday(), present.LongDate(core.DateOf(now)), page.Count(d.TodayAppointments, "appointment"),
		page.Count(d.TotalPatients, "patient"))
	if no := present.NoProfile(d); no != "" {
		s.say("%s", no)
	}
	s.list()
	for _, a := range d.UpcomingAppointments {
		if core.DateOf(a.Start.In(s.Location)) != core.DateOf(now) {
			continue
		}
		s.choice(func() error { return s.openPatient(ctx, a.PatientID) }, "%s, %s, born %s, %s%s.",
			present.Clock(a.Start, s.Location), a.PatientName, present.LongDate(a.PatientBorn), page.First(a.Type, a.Reason, "appointment"), unreadOf(a))
		if a.NameAlert != "" {
			s.alerts[len(s.choices)] = present.Aloud(present.NameAlertSentence(a.NameAlert))
		}
	}
	if len(s.choices) < d.TodayAppointments {
		s.say("Only the first %d of today's %s are read out.", len(s.choices), page.Count(d.TodayAppointments, "appointment"))
	}
	s.say("%s: %s.", page.UnreadHeading(d.UnreadNotifications), present.Rows(min(1, len(d.Notifications)), len(d.Notifications), d.OpenNotifications, "newest first"))
	for _, n := range d.Notifications {
		if n.PatientID == nil {
			s.row(s.noteAloud(n))
			continue
		}
		s.choiceOf(n, func() error { return s.openPatient(ctx, *n.PatientID) }, "%s", s.noteAloud(n))
	}
	s.say("%s not reviewed by you: type unread. %s being read, %d could not be: type readings, or readings failed.",
		page.Count(d.UnreadRecords, "document"), page.Count(d.RunningJobs, "document"), d.FailedJobs)
	return nil
}

// unreadOf says what is new of the patient of an appointment.
func unreadOf(a core.Appointment) string {
	if a.UnreadRecords == 0 {
		return ""
	}
	return ", " + page.Count(a.UnreadRecords, "document") + " unread by you, " + present.Critical(a)
}

func (s *plainShell) find(ctx context.Context, text string) error {
	s.list() // a number typed now is none of an older list
	shown, err := s.Backend.Patients(ctx, core.PatientQuery{Text: text, Limit: 20})
	if err != nil {
		return err
	}
	if len(shown.Patients) == 0 && strings.TrimSpace(text) == "" {
		s.say("No patients are assigned to you.")
		return nil
	}
	if len(shown.Patients) == 0 && len(shown.DateReadings) < 2 {
		s.say("Nobody among your patients matches. Try fewer letters, initials, a birth date or the end of the MRN.")
		return nil
	}
	if len(shown.DateReadings) > 1 { // 8/5/40: 8 May or 5 August?
		s.say("The date can be read in two ways; type the month in letters for one of them.")
		for _, d := range shown.DateReadings {
			s.choice(func() error { return s.find(ctx, d.String()) }, "Born %s.", present.LongDate(d))
		}
		return nil
	}
	s.say("Patients: %s.", present.Rows(1, len(shown.Patients), shown.Count, "by name"))
	for i, p := range shown.Patients {
		s.choice(func() error { return s.openPatient(ctx, p.ID) }, "%s.", present.Aloud(present.PersonOfSummary(p, s.Clock()).Identity()))
		if p.NameAlert != "" { // as the server says: it knows the whole panel
			s.alerts[i+1] = present.Aloud(present.NameAlertSentence(p.NameAlert))
		}
	}
	if shown.Next != "" {
		s.say("There are more; type more letters to narrow them down.")
	}
	return nil
}

func (s *plainShell) patients(ctx context.Context, _ string) error { return s.find(ctx, "") }

func (s *plainShell) openPatient(ctx context.Context, id int64) error {
	d, err := s.Backend.Patient(ctx, id)
	if err != nil {
		return err
	}
	if d.Patient.ID != id {
		return page.WrongPatient()
	}
	if d.MedicalRecords == nil {
		if d.MedicalRecords, err = s.Backend.PatientRecords(ctx, id, false); err != nil {
			return err
		}
	}
	for _, r := range d.MedicalRecords {
		if r.PatientID != id {
			return page.WrongPatient()
		}
	}
	if !page.OwnMedicines(d.Medicines, id) {
		return page.WrongPatient()
	}
	s.chart, s.record = &d, nil
	return s.describe(ctx)
}

// showChart reads the open chart out again; with "all", also documents that are no longer
// in use.
func (s *plainShell) showChart(ctx context.Context, rest string) error {
	if rest == "" {
		return s.openPatient(ctx, s.chart.Patient.ID)
	}
	if !strings.EqualFold(rest, "all") {
		return core.Errorf(core.CodeInvalid, "Type chart, or chart all.")
	}
	all, err := s.Backend.PatientRecords(ctx, s.chart.Patient.ID, true)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.PatientID != s.chart.Patient.ID {
			return page.WrongPatient()
		}
	}
	s.record = nil
	s.documents(ctx, all, ", also those no longer in use")
	return nil
}

// describe reads the banner and the documents out.
func (s *plainShell) describe(ctx context.Context) error {
	b := ui.BannerOf(s.chart.Patient)
	now := s.Clock().In(s.Location)
	s.say("Patient %s.", s.identity())
	if !b.Died.IsZero() {
		s.say("Died %s, age at death %s.", present.LongDate(b.Died), b.Born.Age(b.Died.Time()))
	} else if age := b.Born.Age(now); age != "" {
		s.say("Age %s. Gender %s.", age, b.Gender.Display())
	}
	for _, line := range b.Clinical() {
		line = strings.Replace(line, "! ", "Alert: ", 1)
		s.say("%s.", present.Aloud(strings.TrimLeft(line, "▲=xo ")))
	}
	s.say("Medicines: %s", present.Medicines(s.chart.Medicines))
	for _, list := range [][]core.Prescription{s.chart.Prescriptions, s.chart.Stopped} {
		for _, m := range list {
			s.say("%s.", present.Aloud(present.PrescriptionOf(m).Sentence()))
		}
	}
	s.documents(ctx, s.chart.MedicalRecords, " in use")
	return nil
}

// documents reads documents of the open patient out, newest first.
func (s *plainShell) documents(ctx context.Context, list []core.Record, which string) {
	s.list()
	if len(list) == 0 {
		s.say("No documents%s.", which)
		return
	}
	s.say("Documents%s: %s.", which, present.Rows(1, len(list), len(list), "newest first"))
	for _, r := range list {
		s.choiceOf(r, func() error { s.record = &r; return s.read(ctx, "") }, "%s.", present.Aloud(present.RecordOf(r).Sentence()))
	}
}

// read opens the text of the open document at its first page.
func (s *plainShell) read(ctx context.Context, _ string) error {
	s.result, s.page = core.Result{}, 0
	s.say("Document %s.", present.Aloud(present.RecordOf(*s.record).Identity()))
	jobs, err := s.Backend.Jobs(ctx, core.JobFilter{RecordID: s.record.ID, Limit: 100})
	if err != nil {
		return err
	}
	for _, j := range jobs { // newest first
		if j.Status != core.JobCompleted {
			continue
		}
		res, err := s.Backend.JobResult(ctx, j.ID)
		if err != nil {
			return err
		}
		if res.PatientID != s.chart.Patient.ID {
			return page.WrongPatient()
		}
		if len(res.Pages) == 0 {
			res.Pages = []core.Page{{Number: 1, Status: "read", Text: res.ExtractedText}}
		}
		s.result = res
		return s.readPage(ctx)
	}
	if len(jobs) > 0 {
		s.say("Its text is not there. Reading: %s.", strings.TrimSuffix(present.JobProgress(jobs[0]), "."))
		return nil
	}
	s.say("Its text has not been read by the machine. Type analyse to have it read.")
	return nil
}

// readPage reads a page out; words the machine was not sure of are followed by
// "(unsure)".
func (s *plainShell) readPage(ctx context.Context) error {
	p := s.result.Pages[s.page]
	confidence := ""
	if p.Confidence != nil {
		confidence = fmt.Sprintf(", read by the machine with confidence %.0f percent", *p.Confidence)
	}
	s.say("Page %d of %d%s.", s.page+1, len(s.result.Pages), confidence)
	if len(p.Steps) > 0 {
		s.say("Done to it: %s.", strings.Join(p.Steps, ", "))
	}
	s.sayUnread(p)
	text := p.Text
	corrected := false
	if t, err := s.Backend.PageText(ctx, s.record.ID, p.Number); err == nil && t.CorrectedText != nil && t.PatientID == s.chart.Patient.ID {
		text, corrected = *t.CorrectedText, true
		s.say("Corrected by a person.")
	}
	switch {
	case p.Status == "failed" && !corrected:
		s.say("This page could not be read: %s", page.First(p.Error, "no reason was given."))
	case strings.TrimSpace(text) == "":
		s.say("The machine found no text on this page. That does not mean that there is none: look at the scan.")
	default:
		doubts := 0
		if !corrected && s.result.JobID != "" {
			if words, err := s.Backend.JobPage(ctx, s.result.JobID, p.Number); err == nil {
				text, doubts = unsureWords(text, words.Words)
			}
		}
		for _, line := range strings.Split(ui.CleanText(text), "\n") {
			if strings.TrimSpace(line) != "" {
				s.say("%s", line)
			}
		}
		if doubts > 0 {
			s.say("%s the machine was not sure of.", page.Count(doubts, "word"))
		}
	}
	if s.page+1 < len(s.result.Pages) {
		s.say("End of page %d. Type next for the following one.", s.page+1)
	} else {
		s.say("End of the document. Type reviewed to note that you have read it.")
	}
	return nil
}

func unsureWords(text string, words []core.Word) (string, int) {
	t := page.Marked(text, words)
	var b strings.Builder
	at := 0
	for _, d := range t.Doubt {
		b.WriteString(text[at:d.To] + " (unsure)")
		at = d.To
	}
	return b.String() + text[at:], len(t.Doubt)
}

func (s *plainShell) turn(ctx context.Context, page int) error {
	if len(s.result.Pages) == 0 {
		return core.Errorf(core.CodeInvalid, "This document has no text to turn pages in.")
	}
	if page < 0 || page >= len(s.result.Pages) {
		return core.Errorf(core.CodeInvalid, "There are pages 1 to %d.", len(s.result.Pages))
	}
	s.page = page
	return s.readPage(ctx)
}

func (s *plainShell) next(ctx context.Context, _ string) error { return s.turn(ctx, s.page+1) }
func (s *plainShell) back(ctx context.Context, _ string) error { return s.turn(ctx, s.page-1) }

func (s *plainShell) goPage(ctx context.Context, rest string) error {
	n, err := strconv.Atoi(rest)
	if err != nil {
		return core.Errorf(core.CodeInvalid, "Which page? Type page and its number.")
	}
	return s.turn(ctx, n-1)
}

func (s *plainShell) reviewed(ctx context.Context, _ string) error {
	if len(s.result.Pages) == 0 {
		ok, err := s.yes(ctx, "No text of this document was read to you. Have you read it elsewhere, and is it reviewed? Type yes:")
		if err != nil || !ok {
			return err
		}
	}
	r, err := s.Backend.ReviewRecord(ctx, s.record.ID, s.record.Version, true)
	if err != nil {
		return err
	}
	s.record = &r
	s.say("Noted: you have reviewed %s of %s.", present.Or(r.Title), s.name())
	return nil
}

func errPlainReadOnly() error {
	return core.Errorf(core.CodeForbidden, "Read-only mode: changes are switched off.")
}

// yes asks; anything but "yes" is no.
func (s *plainShell) yes(ctx context.Context, question string) (bool, error) {
	answer, err := s.ask(ctx, question)
	if err != nil {
		return false, err
	}
	if strings.ToLower(strings.TrimSpace(answer)) == "yes" {
		return true, nil
	}
	s.say("Nothing was done.")
	return false, nil
}

// atMost calls f at most once a second.
func atMost(now func() time.Time, f func(string)) func(string) {
	var last time.Time
	said := ""
	return func(text string) {
		if t := now(); text != said && t.Sub(last) >= time.Second {
			last, said = t, text
			f(text)
		}
	}
}
