package plain

import (
	"context"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
)

// unread lists what the user has not reviewed, of all patients.
func (s *plainShell) unread(ctx context.Context) error {
	const most = 50
	p, err := s.Backend.UnreadRecords(ctx, core.UnreadQuery{Limit: most})
	if err != nil {
		return err
	}
	s.list()
	if len(p.Records) == 0 {
		s.say("You have reviewed every document of your patients.")
		return nil
	}
	s.say("Documents you have not reviewed: %s.", present.Rows(1, len(p.Records), p.Count, "newest first"))
	for _, u := range p.Records {
		if u.Record.PatientID != u.Patient.ID {
			return page.WrongPatient()
		}
		n := len(s.choices) + 1
		s.listed[n] = u.Record
		if u.Patient.NameAlert != "" {
			s.alerts[n] = present.Aloud(present.NameAlertSentence(u.Patient.NameAlert))
		}
		s.choice(func() error { return s.openDocument(ctx, u) }, "%s: %s.",
			present.Aloud(present.PersonOfSummary(u.Patient, s.Clock()).Identity()), present.Aloud(present.RecordOf(u.Record).Sentence()))
	}
	return nil
}

// openDocument opens a patient and one of their documents.
func (s *plainShell) openDocument(ctx context.Context, u core.UnreadRecord) error {
	if err := s.openPatient(ctx, u.Patient.ID); err != nil {
		return err
	}
	for _, r := range s.chart.MedicalRecords {
		if r.ID == u.Record.ID {
			s.record = &r
			return s.read(ctx, "")
		}
	}
	return core.Errorf(core.CodeNotFound, "That document is not in this chart any more.")
}

// analyseMany has documents of the last list read and says what became of each that was
// refused.
func (s *plainShell) analyseMany(ctx context.Context, which string) error {
	if s.ReadOnly {
		return errPlainReadOnly()
	}
	numbers, err := s.numbers(which)
	if err != nil {
		return err
	}
	var list []core.Record
	for _, n := range numbers {
		r, ok := s.listed[n]
		if !ok {
			return core.Errorf(core.CodeInvalid, "Number %d of the last list is no document. Nothing was asked for.", n)
		}
		list = append(list, r)
	}
	if len(list) == 0 {
		s.say("Every document of the last list that can be read has been read, or somebody has asked for it.")
		return nil
	}
	asked, err := page.AskMany(ctx, s.Backend, list)
	for _, line := range asked.Sentences() {
		s.say("%s", present.Aloud(line))
	}
	return err
}

// numbers gives what "1 3 5-8" names, each once, or for "all" the documents of the last
// list that can be read and that nobody had read.
func (s *plainShell) numbers(which string) ([]int, error) {
	seen, out := map[int]bool{}, []int(nil)
	add := func(n int) {
		if !seen[n] {
			seen[n], out = true, append(out, n)
		}
	}
	if strings.EqualFold(which, "all") {
		for n := 1; n <= len(s.choices); n++ {
			if r, ok := s.listed[n]; ok && r.CanAnalyze && r.LastJob == nil {
				add(n)
			}
		}
		return out, nil
	}
	for _, w := range strings.FieldsFunc(which, func(r rune) bool { return r == ' ' || r == ',' }) {
		from, to, isRange := strings.Cut(w, "-")
		if !isRange {
			to = from
		}
		a, errA := strconv.Atoi(from)
		b, errB := strconv.Atoi(to)
		if errA != nil || errB != nil || a < 1 || b < a || b > len(s.choices) {
			return nil, core.Errorf(core.CodeInvalid, "The last list has no %q: type numbers of it, such as 1 3 5-8, or all. Nothing was asked for.", w)
		}
		for n := a; n <= b; n++ {
			add(n)
		}
	}
	return out, nil
}
