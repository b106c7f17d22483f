package ocr

import (
	"cmp"
	"math"
	"slices"
	"unicode"

	"clinician/internal/core"
)

// byColumns puts rows that run across columns of prose in the order they are
// read: down the left column, then down the right one. Lines over both columns,
// such as headings, divide what stands above them from what follows. Rows of
// tables stay whole.
func byColumns(rows []textLine) []textLine {
	x, ok := gutter(rows)
	if !ok {
		return rows
	}
	var out, left, right []textLine
	flush := func() {
		out = append(append(out, byColumns(left)...), byColumns(right)...)
		left, right = nil, nil
	}
	for _, r := range rows {
		i, apart := r.divide(x)
		if !apart {
			flush()
			out = append(out, r)
			continue
		}
		if i > 0 {
			left = append(left, part(r.words[:i]))
		}
		if i < len(r.words) {
			right = append(right, part(r.words[i:]))
		}
	}
	flush()
	return out
}

func part(words []core.Word) textLine {
	l := textLine{words: slices.Clone(words)}
	l.measure()
	return l
}

// divide gives the number of words left of x, and whether none lies across it.
func (l textLine) divide(x int) (int, bool) {
	for i, w := range l.words {
		if w.Box.X+w.Box.W > x {
			return i, w.Box.X >= x || !solid(w)
		}
	}
	return len(l.words), true
}

// gutter finds the white strip between two columns of prose: many rows have
// text close to it on both sides, few run across it, and what stands on either
// side is running text. ok is false when there is none.
func gutter(rows []textLine) (x int, ok bool) {
	const fewest = 10
	if len(rows) < fewest {
		return 0, false
	}
	x, found := widestStrip(rows)
	if found < fewest {
		return 0, false
	}
	var left, right []textLine
	first, last, across := -1, 0, 0
	var crossing []int
	for i, r := range rows {
		k, apart := r.divide(x)
		switch {
		case !apart:
			crossing = append(crossing, i)
		case k > 0 && k < len(r.words):
			if first < 0 {
				first = i
			}
			last = i
			left, right = append(left, part(r.words[:k])), append(right, part(r.words[k:]))
		}
	}
	for _, i := range crossing {
		if i > first && i < last {
			across++
		}
	}
	if len(left) < fewest || 4*across > len(left) {
		return 0, false
	}
	return x, (prose(left) || isColumns(left)) && (prose(right) || isColumns(right))
}

func isColumns(lines []textLine) bool {
	_, ok := gutter(lines)
	return ok
}

// widestStrip gives the place that lies in gaps of the most rows, and of how many.
func widestStrip(rows []textLine) (x, n int) {
	type edge struct{ x, d int }
	var edges []edge
	for _, r := range rows {
		end := math.MinInt // of the word before; specks in the gutter do not count
		for _, w := range r.words {
			if !solid(w) {
				continue
			}
			if end != math.MinInt && w.Box.X-end >= 3*r.height()/4 {
				edges = append(edges, edge{end, 1}, edge{w.Box.X, -1})
			}
			end = max(end, w.Box.X+w.Box.W)
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.d, b.d)) })
	open, wide := 0, 0
	for i, e := range edges {
		open += e.d
		if i+1 == len(edges) {
			break
		}
		if to := edges[i+1].x; open > n || open == n && to-e.x > wide {
			x, n, wide = (e.x+to)/2, open, to-e.x
		}
	}
	return x, n
}

// solid reports whether a word has a letter or digit.
func solid(w core.Word) bool {
	for _, r := range w.Text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return true
		}
	}
	return false
}

// prose reports whether lines are running text: several words each, no wide
// gaps, and most as long as those around them. Cells of tables are not.
func prose(lines []textLine) bool {
	full, words, gaps := 0, 0, 0
	for i, l := range lines {
		words += len(l.words)
		if l.gapped() {
			gaps++
		}
		reach := l.right()
		for _, near := range lines[max(0, i-2):min(len(lines), i+3)] {
			reach = max(reach, near.right())
		}
		if 5*(l.right()-l.left()) >= 4*(reach-l.left()) {
			full++
		}
	}
	return words >= 4*len(lines) && 5*gaps <= len(lines) && 5*full >= 3*len(lines)
}

// gapped reports whether there is a gap between two words as wide as two letters are tall.
func (l textLine) gapped() bool {
	for i := 1; i < len(l.words); i++ {
		a, b := l.words[i-1].Box, l.words[i].Box
		if b.X-(a.X+a.W) > 2*l.height() {
			return true
		}
	}
	return false
}
