package analysis

import (
	"slices"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
)

// Worth a second reading are digits and units of values in doubt; not their
// names, and not what is sure or belongs to nothing.
func TestSuspects(t *testing.T) {
	p := core.Page{Number: 1, Status: "read", Source: "ocr", Width: 2000, Height: 2800}
	high, low := 96.0, 40.0
	for i, row := range [][]string{
		{"Test", "Result", "Units", "Range"},
		{"Potassium", "4.1", "mmoVL", "3.5-5.3"},
		{"Sodium", "139", "mmol/L", "133-146"},
		{"Creatinine", "78", "yumol/L", "45-84"},
		{"Telephone", "", "", "0207"},
	} {
		for k, text := range row {
			c := &high
			if text == "4.1" || text == "0207" || text == "Sodium" {
				c = &low
			}
			if text != "" {
				p.Words = append(p.Words, core.Word{Text: text, Confidence: c, Line: i + 1, Box: core.Box{X: 100 + 300*k, Y: 200 + 40*i, W: 14 * len(text), H: 24}})
			}
		}
	}
	var got []string
	for _, s := range Suspects(p) {
		word := p.Words[s.Word].Text
		if s.Fits != nil {
			word += "?"
			for unit, want := range map[string]bool{"mmol/L": p.Words[s.Word].Text == "mmoVL", "µmol/L": p.Words[s.Word].Text == "yumol/L", "": false, "furlong": false} {
				if s.Fits(unit) != want {
					t.Errorf("%q in the place of %s: %v", unit, word, !want)
				}
			}
		}
		got = append(got, word)
	}
	if want := []string{"4.1", "mmoVL?", "yumol/L?"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Suspects(core.Page{}); len(got) != 0 {
		t.Errorf("an empty page has %v", got)
	}
}

// A text layer gives no confidences: its units may not fit, but no reading of it
// is surer.
func TestSuspectsOfWordsWithoutBoxes(t *testing.T) {
	if got := Suspects(analysistest.TextFile("Potassium 4.1 mmoVL 3.5 - 5.3")[0]); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
