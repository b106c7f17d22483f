package text_test

import (
	"testing"

	"clinician/internal/core/text"
)

func TestSameFigure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"4.5", "4.5", true}, {"4.5", " 4,5 ", true}, {"0.123", "0,123", true}, {"1234.567", "1234,567", true},
		{"<0.01", "< 0,01", true}, {"<=14", "≤ 14", true}, {"-2", "−2", true}, {"1+", "1 +", true}, {"Negative", "NEGATIVE", true},
		{"5 mg", "5MG", true}, {"4.5-5.5", "4,5 - 5,5", true}, {"1,234", "1,234", true}, {"1.234,5", "1.234,5", true},
		{"449", "4.49", false}, {"4.5", "4.50", false}, {"4.5", "45", false}, {"1,234", "1.234", false}, {"12,345", "12.345", false},
		{"1,234", "1234", false}, {"4 49", "449", false}, {"<14", "14", false}, {"0.9O", "0.90", false}, {"10,5,2", "10.5.2", false},
		{"", "", true}, {"4", "", false}, {"-2", "2", false},
	} {
		if text.SameFigure(c.a, c.b) != c.same || text.SameFigure(c.b, c.a) != c.same {
			t.Errorf("%q and %q: same %v", c.a, c.b, !c.same)
		}
	}
}
