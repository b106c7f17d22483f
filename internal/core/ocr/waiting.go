package ocr

import (
	"context"
	"fmt"
	"slices"

	"clinician/internal/core"
)

// priorityOf is how urgent a request is.
func priorityOf(r core.JobRequest) (core.Priority, error) {
	switch {
	case r.Priority == "":
		return core.PriorityNormal, nil
	case !slices.Contains(core.Priorities(), r.Priority):
		err := core.Errorf(core.CodeInvalid, "A priority is one of urgent, normal and low.")
		err.Fields = map[string][]string{"priority": {err.Message}}
		return "", err
	}
	return r.Priority, nil
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
	if _, err := s.o.Engine.Info(ctx); core.CodeOf(err) == core.CodeEngineMissing && j.FileType != "text" {
		j.WaitingFor += " The OCR engine is not installed: only pages with text of their own can be read."
	}
}
