package medicines

import (
	"slices"
	"testing"

	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/layout"
)

func TestCautions(t *testing.T) {
	for _, c := range []struct {
		name, dose, frequency string
		want                  []string
	}{
		{"morphine", "1.0 mg", "", []string{"1.0 mg: trailing zero"}},
		{"morphine", "2.50 mg", "", []string{"2.50 mg: trailing zero"}},
		{"dexamethasone", ".5 mg", "", []string{".5 mg: no leading zero"}},
		{"insulin", "10U", "", []string{"10U: U can be read as 0 or 4"}},
		{"insulin", "10 units", "", nil},
		{"digoxin", "125 µg", "q.d.", []string{"125 µg: µg can be read as mg", "q.d.: can be read as QID or QOD"}},
		{"MgSO4", "2 g", "", []string{"MgSO4: can mean morphine sulfate or magnesium sulfate"}},
		{"amlodipine", "10 mg", "daily", nil},
		{"paracetamol", "0.5 g", "daily", nil},
		{"bisoprolol", "2.5 mg", "alternate days", nil},
	} {
		words := layout.NewDocument(analysistest.TextFile(c.dose)).Sheets[0].Rows[0].Words
		d, ok := doseAt(words)
		if got := cautions(c.name, d, c.frequency); !ok || !slices.Equal(got, c.want) {
			t.Errorf("%s %s %s: cautions %q, want %q", c.name, c.dose, c.frequency, got, c.want)
		}
	}
}
