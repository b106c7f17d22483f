package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"clinician/internal/core"
)

func TestFinds(t *testing.T) {
	for _, c := range []struct {
		query, text string
		want        bool
	}{
		{"cisplatin", "Received Cisplatin, 80 mg.", true},
		{"CISPLAT", "cisplatin-based", true},
		{"platin", "cisplatin", false},
		{"her2", "HER-2 positive", true},
		{"HER-2", "her2: negative", true},
		{"her2", "together 2", false},
		{"cantu", "Mrs CANTÚ", true},
		{"Cantú", "mrs cantu", true},
		{"straße", "STRASSE 4", true},
		{"1000", "count 1,000 cells", true},
		{"1,000", "count 1000 cells", true},
		{"1000", "count 10000 cells", false},
		{"1'000", "1000", true},
		{"4.5", "K 4,5 mmol/L", true},
		{"4.5", "K 4.55", false},
		{"4", "K 4.5", false},
		{"0.01", "PSA <0.01", true},
		{"4128870031", "MRN 412 887 0031", true},
		{"412 887 0031", "MRN 4128870031", false}, // three words, which are not there
		{`"412 887 0031"`, "MRN 412-887-0031", true},
		{"4128870031", "MRN 412 887 00312", false},
		{"no evidence", "There was evidence. No more.", true},
		{`"no evidence"`, "There was evidence. No more.", false},
		{`"no evidence"`, "no\nevidence of disease", true},
		{`"no evidence`, "no, evidence", true},
		{"cisplatin carboplatin", "cisplatin only", false},
		{"cisplatin", "received cis-\nplatin today", true},
		{"cis platin", "received cis-\nplatin today", true},
		{"positive", "HER2-\npositive", true},
		{"癌", "肺癌の疑い", true},
		{"ER+", "ER+ PR-", true},
		{"no", "nodes", false},
		{"no", "there is no fever", true},
		{"o'brien", "O’Brien", true},
	} {
		q, err := Parse(c.query)
		if err != nil {
			t.Errorf("%q: %v", c.query, err)
			continue
		}
		if m, ok := q.In(c.text); ok != c.want {
			t.Errorf("%q in %q: %v, want %v (%+v)", c.query, c.text, ok, c.want, m)
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, s := range []string{"", "  ", `""`, "!?", strings.Repeat("a", 201), "a b c d e f g h i j k"} {
		if _, err := Parse(s); core.CodeOf(err) != core.CodeInvalid {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestContext(t *testing.T) {
	for _, c := range []struct{ query, text, want string }{
		{"embolism", "Technique: contrast. There is no evidence of pulmonary embolism. Heart normal.", "There is no evidence of pulmonary [embolism.]"},
		{"metastasis", "No focal lesion in the liver, spleen, pancreas, adrenal glands or in either of the kidneys to suggest metastasis today.",
			"No … or in either of the kidneys to suggest [metastasis] today."},
		{"cisplatin", "Cisplatin was on the list of medicines that we went through with her at great length and was not given.",
			"[Cisplatin] was on the list of medicines that we went through with her … not …"},
		{`"left breast" cancer`, "Carcinoma of the left\nbreast, cancer stage II", "Carcinoma of the [left breast,] [cancer] stage II"},
		{"her2", "HER-2 negative", "[HER-2] negative"},
		{"no evidence", "No nodes felt. She is well. No evidence of recurrence.", "[No] [evidence] of recurrence."},
		{"embolism", "No evidence of embolism on CT. Medicines continued were not many.", "No evidence of [embolism] on CT."},
		{"blake", "Seen by Dr. Blake today. No fever.", "Seen by Dr. [Blake] today."},
		{"glucose", "Protein negative\nGlucose 5.1 mmol/L\nKetones negative", "[Glucose] 5.1 mmol/L"},
	} {
		q, err := Parse(c.query)
		if err != nil {
			t.Fatal(err)
		}
		m, ok := q.In(c.text)
		if !ok {
			t.Errorf("%q not found in %q", c.query, c.text)
			continue
		}
		if got := marked(m); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.query, got, c.want)
		}
	}
}

// marked writes the context with its matches in brackets.
func marked(m Match) string {
	runes := []rune(m.Context)
	var b strings.Builder
	at := 0
	for _, s := range m.Spans {
		b.WriteString(string(runes[at:s.Start]) + "[" + string(runes[s.Start:s.End]) + "]")
		at = s.End
	}
	return b.String() + string(runes[at:])
}

func TestPlaces(t *testing.T) {
	words := []core.Word{{Text: "No", Box: core.Box{X: 1, W: 5, H: 5}}, {Text: "HER-", Line: 0, Box: core.Box{X: 7, W: 5, H: 5}},
		{Text: "2", Line: 1, Box: core.Box{X: 1, Y: 9, W: 5, H: 5}}, {Text: "HER2", Line: 1, Box: core.Box{X: 20, Y: 9, W: 5, H: 5}}}
	q, err := Parse("her2")
	if err != nil {
		t.Fatal(err)
	}
	m, ok := q.OnPage(words)
	if !ok || m.Count != 2 || len(m.Places) != 2 {
		t.Fatalf("%v %+v", ok, m)
	}
	if p := m.Places[1]; p.Word != 1 || p.Words != 2 || len(p.Boxes) != 2 || p.Boxes[1].Y != 9 {
		t.Errorf("the broken word is at %+v", p)
	}
	if p := m.Places[0]; p.Word != 3 || p.Words != 1 {
		t.Errorf("the whole word is at %+v", p)
	}
}

func FuzzSearch(f *testing.F) {
	f.Add(`"no evidence" 1,000 HER-2`, "There is no evidence of\nHER-\n2 or 1 000 cells, 4,5 ½ 肺癌 \xff")
	f.Add("4128870031", "412 887 0031 ١٢٣")
	f.Fuzz(func(t *testing.T, query, text string) {
		q, err := Parse(query)
		if err != nil {
			return
		}
		m, ok := q.In(text)
		if !ok {
			return
		}
		words := len(strings.Fields(text))
		n := utf8.RuneCountInString(m.Context)
		if len(m.Spans) == 0 || len(m.Places) == 0 || !utf8.ValidString(m.Context) {
			t.Fatalf("a match without a place: %+v", m)
		}
		at := 0
		for _, s := range m.Spans {
			if s.Start < at || s.End <= s.Start || s.End > n {
				t.Fatalf("span %+v in %d characters: %q", s, n, m.Context)
			}
			at = s.End
		}
		for _, p := range m.Places {
			if p.Word < 0 || p.Words < 1 || p.Word+p.Words > words {
				t.Fatalf("place %+v of %d words", p, words)
			}
		}
	})
}

func BenchmarkNoHit(b *testing.B) {
	text := strings.Repeat("The patient was seen in clinic today and is well, Hb 112 g/L, HER-2 negative.\n", 40)
	q, err := Parse("cisplatin")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, ok := q.In(text); ok {
			b.Fatal("found")
		}
	}
}
