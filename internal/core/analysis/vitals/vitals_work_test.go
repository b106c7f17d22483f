package vitals_test

import (
	"strings"
	"testing"

	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// A text of nothing but weights takes work in proportion to its length: twice the
// text in rows twice as long allocates about twice as often, not four times.
func TestDatingVitalSignsIsLinear(t *testing.T) {
	allocations := func(n int) float64 {
		row := strings.TrimSpace(strings.Repeat("weight 70 kg ", n))
		pages := analysistest.TextFile(row, row, row)
		if got := len(analysis.Extract(pages).Values); got < 2*n {
			t.Fatalf("only %d values", got)
		}
		return testing.AllocsPerRun(1, func() { analysis.Extract(pages) })
	}
	if once, twice := allocations(100), allocations(200); twice > 2.5*once {
		t.Errorf("%.0f allocations, and %.0f for twice the text", once, twice)
	}
}
