package measurement

import (
	"testing"

	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/vocabulary"
)

// FuzzQuantity: whatever stands there, the number that is read of it is printed.
func FuzzQuantity(f *testing.F) {
	analysistest.SeedParsers(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 {
			return
		}
		ws := analysistest.Tokens(text)
		if q, ok := QuantityAt(ws); ok && (q.Words > len(ws) || q.Text == "" || !vocabulary.HasDigit(q.Text)) {
			t.Errorf("quantity %+v", q)
		}
		if n := UnitAt(ws); n > len(ws) {
			t.Errorf("a unit of %d words", n)
		}
	})
}
