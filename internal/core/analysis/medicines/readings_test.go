package medicines_test

import (
	"strings"
	"testing"

	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// A dose with two readings is in doubt.
func TestDosesWithTwoReadings(t *testing.T) {
	for line, doubtful := range map[string]bool{
		"Heparin 5.000 units twice daily": true, "Heparin 5,000 units twice daily": false, "Bisoprolol 2,5 mg once daily": true,
		"Bisoprolol 2.5 mg once daily": false, "Insulin 1.500 units": true, "Digoxin 0.125 mg daily": false,
		"Heparin 5,000 units twice daily\nBisoprolol 2,5 mg": true,
	} {
		v := analysis.Extract(analysistest.TextFile("Current medications", line)).Values[0]
		got := false
		for _, d := range v.Doubts {
			got = got || strings.Contains(d, "divide thousands")
		}
		if got != doubtful {
			t.Errorf("%s: %q", line, v.Doubts)
		}
	}
}
