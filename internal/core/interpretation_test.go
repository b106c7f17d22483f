package core_test

import (
	"fmt"
	"testing"

	"clinician/internal/core"
)

// A corrected value is marked by what is really printed, never by what was misread.
func TestInterpretationOfCorrectedValues(t *testing.T) {
	for name, c := range map[string]struct {
		misread, flag string // interpretation and printed flag
		corrected     string
		rng           string
		want          string
	}{
		"was high":                 {"H", "", "280", "145 - 384", "N"},
		"was normal":               {"N", "", "6.8", "3.5 - 5.3", "H"},
		"no number":                {"H", "", "haemolysed", "3.5 - 5.3", ""},
		"no range":                 {"", "", "4.5", "", ""},
		"critical stays":           {"HH", "HH", "6.8", "3.5 - 5.3", "HH"},
		"flag without a range":     {"H", "H", "6.8", "", "H"},
		"flag against the number":  {"L", "L", "4.1", "3.5 - 5.3", ""},
		"abnormal is high":         {"A", "*", "6.8", "3.5 - 5.3", "H"},
		"abnormal is in the range": {"A", "*", "4.1", "3.5 - 5.3", ""},
	} {
		v := core.Value{Text: "1", Range: c.rng, Flag: c.flag, Interpret: c.misread, Review: &core.Review{Status: core.ReviewCorrected, Text: c.corrected}}
		if got := v.Interpretation(); got != c.want || v.Critical() != (c.want == "HH") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		v.Review.Status = core.ReviewRejected
		if got := v.Interpretation(); got != c.misread || v.Critical() {
			t.Errorf("%s, rejected: %q", name, got)
		}
	}
}

func TestPlainNumbersAndRanges(t *testing.T) {
	show := func(n *float64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	for text, want := range map[string]string{"4.5": " 4.5", "<0.01": "< 0.01", "≥ 60": ">= 60", "1,000": " 1000", "4,5": " -", "Negative": " -",
		"1+": " -", "": " -", "1e5": " -", "-2": " -2", "Inf": " -"} {
		if c, n := core.PlainNumber(text); c+" "+show(n) != want {
			t.Errorf("%q: %q %s", text, c, show(n))
		}
	}
	for text, want := range map[string]string{"3.5 - 5.3": "3.5 5.3", "3.5–5.3": "3.5 5.3", "(60 to 110)": "60 110", "<5.2": "- 5.2", "> 60": "60 -",
		"": "- -", "Negative": "- -", "5.3 - 3.5": "- -", "3.5-5:3-": "- -", "-": "- -"} {
		if low, high := core.RangeBounds(text); show(low)+" "+show(high) != want {
			t.Errorf("%q: %s %s", text, show(low), show(high))
		}
	}
}
