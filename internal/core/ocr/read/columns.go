package read

import (
	"cmp"
	"math"
	"slices"
	"unicode"

	"clinician/internal/core"
)

// byColumns puts rows that run across columns of prose in the order they are
// read: down the left column, then down the right one, then captions set into
// them. Lines over both columns, such as headings, divide what stands above them
// from what follows, and so does white space above the last lines of the page.
// Rows of tables stay whole.
func byColumns(rows []textLine) []textLine {
	x, ok := gutter(rows)
	if !ok {
		return rows
	}
	var out, left, inset, right []textLine
	flush := func() {
		out = append(append(append(out, byColumns(left)...), byColumns(right)...), inset...)
		left, inset, right = nil, nil, nil
	}
	add := func(to *[]textLine, words []core.Word) {
		if len(words) > 0 {
			*to = append(*to, part(words))
		}
	}
	wide := extent(rows)
	foot := footing(rows)
	for n, r := range rows {
		if n == foot {
			flush()
			return append(out, rows[n:]...)
		}
		i, apart := r.divide(x)
		if apart {
			add(&left, r.words[:i])
			add(&right, r.words[i:])
			continue
		}
		from, to := r.cluster(i)
		if mid := part(r.words[from:to]); len(left) > 0 && len(right) > 0 && 3*(mid.right()-mid.left()) < wide {
			add(&left, r.words[:from]) // a caption set into the columns
			inset = append(inset, mid)
			add(&right, r.words[to:])
			continue
		}
		flush()
		out = append(out, r)
	}
	flush()
	return out
}

// footing gives the first of the few rows that stand apart at the bottom of a
// page, such as its number and title; len(rows) when there are none.
func footing(rows []textLine) int {
	const few = 3
	for n := len(rows) - 1; n > 0 && n >= len(rows)-few; n-- {
		if rows[n].top-rows[n-1].bottom > 2*rows[n-1].height() {
			return n
		}
	}
	return len(rows)
}

// extent is the width from the leftmost word to the rightmost.
func extent(rows []textLine) int {
	left, right := math.MaxInt, math.MinInt
	for _, r := range rows {
		left, right = min(left, r.left()), max(right, r.right())
	}
	return right - left
}

// cluster gives the words around the i-th that no wide gap divides from it.
func (l textLine) cluster(i int) (from, to int) {
	apart := func(a, b core.Word) bool { return gap(a, b) > l.height() }
	for from = i; from > 0 && !apart(l.words[from-1], l.words[from]); from-- {
	}
	for to = i + 1; to < len(l.words) && !apart(l.words[to-1], l.words[to]); to++ {
	}
	return from, to
}

func part(words []core.Word) textLine {
	l := textLine{words: slices.Clone(words)}
	l.measure()
	return l
}

// divide gives the number of words left of x, and whether the row comes apart
// there: no word lies across x, and the gap is wider than one between words.
func (l textLine) divide(x int) (int, bool) {
	for i, w := range l.words {
		if w.Box.X+w.Box.W <= x {
			continue
		}
		if !solid(w) {
			return i, true
		}
		if i > 0 && solid(l.words[i-1]) && gap(l.words[i-1], w) < l.height() {
			return i, false
		}
		return i, w.Box.X >= x
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
		if gap(l.words[i-1], l.words[i]) > 2*l.height() {
			return true
		}
	}
	return false
}
