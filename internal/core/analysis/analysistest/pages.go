// Package analysistest gives the tests of the analysis pages to read: text files,
// scans with places and confidences, and the demo hospital's papers as a perfect
// reader would give them. It also writes findings in brief for comparing.
package analysistest

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// TextFile is a page of a text file.
func TextFile(lines ...string) []core.Page {
	return []core.Page{{Number: 1, Status: "read", Source: "text-file", Text: strings.Join(lines, "\n")}}
}

// Scanned places the words of lines on an image that falls by slope.
func Scanned(slope, confidence float64, lines ...string) []core.Page {
	p := core.Page{Number: 1, Status: "read", Source: "ocr", Width: 2000, Height: 2800}
	for i, line := range lines {
		x := 100
		for _, w := range strings.Fields(line) {
			c := confidence
			width := 14 * len([]rune(w))
			p.Words = append(p.Words, core.Word{Text: w, Confidence: &c, Line: i + 1, Box: core.Box{X: x, Y: 200 + 40*i + int(slope*float64(x)), W: width, H: 24}})
			x += width + 10
		}
	}
	return []core.Page{p}
}

// Tokens gives the words of a text with their places, line by line.
func Tokens(text string) []vocabulary.Token {
	var out []vocabulary.Token
	for _, r := range layout.NewSheet(core.Page{Number: 1, Text: text}).Rows {
		out = append(out, r.Words...)
	}
	return out
}

// SeedParsers starts fuzzing with everything the parsers of values look for.
func SeedParsers(f *testing.F) {
	f.Helper()
	for _, s := range []string{"24-Nov-2026", "<0.01", "3.5 – 5.3 mmol/L", "up to 5", "500 mg/5 mL", "5 mg-325 mg", "138.0/82.0", "10*9/L", "S mg", "½ tablet", "..", "1,2,3", "M 13-18 g/dl; F"} {
		f.Add(s)
	}
}
