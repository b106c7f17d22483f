package plain

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// openText gives the open page with what was corrected on it, and its lines as they
// stand.
func (s *plainShell) openText(ctx context.Context) (core.PageCorrections, []string, error) {
	if len(s.result.Pages) == 0 {
		return core.PageCorrections{}, nil, core.Errorf(core.CodeInvalid, "The text of this document was not read to you. Type read first.")
	}
	t, err := s.Backend.PageText(ctx, s.record.ID, s.result.Pages[s.page].Number)
	if err == nil && t.PatientID != s.chart.Patient.ID {
		err = page.WrongPatient()
	}
	now := t.EngineText
	if t.CorrectedText != nil {
		now = *t.CorrectedText
	}
	return t, strings.Split(now, "\n"), err
}

// correctText numbers the lines of the open page, or has line N typed anew. The machine's
// text stays beside it.
func (s *plainShell) correctText(ctx context.Context, rest string) error {
	t, lines, err := s.openText(ctx)
	if err != nil {
		return err
	}
	if rest == "" {
		s.list()
		for i, l := range lines {
			s.choice(func() error { return s.correctText(ctx, strconv.Itoa(i+1)) }, "%s", ui.Clean(l))
		}
		return nil
	}
	n, err := strconv.Atoi(rest)
	if err != nil || n < 1 || n > len(lines) {
		return core.Errorf(core.CodeInvalid, "There are lines 1 to %d. Type correct text and one of them.", len(lines))
	}
	typed, err := s.ask(ctx, fmt.Sprintf("Line %d says: %s. Type what is printed there, or nothing to leave it:", n, ui.Clean(lines[n-1])))
	if err != nil {
		return err
	}
	if strings.TrimSpace(typed) == "" {
		s.say("Nothing was done.")
		return nil
	}
	lines[n-1] = typed
	whole := strings.Join(lines, "\n")
	now, err := s.Backend.CorrectText(ctx, s.record.ID, t.Page, core.TextCorrection{Text: &whole, JobID: t.JobID, Version: t.Version})
	return s.corrected(ctx, now, err, "Stored. The page reads now:", typed)
}

func (s *plainShell) undoCorrection(ctx context.Context, _ string) error {
	t, _, err := s.openText(ctx)
	if err != nil {
		return err
	}
	if t.Correction == nil && t.CorrectedText == nil {
		return core.Errorf(core.CodeInvalid, "Nothing is corrected on this page.")
	}
	now, err := s.Backend.UndoCorrection(ctx, s.record.ID, t.Page, t.Version)
	return s.corrected(ctx, now, err, "The last correction is taken back. The page reads now:", "")
}

// corrected reads the page out as it is after a change, or after somebody else's.
func (s *plainShell) corrected(ctx context.Context, _ core.PageCorrections, err error, done, typed string) error {
	if _, says, ok := page.Outdated[core.PageCorrections](err); ok {
		s.say("Nothing was stored. %s", present.Aloud(says))
		if typed != "" {
			s.say("You had typed: %s", typed)
		}
		return s.readPage(ctx)
	}
	if err != nil {
		return err
	}
	s.say("%s", done)
	return s.readPage(ctx)
}
