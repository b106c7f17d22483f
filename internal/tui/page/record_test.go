package page

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// How many notes there are on a document is seen however narrow the column is.
func TestNotesAreNeverCut(t *testing.T) {
	r := core.Record{Title: "A laboratory report with a long title", Notes: 2, Status: core.RecordCurrent}
	for w := 12; w < 60; w++ {
		got := TitleWithin(r, w)
		if !strings.HasSuffix(got, "(2 notes)") || ui.Width(got) > w {
			t.Errorf("%d cells: %q", w, got)
		}
	}
	if got := TitleOf(r); got != r.Title+" (2 notes)" {
		t.Errorf("whole: %q", got)
	}
}
