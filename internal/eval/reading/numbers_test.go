package reading

import (
	"testing"

	"clinician/internal/core"
)

func TestNumbersOfTexts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		truth, read string
		want        Numbers
	}{
		"a date":        {"8/10/90", "8/10/90", Numbers{RunsFound: 3, RunsTruth: 3, RunsRead: 3, Truth: 3}},
		"a day lost":    {"8/10/90", "8/1O/90", Numbers{RunsFound: 2, RunsTruth: 3, RunsRead: 3, Truth: 3}},
		"a point lost":  {"4.5 mmol/l", "45 mmol/l", Numbers{RunsTruth: 2, RunsRead: 1, Truth: 1}},
		"joined":        {"500 mg", "500mg", Numbers{RunsFound: 1, RunsTruth: 1, RunsRead: 1, Truth: 1}},
		"with its sign": {"<0.01", "< 0.01", Numbers{RunsFound: 2, RunsTruth: 2, RunsRead: 2, Truth: 1}},
	} {
		if got := Compare(c.truth, c.read).Numbers; got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestCaseless(t *testing.T) {
	t.Parallel()
	if s := Compare("TOTAL 9.00 ÅÉ", "Total 9.00 åé"); s.CaselessEdits != 0 || s.CharEdits != 6 {
		t.Errorf("%d edits without regard to case, %d with", s.CaselessEdits, s.CharEdits)
	}
}

// A number that a reader was sure of and that the page does not have, or not as often,
// is counted; what it said to doubt is not.
func TestSureNumbers(t *testing.T) {
	t.Parallel()
	words := func(confidence float64, texts ...string) (out []core.Word) {
		for _, text := range texts {
			out = append(out, core.Word{Text: text, Confidence: &confidence})
		}
		return out
	}
	for name, c := range map[string]struct {
		truth string
		words []core.Word
		want  Numbers
	}{
		"right":          {"199 (3.5-5.1)", words(95, "199", "(3.5-5.1)"), Numbers{Sure: 3}},
		"wrong":          {"199", words(95, "193"), Numbers{Sure: 1, SureWrong: 1}},
		"a piece of one": {"12.50", words(95, "12"), Numbers{Sure: 1, SureWrong: 1}},
		"twice":          {"12 kg", words(95, "12", "12"), Numbers{Sure: 2, SureWrong: 1}},
		"not sure":       {"199", words(89, "193"), Numbers{}},
		"in doubt":       {"199", []core.Word{{Text: "193", Doubt: "a line goes through it"}}, Numbers{}},
		"no number":      {"kg", words(95, "lb"), Numbers{}},
	} {
		c.want.Measured = true
		var got Numbers
		if got.countSure(c.truth, c.words); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestShareOfSureNumbers(t *testing.T) {
	t.Parallel()
	n := Numbers{Truth: 4, Sure: 3, SureWrong: 1}
	n.add(Numbers{Truth: 6, Sure: 4})
	if got := n.SureShare(); got != 0.6 {
		t.Errorf("%v of the numbers that are printed", got)
	}
}

func TestWordsOfPagesInJSON(t *testing.T) {
	t.Parallel()
	of := Tool{pages: true}
	text, words, err := of.said([]byte(`[{"text":"a 1","words":[{"text":"a"},{"text":"1"}]},{"text":"b","words":[{"text":"b"}]}]`))
	if err != nil || text != "a 1\nb\n" || len(words) != 3 {
		t.Errorf("%q, %v, %v", text, words, err)
	}
	if _, _, err := of.said([]byte("oops")); err == nil {
		t.Error("what is no JSON was taken for pages")
	}
}
