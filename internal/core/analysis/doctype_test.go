package analysis

import (
	"testing"

	"clinician/internal/core/analysis/analysistest"
)

func TestDocumentTypeAndDate(t *testing.T) {
	tests := []struct {
		name       string
		lines      []string
		kind, date string
	}{
		{"report", []string{"Wexmoor Pathology", "LABORATORY REPORT", "Patient: DOE, Jane   DOB: 08-May-1940", "Collected: 24-Nov-2026 09:20   Reported: 25-Nov-2026"}, "Laboratory Results", "2026-11-24"},
		{"letter", []string{"Harrow Lane Surgery", "Typed 24-Nov-2026", "Dear Dr Blake", "Re: Jane DOE, DOB 08-May-1940", "Thank you for seeing this patient, whom I am referring urgently."}, "Consultation Notes", "2026-11-24"},
		{"two titles in one row", []string{"IMAGING REPORT      DISCHARGE SUMMARY"}, "", ""},
		{"a word of prose", []string{"We discussed the discharge summary with her.", "Date of birth 08-May-1940"}, "", ""},
		{"dates that disagree", []string{"PROGRESS NOTE", "Date: 24-Nov-2026", "Date: 23-Nov-2026"}, "Progress Notes", ""},
		{"comparison only", []string{"IMAGING REPORT", "Comparison: 31-Aug-2026"}, "Imaging Reports", ""},
	}
	for _, tt := range tests {
		f := Extract(analysistest.TextFile(tt.lines...))
		if f.TypeName != tt.kind || f.DocumentDate.String() != tt.date {
			t.Errorf("%s: %q of %q, want %q of %q", tt.name, f.TypeName, f.DocumentDate, tt.kind, tt.date)
		}
	}
}

// A date that was read poorly counts where the document says it twice, read fairly both
// times; once, or with another date beside it, it does not.
func TestDatesThatAgree(t *testing.T) {
	for name, c := range map[string]struct {
		confidence float64
		lines      []string
		date       string
	}{
		"twice":          {55, []string{"Collected: 24-Nov-2026", "Reported: 24-Nov-2026"}, "2026-11-24"},
		"once":           {55, []string{"Collected: 24-Nov-2026"}, ""},
		"two dates":      {55, []string{"Collected: 24-Nov-2026", "Reported: 25-Nov-2026"}, ""},
		"twice, poorly":  {45, []string{"Collected: 24-Nov-2026", "Reported: 24-Nov-2026"}, ""},
		"without labels": {55, []string{"Collected: 24-Nov-2026", "24-Nov-2026"}, ""},
		"once, surely":   {95, []string{"Collected: 24-Nov-2026"}, "2026-11-24"},
	} {
		f := Extract(analysistest.Scanned(0, c.confidence, append([]string{"LABORATORY REPORT"}, c.lines...)...))
		if f.DocumentDate.String() != c.date {
			t.Errorf("%s: %q, want %q", name, f.DocumentDate, c.date)
		}
	}
}
