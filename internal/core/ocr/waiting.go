package ocr

import (
	"context"
	"fmt"
	"slices"

	"clinician/internal/core"
)

// checkPriority refuses what is no priority; none is one.
func checkPriority(p core.Priority) error {
	if p == "" || slices.Contains(core.Priorities(), p) {
		return nil
	}
	err := core.Errorf(core.CodeInvalid, "A priority is one of urgent, normal and low.")
	err.Fields = map[string][]string{"priority": {err.Message}}
	return err
}

// explain says why a job has not begun.
func (s *Service) explain(ctx context.Context, j *core.Job) {
	if j.Status != core.JobPending {
		return
	}
	switch j.Position {
	case 0:
		j.WaitingFor = "It is the next to be read."
		s.mu.Lock()
		if len(s.running) > 0 {
			j.WaitingFor = "It is the next to be read, after what is being read now."
		}
		s.mu.Unlock()
	case 1:
		j.WaitingFor = "1 document is read before this one."
	default:
		j.WaitingFor = fmt.Sprintf("%d documents are read before this one.", j.Position)
	}
	if _, err := s.o.Reader.Info(ctx); core.CodeOf(err) == core.CodeEngineMissing && j.FileType != "text" {
		j.WaitingFor += " The OCR engine is not installed: only pages with text of their own can be read."
	}
}
