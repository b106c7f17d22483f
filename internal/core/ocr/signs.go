package ocr

import (
	"cmp"
	"slices"
	"strings"

	"clinician/internal/core"
)

// English models of Tesseract have no µ and no ^: what is printed so is read as
// "u", "yu", "p", "4". signs looks at the picture of a word that may hold one.
// What is not seen clearly is not seen.
func (p picture) signs(w core.Word) sight {
	s := sight{rest: w.Box}
	runes := []rune(w.Text)
	switch {
	case strings.HasPrefix(w.Text, "10") && len(runes) > 4:
		if shapes := p.shapes(w.Box); raised(shapes) {
			s.text = "10^" + string(runes[3:])
		}
	case mayBeMicro(w.Text):
		shapes := p.shapes(w.Box)
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
		middle := (shapes[0].x1 + shapes[1].x0 + 1) / 2
		s.rest = core.Box{X: middle, Y: w.Box.Y, W: w.Box.X + w.Box.W - middle, H: w.Box.H}
	}
	return s
}

// sight is what was seen in the picture of a word.
type sight struct {
	text   string   // the word with the sign in its place; "" none was seen
	prefix string   // the sign it starts with
	rest   core.Box // without that sign
}

// mayBeMicro reports whether a word could be a unit that starts with µ.
func mayBeMicro(s string) bool {
	return len(s) > 2 && len(s) < 12 && !strings.ContainsAny(s, "0123456789") && strings.ContainsAny(s, "gmkKIM") && strings.ContainsAny(s, "LlUV/dIY1")
}

// shape is a run of ink that hangs together.
type shape struct {
	x0, y0, x1, y1 int // with the last row and column
	ink            [][2]int
}

func (s shape) width() int  { return s.x1 - s.x0 + 1 }
func (s shape) height() int { return s.y1 - s.y0 + 1 }

// shapes gives the shapes in a box that are no specks, from the left, with the
// places they have in the whole picture.
func (p picture) shapes(b core.Box) []shape {
	b = core.Box{X: max(0, b.X-1), Y: max(0, b.Y-2), W: b.W + 2, H: b.H + 4}
	c := p.cut(b)
	if c.w == 0 || c.w*c.h > 1<<18 {
		return nil
	}
	dark := c.threshold()
	seen := make([]bool, len(c.pix))
	var out []shape
	for at, v := range c.pix {
		if v >= dark || seen[at] {
			continue
		}
		s := c.flood(at, dark, seen)
		if s.height()*6 > c.h && len(s.ink) > 8 {
			out = append(out, s.moved(b.X, b.Y))
		}
	}
	slices.SortFunc(out, func(a, b shape) int { return cmp.Compare(a.x0, b.x0) })
	return out
}

func (s shape) moved(x, y int) shape {
	s.x0, s.y0, s.x1, s.y1 = s.x0+x, s.y0+y, s.x1+x, s.y1+y
	for i := range s.ink {
		s.ink[i][0] += x
		s.ink[i][1] += y
	}
	return s
}

// threshold is half-way between ink and paper.
func (p picture) threshold() byte {
	lo, hi := slices.Min(p.pix), slices.Max(p.pix)
	return byte((int(lo) + int(hi)) / 2)
}

func (p picture) flood(from int, dark byte, seen []bool) shape {
	s := shape{x0: p.w, y0: p.h}
	todo := []int{from}
	seen[from] = true
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		x, y := at%p.w, at/p.w
		s.x0, s.x1, s.y0, s.y1 = min(s.x0, x), max(s.x1, x), min(s.y0, y), max(s.y1, y)
		s.ink = append(s.ink, [2]int{x, y})
		for ny := max(0, y-1); ny <= min(p.h-1, y+1); ny++ {
			for nx := max(0, x-1); nx <= min(p.w-1, x+1); nx++ {
				if n := ny*p.w + nx; !seen[n] && p.pix[n] < dark {
					seen[n] = true
					todo = append(todo, n)
				}
			}
		}
	}
	return s
}

// baseline gives the bottom that most shapes share, and the height of the tallest
// that stands on it.
func baseline(shapes []shape) (bottom, tall int) {
	bottoms := make([]int, len(shapes))
	for i, s := range shapes {
		bottoms[i] = s.y1
	}
	slices.Sort(bottoms)
	bottom = bottoms[len(bottoms)/2]
	for _, s := range shapes {
		if d := s.y1 - bottom; d <= s.height()/8 && -d <= s.height()/8 {
			tall = max(tall, s.height())
		}
	}
	return bottom, tall
}

// micros reports whether the first shape is a µ: a stem at its left that goes
// down below the line, another at its right that does not, joined at the line
// and open at the top. A p is closed, and a y narrow at the line.
func micros(shapes []shape) bool {
	if len(shapes) < 3 {
		return false
	}
	s := shapes[0]
	bottom, tall := baseline(shapes[1:])
	body := bottom - s.y0 // height above the line
	below := s.y1 - bottom
	if tall == 0 || 10*body < 5*tall || 10*body > 9*tall || 20*below < 3*body || s.width() < body/2 || s.width() > 3*body/2 {
		return false
	}
	left, right, gap := s.edges()
	open, joined := 0, false
	for y := s.y0; y <= bottom; y++ {
		k := y - s.y0
		part := 100 * k / max(1, body)
		if part >= 10 && part <= 60 {
			if 4*(left[k]-s.x0) > s.width() || 4*(s.x1-right[k]) > s.width() || !gap[k] {
				return false // not two stems at the edges
			}
			open++
		}
		joined = joined || part > 60 && !gap[k] && 2*(right[k]-left[k]) > s.width()
	}
	for y := bottom + max(2, below/3); y <= s.y1; y++ {
		if k := y - s.y0; 2*(right[k]-s.x0) > s.width() {
			return false // it does not hang at the left
		}
	}
	return open > 2 && joined
}

// edges gives of each row of a shape its first and last ink, and whether there
// is a gap between.
func (s shape) edges() (left, right []int, gap []bool) {
	h := s.height()
	left, right, gap = make([]int, h), make([]int, h), make([]bool, h)
	n := make([]int, h)
	for k := range h {
		left[k], right[k] = s.x1+1, s.x0-1
	}
	for _, at := range s.ink {
		k := at[1] - s.y0
		left[k], right[k] = min(left[k], at[0]), max(right[k], at[0])
		n[k]++
	}
	for k := range h {
		gap[k] = right[k]-left[k]+1 > n[k]+max(1, s.width()/8)
	}
	return left, right, gap
}

// raised reports whether the third shape is a ^: small, in the upper half of the
// line, pointed at the top and wide at the bottom, between shapes of full height.
func raised(shapes []shape) bool {
	if len(shapes) < 5 {
		return false
	}
	bottom, tall := baseline(shapes)
	for _, s := range []shape{shapes[0], shapes[1], shapes[3]} {
		if 10*s.height() < 8*tall || 10*(bottom-s.y1) > tall {
			return false
		}
	}
	s := shapes[2]
	if 10*s.height() > 7*tall || 10*(bottom-s.y1) < 3*tall || s.width() < s.height()/2 {
		return false
	}
	left, right, gap := s.edges()
	last := len(left) - 1
	top := right[last/6] - left[last/6] + 1
	foot := right[last-last/6] - left[last-last/6] + 1
	return 10*top < 7*foot && gap[last-last/6] && !gap[last/6]
}
