package core

import "testing"

func TestUnsureWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text       string
		confidence float64 // below 0: none
		doubt      string
		alone      bool // no second reading confirms it
		why        string
	}{
		"a number at 90":         {text: "4.1", confidence: 90},
		"a number below":         {text: "4.1", confidence: 89.4, why: "read with confidence 89 %"},
		"a date below":           {text: "12-Apr-1961", confidence: 75, why: "read with confidence 75 %"},
		"a unit with a digit":    {text: "10^9/L", confidence: 70, why: "read with confidence 70 %"},
		"other digits":           {text: "٤٥", confidence: 70, why: "read with confidence 70 %"},
		"a word at 60":           {text: "Sodium", confidence: 60},
		"a word below":           {text: "Sodium", confidence: 59, why: "read with confidence 59 %"},
		"the document's own":     {text: "4.1", confidence: -1},
		"struck out":             {text: "4.1", confidence: -1, doubt: "it is struck out", why: "it is struck out"},
		"sure, but for its form": {text: "199", confidence: 97, doubt: "a rule touches it", why: "a rule touches it"},
		"both":                   {text: "199", confidence: 80, doubt: "a rule touches it", why: "read with confidence 80 %; a rule touches it"},
		"not read at all":        {text: Illegible, doubt: DoubtIllegible, why: DoubtIllegible},
		"one engine only":        {text: "4.1", confidence: -1, alone: true, why: "not confirmed by a second reading"},
	} {
		w := Word{Text: c.text, Doubt: c.doubt, Unconfirmed: c.alone}
		if c.confidence >= 0 {
			w.Confidence = &c.confidence
		}
		if got := w.WhyUnsure(); got != c.why || w.Unsure() != (c.why != "") {
			t.Errorf("%s: unsure %v because %q, want %q", name, w.Unsure(), got, c.why)
		}
	}
}
