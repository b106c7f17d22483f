package layout

import (
	"cmp"
	"slices"

	"clinician/internal/core/analysis/vocabulary"
)

// rowsOf joins the words of a line, and lines at one height, to rows. Lines are
// trusted only as far as their words do stand at one height.
func rowsOf(words []vocabulary.Token) []Row {
	var lines [][]vocabulary.Token
	for i, w := range words {
		if i == 0 || w.Line != words[i-1].Line {
			lines = append(lines, nil)
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], w)
	}
	var rows []Row
	for _, line := range lines {
		slices.SortStableFunc(line, func(a, b vocabulary.Token) int { return cmp.Compare(a.X0, b.X0) })
		start := 0
		for i := 1; i <= len(line); i++ {
			if i == len(line) || !level(line[i-1], line[i]) {
				rows = append(rows, newRow(line[start:i]))
				start = i
			}
		}
	}
	slices.SortStableFunc(rows, byHeight)
	var out []Row
	for _, r := range rows {
		joined := false
		for i := len(out) - 1; i >= 0 && i >= len(out)-12 && !joined; i-- {
			if joined = beside(out[i].Words, r.Words); joined {
				out[i] = newRow(append(out[i].Words, r.Words...))
			}
		}
		if !joined {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, byHeight)
	return out
}

// longestRow and longestSentence are more words than a page of print can hold on
// a line or anybody writes before a stop. What is longer is cut: the finders look
// around each word, and hostile text must not make them slow.
const longestRow, longestSentence = 250, 150

func shortRows(rows []Row) []Row {
	if !slices.ContainsFunc(rows, func(r Row) bool { return len(r.Words) > longestRow }) {
		return rows
	}
	var out []Row
	for _, r := range rows {
		for part := range slices.Chunk(r.Words, longestRow) {
			out = append(out, newRow(part))
		}
	}
	return out
}

func byHeight(a, b Row) int { return cmp.Compare(a.Top+a.Bottom, b.Top+b.Bottom) }

// newRow sorts words from the left. Its height is that of most of its words.
func newRow(words []vocabulary.Token) Row {
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b vocabulary.Token) int { return cmp.Compare(a.X0, b.X0) })
	tops, bottoms := make([]float64, 0, len(words)), make([]float64, 0, len(words))
	for _, w := range words {
		if w.Fold != "" || len(words) == 1 { // not dashes and stops
			tops, bottoms = append(tops, w.Y0), append(bottoms, w.Y1)
		}
	}
	if len(tops) == 0 {
		tops, bottoms = append(tops, words[0].Y0), append(bottoms, words[0].Y1)
	}
	slices.Sort(tops)
	slices.Sort(bottoms)
	return Row{Words: words, Top: tops[len(tops)/2], Bottom: bottoms[len(bottoms)/2]}
}

// level reports whether two words stand at one height: they overlap by half of
// the lower one.
func level(a, b vocabulary.Token) bool {
	return 2*(min(a.Y1, b.Y1)-max(a.Y0, b.Y0)) >= min(a.Height(), b.Height())
}

// beside reports whether two runs of words, sorted from the left, stand at one
// height where they come closest and do not lie over each other.
func beside(a, b []vocabulary.Token) bool {
	var near [2]vocabulary.Token
	gap := -1.0
	aSpecks, bSpecks := allSpecks(a), allSpecks(b)
	for _, v := range a {
		for _, w := range b {
			over := min(v.X1, w.X1) - max(v.X0, w.X0)
			if over > min(v.X1-v.X0, w.X1-w.X0)/2 {
				return false
			}
			if v.Fold == "" && !aSpecks || w.Fold == "" && !bSpecks {
				continue // dirt between the words of a row says nothing of their height
			}
			if g := max(0, -over); gap < 0 || g < gap {
				gap, near = g, [2]vocabulary.Token{v, w}
			}
		}
	}
	return gap >= 0 && level(near[0], near[1])
}

func allSpecks(words []vocabulary.Token) bool {
	for _, w := range words {
		if w.Fold != "" {
			return false
		}
	}
	return true
}

// WideGap is what divides cells, in heights of the row: a space between words is
// about 0.4 of it, in equal-width type 0.9.
const WideGap = 1.15

func cellsOf(words []vocabulary.Token, height float64) []Cell {
	var cells []Cell
	for i, w := range words {
		if i == 0 || w.X0-words[i-1].X1 > WideGap*height {
			cells = append(cells, Cell{})
		}
		c := &cells[len(cells)-1]
		c.Words = append(c.Words, w)
	}
	return cells
}
