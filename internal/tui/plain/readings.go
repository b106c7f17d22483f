package plain

import (
	"context"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
)

// readings reads out what is being read, or what could not be.
func (s *plainShell) readings(ctx context.Context, rest string) error {
	f := core.JobFilter{State: "running", Limit: 100}
	what := "being read or waiting for it"
	switch strings.ToLower(rest) {
	case "":
	case "failed":
		f.State, what = "failed", "that could not be read"
	default:
		return core.Errorf(core.CodeInvalid, "Type readings, or readings failed.")
	}
	jobs, err := s.Backend.Jobs(ctx, f)
	if err != nil {
		return err
	}
	s.list()
	if len(jobs) == 0 {
		s.say("There are no documents %s.", what)
		return nil
	}
	s.say("%s %s, newest first.", page.Count(len(jobs), "document"), what)
	for _, j := range jobs {
		s.choiceOf(j, func() error { return s.openOf(ctx, j.PatientID, j.RecordID, 1) }, "%s.", s.jobAloud(j, true))
	}
	return nil
}

// jobAloud is a reading in a sentence.
func (s *plainShell) jobAloud(j core.Job, whose bool) string {
	line := j.FileName
	if whose && j.PatientName != "" {
		line += ", of " + j.PatientName + ", born " + present.LongDate(j.PatientBorn)
	}
	return line + ": " + strings.TrimSuffix(present.JobProgress(j), ".")
}

// history reads out every reading of the open document.
func (s *plainShell) history(ctx context.Context, _ string) error {
	jobs, err := s.Backend.Jobs(ctx, core.JobFilter{RecordID: s.record.ID, Limit: 100})
	if err != nil {
		return err
	}
	s.list()
	if len(jobs) == 0 {
		s.say("Nobody has had this document read.")
		return nil
	}
	s.say("%s, newest first.", page.Count(len(jobs), "reading"))
	for _, j := range jobs {
		s.choiceOf(j, func() error { return s.read(ctx, "") }, "Asked for on %s, language %s: %s.",
			present.Aloud(present.Moment(j.CreatedAt, s.Location)), present.Or(j.Language), strings.TrimSuffix(present.JobProgress(j), "."))
	}
	return nil
}

// cancel stops a reading of the last list.
func (s *plainShell) cancel(ctx context.Context, rest string) error {
	j, _, err := itemOf[core.Job](s, rest, "readings")
	if err != nil {
		return err
	}
	if err := s.Backend.CancelJob(ctx, j.ID); err != nil {
		return err
	}
	s.say("Stopped: %s.", j.FileName)
	return nil
}

// settings asks, to read again, how a document is to be read: in which language, and
// whether text that its pages have of their own is used.
func (s *plainShell) settings(ctx context.Context, again bool) (core.AnalyzeOptions, error) {
	var o core.AnalyzeOptions
	if !again {
		return o, nil
	}
	language, err := s.ask(ctx, "Language, like eng or eng+deu, or nothing for the usual one:")
	if err != nil {
		return o, err
	}
	o.Language = strings.TrimSpace(language)
	answer, err := s.ask(ctx, "Use the text that pages have of their own? Type no to have all pages read from their picture, or nothing:")
	if err != nil {
		return o, err
	}
	force := strings.EqualFold(strings.TrimSpace(answer), "no")
	o.ForceOCR = &force
	return o, nil
}
