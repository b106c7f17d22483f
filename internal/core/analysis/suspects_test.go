package analysis

import (
	"slices"
	"testing"

	"clinician/internal/core"
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
	if got := Suspects(textFile("Potassium 4.1 mmoVL 3.5 - 5.3")[0]); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// FuzzParsers: whatever stands there, what is read of it is what is printed.
func FuzzParsers(f *testing.F) {
	for _, s := range []string{"24-Nov-2026", "<0.01", "3.5 – 5.3 mmol/L", "up to 5", "500 mg/5 mL", "5 mg-325 mg", "138.0/82.0", "10*9/L", "S mg", "½ tablet", "..", "1,2,3", "M 13-18 g/dl; F"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 {
			return
		}
		var ws []token
		for _, line := range textLines(text) {
			for _, w := range line {
				ws = append(ws, w.token)
			}
		}
		if q, ok := quantityAt(ws); ok && (q.words > len(ws) || q.text == "" || !hasDigit(q.text)) {
			t.Errorf("quantity %+v", q)
		}
		if d, ok := dateAt(ws); ok && (d.words < 1 || d.words > len(ws) || !hasDigit(d.text)) {
			t.Errorf("date %+v", d)
		}
		if d, ok := doseAt(ws); ok && (len(d.words) < 1 || len(d.words) > len(ws)) {
			t.Errorf("dose %+v", d)
		}
		if i, ok := parseInterval(text); ok && i.hasLow && i.hasHigh && i.low >= i.high {
			t.Errorf("interval %+v", i)
		}
		if n := knownUnit(ws); n > len(ws) {
			t.Errorf("a unit of %d words", n)
		}
		if both, ok := combination(append(ws, token{})); ok && both.words != 1 {
			t.Errorf("%+v", both)
		}
	})
}
