package analysis

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
)

// holds checks what is true of the findings of any document.
func holds(t *testing.T, pages []core.Page, f core.Findings) {
	t.Helper()
	boxed := map[int]bool{}
	for _, p := range pages {
		for _, w := range p.Words {
			boxed[p.Number] = boxed[p.Number] || w.Box.W > 0 && w.Box.H > 0 && strings.TrimSpace(w.Text) != ""
		}
	}
	ids := map[string]bool{}
	for _, v := range f.Values {
		if v.ID == "" || ids[v.ID] {
			t.Errorf("id %q of %q is missing or not its own", v.ID, v.Text)
		}
		ids[v.ID] = true
		if v.Number != nil {
			n, err := strconv.ParseFloat(strings.TrimPrefix(v.Text, v.Comparator), 64)
			if err != nil || n != *v.Number {
				t.Errorf("number %v of %q", *v.Number, v.Text)
			}
		}
		if boxed[v.Page] != (len(v.Boxes) > 0) {
			t.Errorf("%s %q has %d boxes, its page has some: %v", v.Kind, v.Text, len(v.Boxes), boxed[v.Page])
		}
		switch v.Kind {
		case core.ValueLaboratory, core.ValueVital, core.ValueDate:
			if v.Text == "" || v.Name == "" || !strings.Contains(digitsIn(v.Source), digitsIn(v.Text)) {
				t.Errorf("%s %q = %q is not what is printed: %q", v.Kind, v.Name, v.Text, v.Source)
			}
		}
	}
}

// digitsIn leaves only the digits and points between them.
func digitsIn(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || r == '.' || r == ',' {
			return r
		}
		return -1
	}, strings.NewReplacer(". ", " ", ", ", " ").Replace(s+" "))
}

func TestDemoDocumentsHold(t *testing.T) {
	for _, p := range analysistest.DemoPapers(t, 2) {
		f := Extract(p.Pages)
		holds(t, p.Pages, f)
		if again := Extract(p.Pages); !reflect.DeepEqual(f, again) {
			t.Errorf("%s: a second run found something else", p.Doc.Ref)
		}
	}
}

// The same words give the same ids wherever they lie and however well they were read.
func TestIDsSurviveAnotherReading(t *testing.T) {
	lines := []string{"Sodium 139 mmol/L 133 - 146", "Potassium 4.1 mmol/L 3.5 - 5.3", "Potassium 4.1 mmol/L 3.5 - 5.3"}
	a, b := Extract(analysistest.Scanned(0, 96, lines...)), Extract(analysistest.Scanned(0.03, 55, lines...))
	if len(a.Values) != 3 || len(b.Values) != 3 {
		t.Fatalf("%d and %d values", len(a.Values), len(b.Values))
	}
	for i := range a.Values {
		if a.Values[i].ID != b.Values[i].ID {
			t.Errorf("value %d has ids %q and %q", i, a.Values[i].ID, b.Values[i].ID)
		}
	}
	if a.Values[1].ID == a.Values[2].ID {
		t.Error("two values share an id")
	}
}

func TestNothingToFind(t *testing.T) {
	for _, pages := range [][]core.Page{nil, {{}}, {{Number: 1, Status: "failed", Error: "no"}, {Number: 2, Text: " \n\n"}}} {
		f := Extract(pages)
		if len(f.Values) != 0 || f.Values == nil || f.TypeName != "" || !f.DocumentDate.IsZero() || f.RulesVersion == "" {
			t.Errorf("found %+v", f)
		}
	}
}

func FuzzExtract(f *testing.F) {
	f.Add("Test Result Flag Units Reference interval\nSodium 139 H mmol/L 133 - 146\nCollected: 24-Nov-2026", []byte{1, 2, 3, 4, 5, 6})
	f.Add("Hb fell to 82 g/L from 104 and BP 138/82 mmHg,\nDOB: 08-May-1940 (86y)\n\x00\xff <0.01 ≥ 4,5", []byte{200, 0, 9})
	f.Add("Date Time BP-Sys(mm[Hg] HR(bpm) RR(rpm) Temp WT\n1/16/2013 150 mmHg 80 20 98.6 195 lbs", []byte{})
	f.Add("Diagnoses\nNo evidence of\npulmonary embo-\nlism or\ngout\nwas excluded\nAllergies\nNot allergic to   -\n• penicillin", []byte{3, 50})
	f.Add("Comment: haemolysed, potassium 6.5 mmol/L unreliable; CSF glucose < 3\nImpression\n?? pneumonia (mother) no longer seen,\nDVT or effusion", []byte{9})
	f.Add("Medications\nSTOP:\namlodipine 5 mg was changed to ramipril 2.5 mg - on hold\nAllergies: NKDA except penicillin allergy (rash, tolerated since\nWeight 162 Ibs - 1", []byte{4, 40})
	f.Fuzz(func(t *testing.T, text string, places []byte) {
		if len(text) > 4000 {
			return
		}
		plain := []core.Page{{Number: 1, Text: text}}
		holds(t, plain, Extract(plain))
		words := []core.Page{{Number: 1}, {Number: 2}}
		at := func(i int) int {
			if len(places) == 0 {
				return i * 7
			}
			return int(places[i%len(places)]) * (1 + i%5)
		}
		n := 0
		for line, s := range strings.Split(text, "\n") {
			for _, w := range strings.Fields(s) {
				n++
				c := float64(at(n) % 101)
				p := &words[n%2]
				p.Words = append(p.Words, core.Word{Text: w, Confidence: &c, Line: line, Box: core.Box{X: at(n) - 20, Y: at(n + 1), W: at(n+2)%90 - 5, H: at(n+3)%40 - 2}})
			}
		}
		Extract(words)
		for i := range words {
			for k := range words[i].Words {
				b := &words[i].Words[k].Box
				b.W, b.H = max(b.W, 1), max(b.H, 1)
			}
		}
		holds(t, words, Extract(words))
		for _, p := range words {
			for _, s := range Suspects(p) {
				if s.Word < 0 || s.Word >= len(p.Words) {
					t.Errorf("word %d of %d is suspect", s.Word, len(p.Words))
				}
			}
		}
	})
}

// BenchmarkExtractLong is a bundle of 60 pages of every kind.
func BenchmarkExtractLong(b *testing.B) {
	var pages []core.Page
	for i := 0; len(pages) < 60; i++ {
		d := analysistest.Hospital().Documents[i%len(analysistest.Hospital().Documents)]
		if d.Purpose != "" {
			continue
		}
		_, truth, err := d.ScannedAs("clean")
		if err != nil {
			continue // it has one form only
		}
		for _, p := range truth.Pages {
			pages = append(pages, core.Page{Number: len(pages) + 1, Words: analysistest.Printed(p.Words), Width: p.Width, Height: p.Height})
		}
	}
	for b.Loop() {
		Extract(pages)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(pages)), "µs/page")
}

func BenchmarkExtract(b *testing.B) {
	var pages []core.Page
	for _, d := range analysistest.Hospital().Documents {
		if d.Purpose == "" && d.Kind == "laboratory report" {
			_, truth, err := d.ScannedAs("skew")
			if err != nil {
				b.Fatal(err)
			}
			for _, p := range truth.Pages {
				pages = append(pages, core.Page{Number: p.Page, Words: analysistest.Printed(p.Words), Width: p.Width, Height: p.Height})
			}
			break
		}
	}
	for b.Loop() {
		Extract(pages)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(pages)), "µs/page")
}
