package read

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

// What is drawn beside a page's words is put where it stands; words are never read
// twice, and never less sure than they are.
func TestOwnWordsAndReadOnesAreJoined(t *testing.T) {
	sure := func(c float64, w core.Word) core.Word { w.Confidence = &c; return w }
	own := core.Page{Number: 1, Status: core.PageRead, Source: core.SourceTextLayer, Width: 2480, Height: 3508, Text: "Potassium mmol/L",
		Words: []core.Word{at("Potassium", 100, 100, 1), at("mmol/L", 900, 100, 1)}}
	logo, table := core.Box{X: 590, Y: 10, W: 60, H: 60}, core.Box{X: 90, Y: 90, W: 1400, H: 2000}
	words := func(n int, confidence float64) (list []core.Word) {
		for i := range n {
			list = append(list, sure(confidence, at("Sod1um", 100, 200+40*i, i+1)))
		}
		return list
	}
	for name, c := range map[string]struct {
		words          []core.Word
		scant          bool
		text, step     string
		source, status string
	}{
		"between": {[]core.Word{sure(91, at("5.9", 600, 101, 1))}, false,
			"Potassium   5.9   mmol/L", "read what is drawn beside the text: 1 word", core.SourceMixed, core.PageRead},
		"below": {[]core.Word{sure(91, at("Sodium", 100, 200, 1)), sure(55, at("138", 600, 200, 1))}, false,
			"Potassium   mmol/L\n\nSodium   138", "read what is drawn beside the text: 2 words", core.SourceMixed, core.PageRead},
		"the same once more": {[]core.Word{sure(91, at("Potassium", 102, 99, 1))}, false,
			"Potassium mmol/L", "pictures on the page hold no text that could be read", core.SourceTextLayer, core.PageRead},
		"a logo": {[]core.Word{sure(31, at("@X", 600, 20, 1))}, false,
			"Potassium mmol/L", "pictures on the page hold no text that could be read", core.SourceTextLayer, core.PageRead},
		"a logo beside a table": {[]core.Word{sure(31, at("@X", 600, 20, 1)), sure(91, at("Sodium", 100, 200, 2))}, false,
			"Potassium   mmol/L\n\nSodium", "read what is drawn beside the text: 1 word, not legible: 1", core.SourceMixed, core.PageRead},
		"a picture without text": {nil, false,
			"Potassium mmol/L", "pictures on the page hold no text that could be read", core.SourceTextLayer, core.PageRead},
		"much ink and no text": {nil, true,
			"Potassium mmol/L", "not read: picture", core.SourceTextLayer, core.PagePartial},
		"text nobody can read": {words(7, 31), false,
			"Potassium mmol/L", "not read: picture", core.SourceTextLayer, core.PagePartial},
		"without places": {[]core.Word{{Text: "Sodium", Line: 1}, {Text: "138", Line: 1}}, false,
			"Potassium mmol/L\n\nSodium 138", "read what is drawn beside the text: 2 words", core.SourceMixed, core.PageRead},
	} {
		t.Run(name, func(t *testing.T) {
			r := reading{words: c.words, scant: c.scant, img: core.PageImage{Width: 2480, Height: 3508}}
			r.measure()
			p := join(own, r, core.EngineInfo{Name: "e 1"}, []core.Box{logo, table})
			if p.Text != c.text || p.Source != c.source || p.Status != c.status || !slices.Contains(p.Steps, c.step) {
				t.Errorf("%q, %s, %s, %q", p.Text, p.Source, p.Status, p.Steps)
			}
			for _, w := range p.Words {
				if own := slices.ContainsFunc(own.Words, func(o core.Word) bool { return o.Text == w.Text && o.Box == w.Box }); own && w.Confidence != nil {
					t.Errorf("%q has a confidence", w.Text)
				}
			}
			if (p.Engine == "e 1") != (p.Source == core.SourceMixed) || (p.Confidence != nil) != (p.Source == core.SourceMixed && !strings.Contains(name, "places")) {
				t.Errorf("engine %q, confidence %v", p.Engine, p.Confidence)
			}
		})
	}
}

// Words that lie over a page stand beside what they belong to, whatever the document
// calls a line.
func TestFieldsStandBesideTheirLabels(t *testing.T) {
	words := []core.Word{at("Surname:", 100, 100, 1), at("Allergies:", 100, 200, 2), at("Pressure:", 100, 300, 3),
		at("OKORO,", 500, 101, 4), at("Ngozi", 640, 101, 4), at("Penicillin", 500, 202, 4), at("182/104", 500, 303, 4), at("mmHg", 660, 303, 4)}
	if _, text := Layout(inRuns(words)); strings.ReplaceAll(text, "\n\n", "\n") != "Surname:   OKORO, Ngozi\nAllergies:   Penicillin\nPressure:   182/104 mmHg" {
		t.Errorf("%q", text)
	}
}

// What runs up the edge of a page is in no row of it.
func TestPrintAtTheEdgeStaysOutOfRows(t *testing.T) {
	edge := func(text string, y int) core.Word {
		return core.Word{Text: text, Line: 9, Box: core.Box{X: 300, Y: y, W: 30, H: 20 * len(text)}}
	}
	words := []core.Word{edge("Form", 60), edge("REV2", 150), at("Potassium", 100, 100, 1), at("5.9", 600, 101, 2)}
	if got, text := arranged(words); text != "Potassium   5.9\n\nForm REV2" || len(got) != 4 || got[0].Line == got[3].Line {
		t.Errorf("%q, %+v", text, got)
	}
}
