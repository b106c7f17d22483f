package read

import (
	"fmt"
	"image"
	"slices"
	"unicode"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// doubtStruckOut puts words in doubt that a line goes through, be it a rule that
// preparation removed or one that the engine read across.
func doubtStruckOut(b reading) reading {
	if !boxed(b.words) {
		return b
	}
	img, drawn := grayOf(b.img)
	words, n := slices.Clone(b.words), 0
	for i, w := range words {
		if !canBeStruck(w) || !ruleThrough(b.img.Rules, w.Box) && !(drawn && lineThrough(img, w.Box)) {
			continue
		}
		n++
		words[i].Doubt = also(w.Doubt, core.DoubtStruck)
	}
	if n > 0 {
		b.words = words
		b.steps = append(slices.Clone(b.steps), fmt.Sprintf("a line goes through %s", core.Plural(n, "word", "words")))
	}
	return b
}

// canBeStruck leaves out what has a line of its own through it: a dash, one letter like H,
// and scripts whose letters hang together.
func canBeStruck(w core.Word) bool {
	if 5*w.Box.W < 6*w.Box.H || w.Text == core.Illegible {
		return false
	}
	written := false
	for _, r := range w.Text {
		switch {
		case unicode.IsDigit(r), unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic):
			written = true
		case unicode.IsLetter(r):
			return false
		}
	}
	return written
}

// middle reports whether a row is where a line goes through a word and not under or over it.
func middle(y int, box core.Box) bool {
	return 100*(y-box.Y) >= 30*box.H && 100*(y-box.Y) <= 70*box.H
}

// ruleThrough reports whether a rule that was removed went through a word.
func ruleThrough(rules []core.Box, box core.Box) bool {
	return slices.ContainsFunc(rules, func(r core.Box) bool {
		over := min(r.X+r.W, box.X+box.W) - max(r.X, box.X)
		return r.W > 4*r.H && 10*over >= 9*box.W && 4*r.H < box.H && middle(r.Y+r.H/2, box)
	})
}

// lineThrough reports whether ink goes through the middle of a word from end to end, as no
// letters beside each other have it; not when it does so above and below as well: then the
// word stands on ink.
func lineThrough(g *raster.Gray, box core.Box) bool {
	x0, x1 := max(0, box.X), min(g.W, box.X+box.W)
	crossed := func(y int) bool { // by a line that may not be quite level
		if y < 0 || y+2 >= g.H || x0 >= x1 {
			return false
		}
		return 100*g.Columns(image.Rect(x0, y, x1, y+3), raster.Ink) >= 97*(x1-x0)
	}
	if crossed(box.Y+box.H/8) && crossed(box.Y+7*box.H/8) {
		return false
	}
	for y := box.Y + (3*box.H+9)/10; middle(y, box); y++ {
		if crossed(y) {
			return true
		}
	}
	return false
}
