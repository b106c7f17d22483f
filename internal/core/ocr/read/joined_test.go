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
	for name, c := range map[string]struct {
		words           []core.Word
		large, doubtful bool
		text, step      string
		source, status  string
	}{
		"between": {[]core.Word{sure(91, at("5.9", 600, 101, 1))}, false, false,
			"Potassium   5.9   mmol/L", "read what is drawn beside the text: 1 word", core.SourceMixed, core.PageRead},
		"below": {[]core.Word{sure(91, at("Sodium", 100, 200, 1)), sure(80, at("138", 600, 200, 1))}, true, false,
			"Potassium   mmol/L\n\nSodium   138", "read what is drawn beside the text: 2 words", core.SourceMixed, core.PageRead},
		"the same once more": {[]core.Word{sure(91, at("Potassium", 102, 99, 1))}, false, false,
			"Potassium mmol/L", "pictures on the page hold no text that could be read", core.SourceTextLayer, core.PageRead},
		"a logo": {[]core.Word{sure(31, at("@X", 600, 20, 1))}, false, false,
			"Potassium mmol/L", "pictures on the page hold no text that could be read", core.SourceTextLayer, core.PageRead},
		"a large picture without text": {nil, true, false,
			"Potassium mmol/L", "not read: picture", core.SourceTextLayer, core.PagePartial},
		"a large picture hardly read": {[]core.Word{sure(31, at("Sod1um", 100, 200, 1))}, true, true,
			"Potassium   mmol/L\n\nSod1um", "not read: picture", core.SourceMixed, core.PagePartial},
		"without places": {[]core.Word{{Text: "Sodium", Line: 1}, {Text: "138", Line: 1}}, false, false,
			"Potassium mmol/L\n\nSodium 138", "read what is drawn beside the text: 2 words", core.SourceMixed, core.PageRead},
	} {
		t.Run(name, func(t *testing.T) {
			p := join(own, core.Page{Words: c.words, Engine: "e 1"}, c.doubtful, c.large)
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
