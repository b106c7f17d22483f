package read

import (
	"testing"

	"clinician/internal/core"
)

func TestDigitsThatMayBeLetters(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, second string
		beside       string
		why          string
	}{
		"oxygen":                      {text: "02", second: "02", why: doubtZero},
		"carbon dioxide":              {text: "C02", second: "C02", why: doubtZero},
		"a saturation":                {text: "Sp02:", second: "SpO2:", why: doubtZero},
		"water":                       {text: "cmH20", second: "cmH20", why: doubtZero},
		"the letter":                  {text: "SpO2"},
		"a month's day":               {text: "02", beside: "Oct"},
		"a month's day, and its name": {text: "02", beside: "October,"},
		"beside a word":               {text: "02", beside: "Octave", why: doubtZero},
		"a code of an illness":        {text: "E03.9", second: "E03.9"},
		"a decimal":                   {text: "0.2"},
		"a whole number":              {text: "20"},
		"a long number":               {text: "092511"},
		"a letter for a zero":         {text: "12O", why: doubtAlike},
		"both say a letter":           {text: "12O", second: "12O"},
		"one says a zero":             {text: "12O", second: "120", why: doubtAlike},
		"a letter for a one":          {text: "l4.5", why: doubtAlike},
		"a letter for a five":         {text: "4S", second: "45", why: doubtAlike},
		"litres":                      {text: "2L"},
		"a unit":                      {text: "22mmol/L"},
		"an age":                      {text: "67-year-old"},
		"a sound of the heart":        {text: "S1/S2"},
	} {
		w := sureAt(c.text, 100, 10, 40)
		if c.second != "" {
			w.Second = &core.SecondReading{Text: c.second, Confidence: 99}
		}
		got := doubtAlikes([]core.Word{w, sureAt(c.beside, 150, 10, 40)})
		if got[0].Doubt != c.why || got[1].Doubt != "" {
			t.Errorf("%s: %q is in doubt because %q, want %q", name, c.text, got[0].Doubt, c.why)
		}
	}
	if got := doubtAlikes([]core.Word{{Text: "02"}}); got[0].Doubt != "" {
		t.Error("words that no engine has read are taken as they are")
	}
}
