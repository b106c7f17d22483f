package laboratory

import (
	"testing"

	"clinician/internal/core/analysis/analysistest"
)

// FuzzInterval: a reference interval has its lower limit below its upper.
func FuzzInterval(f *testing.F) {
	analysistest.SeedParsers(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 {
			return
		}
		if i, ok := parseInterval(text); ok && i.hasLow && i.hasHigh && i.low >= i.high {
			t.Errorf("interval %+v", i)
		}
	})
}
