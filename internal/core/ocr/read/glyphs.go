package read

import (
	"cmp"
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// English models of Tesseract have no µ and no ^: what is printed so is read as
// "u", "yu", "p", "4". glimpse looks at the picture of a word that may hold one.
// What is not seen clearly is not seen.
func glimpse(img *raster.Gray, w core.Word) sight {
	s := sight{rest: w.Box}
	runes := []rune(w.Text)
	switch {
	case strings.HasPrefix(w.Text, "10") && len(runes) > 4:
		if shapes := glyphs(img, w.Box); raised(shapes) {
			s.text = "10^" + string(runes[3:])
		}
	case mayBeMicro(w.Text):
		shapes := glyphs(img, w.Box)
		if !micros(shapes) {
			return s
		}
		s.prefix = "µ"
		for _, as := range []string{"yu", "pu", "y", "u", "p"} {
			if rest, ok := strings.CutPrefix(strings.TrimLeft(w.Text, "‘'`"), as); ok {
				s.text = s.prefix + rest
				break
			}
		}
		middle := (shapes[0].X1 + shapes[1].X0 + 1) / 2
		s.rest = core.Box{X: middle, Y: w.Box.Y, W: w.Box.X + w.Box.W - middle, H: w.Box.H}
	}
	return s
}

// sight is the glyph that was seen in the picture of a word.
type sight struct {
	text   string   // the word with the glyph in its place; "" none was seen
	prefix string   // the glyph it starts with
	rest   core.Box // without that glyph
}

// mayBeMicro reports whether a word could be a unit that starts with µ.
func mayBeMicro(s string) bool {
	return len(s) > 2 && len(s) < 12 && !strings.ContainsAny(s, "0123456789") && strings.ContainsAny(s, "gmkKIM") && strings.ContainsAny(s, "LlUV/dIY1")
}

// glyphs gives what hangs together in a box and is no speck, from the left, with
// the places it has in the whole picture.
func glyphs(img *raster.Gray, b core.Box) []raster.Component {
	b = core.Box{X: max(0, b.X-1), Y: max(0, b.Y-2), W: b.W + 2, H: b.H + 4}
	part := img.Crop(rectangle(b))
	if part.W == 0 || part.W*part.H > 1<<18 {
		return nil
	}
	var out []raster.Component
	for _, c := range part.Components(part.Threshold()) {
		if c.Height()*6 > part.H && len(c.Ink) > 8 {
			out = append(out, c.Moved(b.X, b.Y))
		}
	}
	slices.SortFunc(out, func(a, b raster.Component) int { return cmp.Compare(a.X0, b.X0) })
	return out
}

// baseline gives the bottom that most shapes share, and the height of the tallest
// that stands on it.
func baseline(shapes []raster.Component) (bottom, tall int) {
	bottoms := make([]int, len(shapes))
	for i, s := range shapes {
		bottoms[i] = s.Y1
	}
	slices.Sort(bottoms)
	bottom = bottoms[len(bottoms)/2]
	for _, s := range shapes {
		if d := s.Y1 - bottom; d <= s.Height()/8 && -d <= s.Height()/8 {
			tall = max(tall, s.Height())
		}
	}
	return bottom, tall
}

// micros reports whether the first shape is a µ: a stem at its left that goes
// down below the line, another at its right that does not, joined at the line
// and open at the top. A p is closed, and a y narrow at the line.
func micros(shapes []raster.Component) bool {
	if len(shapes) < 3 {
		return false
	}
	s := shapes[0]
	bottom, tall := baseline(shapes[1:])
	body := bottom - s.Y0 // height above the line
	below := s.Y1 - bottom
	if tall == 0 || 10*body < 5*tall || 10*body > 9*tall || 20*below < 3*body || s.Width() < body/2 || s.Width() > 3*body/2 {
		return false
	}
	left, right, gap := s.Edges()
	open, joined := 0, false
	for y := s.Y0; y <= bottom; y++ {
		k := y - s.Y0
		part := 100 * k / max(1, body)
		if part >= 10 && part <= 60 {
			if 4*(left[k]-s.X0) > s.Width() || 4*(s.X1-right[k]) > s.Width() || !gap[k] {
				return false // not two stems at the edges
			}
			open++
		}
		joined = joined || part > 60 && !gap[k] && 2*(right[k]-left[k]) > s.Width()
	}
	for y := bottom + max(2, below/3); y <= s.Y1; y++ {
		if k := y - s.Y0; 2*(right[k]-s.X0) > s.Width() {
			return false // it does not hang at the left
		}
	}
	return open > 2 && joined
}

// raised reports whether the third shape is a ^: small, in the upper half of the
// line, pointed at the top and wide at the bottom, between shapes of full height.
func raised(shapes []raster.Component) bool {
	if len(shapes) < 5 {
		return false
	}
	bottom, tall := baseline(shapes)
	for _, s := range []raster.Component{shapes[0], shapes[1], shapes[3]} {
		if 10*s.Height() < 8*tall || 10*(bottom-s.Y1) > tall {
			return false
		}
	}
	s := shapes[2]
	if 10*s.Height() > 7*tall || 10*(bottom-s.Y1) < 3*tall || s.Width() < s.Height()/2 {
		return false
	}
	left, right, gap := s.Edges()
	last := len(left) - 1
	top := right[last/6] - left[last/6] + 1
	foot := right[last-last/6] - left[last-last/6] + 1
	return 10*top < 7*foot && gap[last-last/6] && !gap[last/6]
}
