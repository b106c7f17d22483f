package problems_test

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// A denial that is open where a page ends casts a doubt on what the next begins
// with; a footer and a header may lie between.
func TestDenialOverThePageBreak(t *testing.T) {
	two := func(last, first string) []core.Page {
		pages := analysistest.TextFile("DIAGNOSES", "Asthma", last, "Page 1 of 2")
		return append(pages, core.Page{Number: 2, Status: "read", Source: "text-file",
			Text: strings.Join([]string{"Wexmoor Hospital", "DIAGNOSES", first, "Type 2 diabetes mellitus"}, "\n")})
	}
	for _, tt := range []struct {
		last, first string
		doubt       bool
	}{
		{"No evidence of", "pulmonary embolism on the last scan", true},
		{"No history of", "Epilepsy", true},
		{"Smoker: no", "Epilepsy", false},
		{"Essential hypertension", "pulmonary embolism on the last scan", false},
	} {
		doubted := map[int][]string{}
		for _, v := range analysis.Extract(two(tt.last, tt.first)).Values {
			if v.Kind == core.ValueDiagnosis && len(v.Doubts) > 0 {
				doubted[v.Page] = append(doubted[v.Page], v.Text)
			}
		}
		if got := len(doubted[2]) == 1; got != tt.doubt || len(doubted[1]) > 0 || got && !strings.Contains(doubted[2][0], tt.first) {
			t.Errorf("%q, %q: in doubt %v", tt.last, tt.first, doubted)
		}
	}
}
