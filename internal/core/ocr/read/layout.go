package read

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"clinician/internal/core"
)

// Layout orders words as a person reads a form or table: row by row from the
// top, each row from the left, whatever blocks the engine saw. Columns of prose
// stay apart. It numbers the lines anew and gives the text: wide gaps within a
// row become three spaces, gaps between paragraphs an empty line.
func Layout(words []core.Word) ([]core.Word, string) {
	lines := linesOf(words)
	if !proseColumns(lines) {
		lines = byColumns(joinRows(lines))
	}
	out := make([]core.Word, 0, len(words))
	var text strings.Builder
	for i, l := range lines {
		if i > 0 {
			text.WriteByte('\n')
			if gap := l.top - lines[i-1].bottom; gap > max(l.height(), lines[i-1].height()) {
				text.WriteByte('\n')
			}
		}
		for k, w := range l.words {
			if k > 0 {
				text.WriteString(between(l.words[k-1], w, l.height()))
			}
			text.WriteString(w.Text)
			w.Line = i + 1
			out = append(out, w)
		}
	}
	return out, text.String()
}

func between(a, b core.Word, height int) string {
	if gap(a, b) > 3*height/2 {
		return "   "
	}
	return " "
}

// gap is the white between a word and the next one on its right.
func gap(a, b core.Word) int { return b.Box.X - (a.Box.X + a.Box.W) }

// textLine is a line of words with the height most of them share.
type textLine struct {
	words       []core.Word
	top, bottom int
}

func (l textLine) height() int { return max(1, l.bottom-l.top) }
func (l textLine) left() int   { return l.words[0].Box.X }
func (l textLine) right() int {
	w := l.words[len(l.words)-1].Box
	return w.X + w.W
}

// linesOf groups words by line number, in the order met.
func linesOf(words []core.Word) []textLine {
	var lines []textLine
	for i, w := range words {
		if i == 0 || w.Line != words[i-1].Line {
			lines = append(lines, textLine{})
		}
		l := &lines[len(lines)-1]
		l.words = append(l.words, w)
	}
	for i := range lines {
		lines[i].measure()
	}
	return lines
}

// measure takes the middle of the tops and bottoms, so that one tall bracket or
// misread rule does not make the line tall.
func (l *textLine) measure() {
	slices.SortStableFunc(l.words, func(a, b core.Word) int { return cmp.Compare(a.Box.X, b.Box.X) })
	tops, bottoms := make([]int, len(l.words)), make([]int, len(l.words))
	for i, w := range l.words {
		tops[i], bottoms[i] = w.Box.Y, w.Box.Y+w.Box.H
	}
	slices.Sort(tops)
	slices.Sort(bottoms)
	l.top, l.bottom = tops[len(tops)/2], bottoms[len(bottoms)/2]
}

// joinRows puts lines of one height side by side into one row.
func joinRows(lines []textLine) []textLine {
	slices.SortStableFunc(lines, func(a, b textLine) int { return cmp.Compare(a.top+a.bottom, b.top+b.bottom) })
	var rows []textLine
	for _, l := range lines {
		joined := false
		for i := len(rows) - 1; i >= 0 && i >= len(rows)-8 && !joined; i-- {
			if sameRow(rows[i], l) {
				rows[i].words = append(rows[i].words, l.words...)
				rows[i].measure()
				joined = true
			}
		}
		if !joined {
			rows = append(rows, l)
		}
	}
	slices.SortStableFunc(rows, func(a, b textLine) int { return cmp.Compare(a.top+a.bottom, b.top+b.bottom) })
	return rows
}

// sameRow reports whether two lines overlap by more than half of the lower one
// and their words do not lie over each other.
func sameRow(a, b textLine) bool {
	overlap := min(a.bottom, b.bottom) - max(a.top, b.top)
	if 2*overlap <= min(a.height(), b.height()) {
		return false
	}
	for _, v := range a.words {
		for _, w := range b.words {
			if min(v.Box.X+v.Box.W, w.Box.X+w.Box.W)-max(v.Box.X, w.Box.X) > min(v.Box.W, w.Box.W)/2 {
				return false
			}
		}
	}
	return true
}

// proseColumns recognises pages set in columns: many pairs of long lines side by
// side. In tables, cells are short.
func proseColumns(lines []textLine) bool {
	const words, pairs = 5, 6
	found := 0
	for i, a := range lines {
		for _, b := range lines[i+1:] {
			if len(a.words) >= words && len(b.words) >= words && (a.right() < b.left() || b.right() < a.left()) && sameRow(a, b) {
				found++
				break
			}
		}
	}
	return found >= pairs && 4*found >= len(lines)
}

// toPlain moves the boxes of p from the picture that was read to the page as it
// is drawn for people at 300 dpi: not turned, straightened or enlarged.
func toPlain(p *core.Page, img core.PageImage, turn int) {
	scale := img.Scale
	if scale <= 0 {
		scale = 1
	}
	width, height := float64(img.Width)/scale, float64(img.Height)/scale
	sin, cos := math.Sincos(img.Skew * math.Pi / 180)
	cx, cy := float64(img.Width)/2, float64(img.Height)/2
	for i := range p.Words {
		b := &p.Words[i].Box
		if *b == (core.Box{}) {
			continue // the engine did not say where
		}
		w, h := float64(b.W)/scale, float64(b.H)/scale
		dx, dy := float64(b.X)+float64(b.W)/2-cx, float64(b.Y)+float64(b.H)/2-cy
		x, y := (cx+dx*cos-dy*sin)/scale, (cy+dx*sin+dy*cos)/scale
		switch turn {
		case 90:
			x, y, w, h = y, width-x, h, w
		case 180:
			x, y = width-x, height-y
		case 270:
			x, y, w, h = height-y, x, h, w
		}
		*b = core.Box{X: int(math.Round(x - w/2)), Y: int(math.Round(y - h/2)), W: int(math.Round(w)), H: int(math.Round(h))}
	}
	p.Width, p.Height = int(math.Round(width)), int(math.Round(height))
	if turn == 90 || turn == 270 {
		p.Width, p.Height = p.Height, p.Width
	}
}
