package tui

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

func TestAReadingWhoseEndWasSeenRunsNoLonger(t *testing.T) {
	r := &root{readings: states{"seen": core.JobPending, "other": core.JobPending}}
	r.follow(ui.Result[core.JobEvent]{Value: core.JobEvent{Job: core.Job{ID: "seen", Status: "processing"}}})
	r.follow(ui.Result[core.JobEvent]{Value: core.JobEvent{Job: core.Job{ID: "seen", Status: "completed"}}})
	if got := r.activity(); got != "OCR 1 running" {
		t.Errorf("the footer says %q", got)
	}
}
