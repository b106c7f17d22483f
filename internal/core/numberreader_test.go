package core

import "testing"

func TestTwoReadingsOfANumber(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second string
		was, is       float64
		confirmed     bool
		contradicted  bool
	}{
		"the same":                {"4.5", "4.5", 70, 97, true, false},
		"the first is a guess":    {"4.5", "4.5", 59, 99, false, false},
		"the second is not sure":  {"4.5", "4.5", 70, 94, false, false},
		"another digit":           {"193", "199", 97, 96, false, true},
		"a point lost":            {"45", "4.5", 97, 80, false, true},
		"a comma for a point":     {"1,200", "1.200", 97, 99, false, true},
		"a sign lost":             {"2.1", "-2.1", 97, 99, false, true},
		"another comparator":      {"<5", "≤5", 97, 99, false, true},
		"a range":                 {"3.5–5.1", "3.5-5.1", 70, 99, true, false},
		"a range joined":          {"35-51", "3551", 97, 99, false, true},
		"with spaces":             {"3.5-5.1", "3.5 - 5.1", 70, 99, true, false},
		"the end of a sentence":   {"120.", "120", 70, 99, true, false},
		"brackets":                {"(120)", "120", 70, 99, true, false},
		"a letter for a digit":    {"12O", "120", 97, 99, false, true},
		"a digit beside letters":  {"meq/1", "meq/1", 70, 99, false, false},
		"raised":                  {"m2", "m²", 70, 99, false, false},
		"a single digit":          {"1", "1", 70, 99, false, false},
		"letters only, elsewhere": {"10", "lo", 97, 99, false, true},
	} {
		w := Word{Text: c.first, Confidence: &c.was, Second: &SecondReading{Text: c.second, Confidence: c.is}}
		if w.Confirmed() != c.confirmed || w.Contradicted() != c.contradicted {
			t.Errorf("%s: confirmed %v, contradicted %v", name, w.Confirmed(), w.Contradicted())
		}
		if sure := !w.ReadUnclearly(); sure != (c.was >= SureNumber || c.confirmed) {
			t.Errorf("%s: read clearly: %v", name, sure)
		}
	}
	low := 70.0
	for name, w := range map[string]Word{
		"read once":        {Text: "4.5", Confidence: &low},
		"nothing was read": {Text: "4.5", Confidence: &low, Second: &SecondReading{Confidence: 99}},
		"no confidence":    {Text: "4.5", Second: &SecondReading{Text: "4.5", Confidence: 99}},
	} {
		if w.Confirmed() || w.Contradicted() {
			t.Errorf("%s: confirmed %v, contradicted %v", name, w.Confirmed(), w.Contradicted())
		}
	}
}

// Both readings are told wherever the first is said to be in doubt.
func TestWhatASecondEngineSays(t *testing.T) {
	t.Parallel()
	low := 70.0
	for name, c := range map[string]struct {
		second *SecondReading
		why    string
	}{
		"none":           {nil, "read with confidence 70 %"},
		"nothing":        {&SecondReading{Engine: "PP"}, "read with confidence 70 %"},
		"the same":       {&SecondReading{Text: "4.5", Confidence: 80, Engine: "PP"}, "read with confidence 70 %, and the same by a second engine (PP)"},
		"other signs":    {&SecondReading{Text: "4.5*", Confidence: 80, Engine: "PP"}, `read with confidence 70 %, and as "4.5*" by a second engine (PP)`},
		"not kept whose": {&SecondReading{Text: "4.5", Confidence: 80}, "read with confidence 70 %, and the same by a second engine"},
		"another number": {&SecondReading{Text: "4.6", Confidence: 80, Engine: "PP"}, "read with confidence 70 %"}, // its doubt says so
	} {
		if got := (Word{Text: "4.5", Confidence: &low, Second: c.second}).WhyUnsure(); got != c.why {
			t.Errorf("%s: %q, want %q", name, got, c.why)
		}
	}
}

func TestLineText(t *testing.T) {
	t.Parallel()
	l := LineText{Characters: []LineCharacter{{"4", 99, 10}, {".", 71, 20}, {"5", 98, 30}}}
	if l.Text() != "4.5" || l.Confidence() != 71 {
		t.Errorf("%q, %v", l.Text(), l.Confidence())
	}
	if (LineText{}).Confidence() != 0 {
		t.Error("nothing is sure")
	}
}
