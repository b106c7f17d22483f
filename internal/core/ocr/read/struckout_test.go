package read

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
	"clinician/internal/core/raster"
)

// printed is a page as paper prints and scanners treat it, with where its words stand.
func printed(t *testing.T, profile string) reading {
	t.Helper()
	s := paper.NewSheet()
	for i, font := range []paper.Font{paper.Regular, paper.Bold, paper.Mono} {
		y := s.Para(60, 100+float64(i)*160, 470, paper.Style{Font: font, Size: 11},
			"Haemoglobin 82 g/L, creatinine 143 µmol/L, potassium 6.8 mmol/L. No evidence of pulmonary embolism; the lesion measures 1.4 × 0.9 cm. Effect off the tee, eases zzz HEHEH 8888 3.5-5.3 e-mail well-known")
		s.Text(60, y+12, paper.Style{Font: font, Size: 9}, "NEUTROPHILS 0.42 LL 1.80 - 7.50 TTFF EEE ffi")
	}
	p := paper.Named(profile)
	p.DPI = 200
	img := paper.Scan([]*paper.Sheet{s}, p, 3)[0]
	b := reading{img: pageImage(raster.FromImage(img.Gray))}
	for i, w := range img.Words {
		b.words = append(b.words, core.Word{Text: w.Text, Box: w.Box, Confidence: new(96.0), Line: i})
	}
	b.measure()
	return b
}

// struckIn counts words in doubt because a line goes through them.
func struckIn(b reading) (n int) {
	for _, w := range doubtStruckOut(b).words {
		if strings.Contains(w.Doubt, core.DoubtStruck) {
			n++
		}
	}
	return n
}

// ruled draws a line over each word that can be struck, at a share of its height, and
// counts them.
func ruled(b reading, at float64, thick int) (n int) {
	g, _ := grayOf(b.img)
	for _, w := range b.words {
		if !canBeStruck(w) {
			continue
		}
		n++
		y := w.Box.Y + int(at*float64(w.Box.H))
		for dy := range thick {
			for x := max(0, w.Box.X-4); x < min(g.W, w.Box.X+w.Box.W+4); x++ {
				g.Pix[(y+dy)*g.W+x] = 20
			}
		}
	}
	return n
}

// No word of clean or treated pages is taken for struck out, also not when it is
// underlined; all are when a line goes through their middle.
func TestStruckOut(t *testing.T) {
	t.Parallel()
	for _, profile := range paper.ProfileNames() {
		if p := paper.Named(profile); p.Skew != 0 || p.Quarter != 0 || p.Photo {
			continue // the boxes of such a page are not level
		}
		if n := struckIn(printed(t, profile)); n != 0 {
			t.Errorf("%s: %d words that nobody struck", profile, n)
		}
		b := printed(t, profile)
		ruled(b, 1.05, 2)
		if n := struckIn(b); n != 0 {
			t.Errorf("%s: %d underlined words", profile, n)
		}
		b = printed(t, profile)
		all := ruled(b, 0.5, 2)
		if n := struckIn(b); n < all {
			t.Errorf("%s: %d of %d words that were struck", profile, n, all)
		}
		got := doubtStruckOut(b)
		if all < 60 || !strings.Contains(strings.Join(got.steps, ""), "a line goes through") {
			t.Errorf("%s: %d words, steps %q", profile, all, got.steps)
		}
	}
}

// A rule that was removed counts where it went through a word, and nowhere else.
func TestStruckOutByARule(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule core.Box
		want bool
	}{
		"through it":      {core.Box{X: 20, Y: 19, W: 300, H: 2}, true},
		"under it":        {core.Box{X: 20, Y: 31, W: 300, H: 2}, false},
		"over it":         {core.Box{X: 20, Y: 10, W: 300, H: 2}, false},
		"beside it":       {core.Box{X: 160, Y: 19, W: 300, H: 2}, false},
		"upright":         {core.Box{X: 110, Y: 0, W: 2, H: 300}, false},
		"through half it": {core.Box{X: 120, Y: 19, W: 300, H: 2}, false},
	} {
		b := reading{words: []core.Word{sureAt("193.5", 100, 10, 50)}, img: pageImage(raster.NewWhite(400, 100))}
		b.img.Rules = []core.Box{c.rule}
		if got := struckIn(b) == 1; got != c.want {
			t.Errorf("%s: struck out %t", name, got)
		}
	}
}
