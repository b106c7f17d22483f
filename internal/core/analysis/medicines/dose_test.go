package medicines

import (
	"testing"

	"clinician/internal/core/analysis/analysistest"
)

// FuzzDose: whatever stands there, the dose that is read of it is printed.
func FuzzDose(f *testing.F) {
	analysistest.SeedParsers(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 {
			return
		}
		ws := analysistest.Tokens(text)
		if d, ok := doseAt(ws); ok && (len(d.words) < 1 || len(d.words) > len(ws)) {
			t.Errorf("dose %+v", d)
		}
		if n := frequencyRun(ws); n > len(ws) {
			t.Errorf("a frequency of %d words", n)
		}
	})
}
