package tui

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/wire"
	"clinician/internal/tui/ui"
)

func TestAReadingWhoseEndWasSeenRunsNoLonger(t *testing.T) {
	r := &root{readings: states{"seen": core.JobPending, "other": core.JobPending}}
	r.follow(ui.Result[wire.Frame]{Value: wire.Frame{JobID: "seen", Status: "processing"}})
	r.follow(ui.Result[wire.Frame]{Value: wire.Frame{JobID: "seen", Status: "completed"}})
	if got := r.activity(); got != "OCR 1 running" {
		t.Errorf("the footer says %q", got)
	}
}
