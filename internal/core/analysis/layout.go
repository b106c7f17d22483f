package analysis

import (
	"cmp"
	"slices"
	"strings"

	"clinician/internal/core"
)

// token is a word with its place on the straightened, upright page.
type token struct {
	core.Word
	fold, loose    string // see foldWord and loosen
	x0, y0, x1, y1 float64
	row            int  // index into sheet.rows
	rest           bool // the second half of the word before it: see mend
}

func newToken(w core.Word) token {
	f := foldWord(w.Text)
	return token{Word: w, fold: f, loose: loosen(f)}
}

func (t token) height() float64 { return max(1, t.y1-t.y0) }
func (t token) middle() float64 { return (t.y0 + t.y1) / 2 }

// cell is a run of words without a wide gap: a cell of a table, or a line of
// prose. It is never empty.
type cell struct {
	words []token
}

func (c cell) x0() float64  { return c.words[0].x0 }
func (c cell) x1() float64  { return c.words[len(c.words)-1].x1 }
func (c cell) text() string { return joined(c.words) }

// row is what stands at one height of the page, from the left. It is never empty.
type row struct {
	words       []token
	cells       []cell
	top, bottom float64
	section     string // of the headings above it and of itself: see headings.tsv; "" none
	heading     bool   // it is itself a heading (perhaps with text after it)
}

func (r row) height() float64 { return max(1, r.bottom-r.top) }
func (r row) text() string    { return joined(r.words) }

// sheet is a page laid out.
type sheet struct {
	number int
	boxed  bool // its words have boxes on a page image
	rows   []row
	right  float64 // right edge of the text
	pitch  float64 // usual width of a digit in heights of digits; 0 not known
	prose  []sentence
	parts  []clause              // of prose
	partOf map[position]int      // which of parts a word stands in
	days   map[int][]printedDate // by row: see headDays
}

// document is what the finders walk.
type document struct {
	sheets []*sheet
	dates  []labelledDate // see labelledDates
}

func newDocument(pages []core.Page) *document {
	d := &document{}
	section := ""
	for i, p := range pages {
		s := newSheet(p)
		if s.number == 0 {
			s.number = i + 1
		}
		section = s.markSections(section)
		d.sheets = append(d.sheets, s)
	}
	return d
}

// newSheet lays a page out. Words without any box are placed as in a text of
// equal letters, line by line.
func newSheet(p core.Page) *sheet {
	s := &sheet{number: p.Number}
	var words []token
	for _, w := range p.Words {
		if strings.TrimSpace(w.Text) == "" || rule(w.Text) {
			continue
		}
		if w.Box.W > 0 && w.Box.H > 0 {
			s.boxed = true
		}
		words = append(words, newToken(w))
	}
	switch {
	case s.boxed:
		words = slices.DeleteFunc(words, func(t token) bool { return t.Box.W <= 0 || t.Box.H <= 0 })
		straighten(words)
	case len(words) > 0:
		words = typewrite(wordLines(words))
	default:
		words = typewrite(textLines(p.Text))
	}
	s.build(words)
	return s
}

// rule reports whether a word is only a ruled line or a leader.
func rule(s string) bool {
	return len(s) > 0 && strings.Trim(s, "|_‖¦…·") == "" || len(s) > 2 && strings.Trim(s, "-—–.=~") == ""
}

// Cells of a typewritten page, in units of which a letter is ten wide: two
// spaces make a gap between cells, an empty line one between paragraphs.
const (
	typeWidth  = 10
	typeHeight = 14
	typeLead   = 20
)

// placed is a word of a line of text with the column of its first letter.
type placed struct {
	token
	column, width int
}

// typewrite gives words places from the columns they start at.
func typewrite(lines [][]placed) []token {
	var out []token
	for i, line := range lines {
		for _, w := range line {
			t := w.token
			t.Line = i + 1
			t.x0, t.x1 = float64(w.column*typeWidth), float64((w.column+w.width)*typeWidth)
			t.y0, t.y1 = float64(i*typeLead), float64(i*typeLead+typeHeight)
			out = append(out, t)
		}
	}
	return out
}

func wordLines(words []token) [][]placed {
	var lines [][]placed
	column := 0
	for i, w := range words {
		if i == 0 || w.Line != words[i-1].Line {
			lines, column = append(lines, nil), 0
		}
		width := len([]rune(w.Text))
		lines[len(lines)-1] = append(lines[len(lines)-1], placed{w, column, width})
		column += width + 1
	}
	return lines
}

func textLines(text string) [][]placed {
	var lines [][]placed
	for line := range strings.SplitSeq(text, "\n") {
		var words []placed
		column, start := 0, 0
		var word []rune
		flush := func() {
			if w := string(word); len(word) > 0 && !rule(w) {
				words = append(words, placed{newToken(core.Word{Text: w}), start, len(word)})
			}
			word = word[:0]
		}
		for _, r := range line {
			switch r {
			case '\t':
				flush()
				column += 8 - column%8
				continue
			case ' ', '\r', '\f', '\v', 0xa0, 0x3000:
				flush()
			default:
				if len(word) == 0 {
					start = column
				}
				word = append(word, r)
			}
			column++
		}
		flush()
		lines = append(lines, words)
	}
	return lines
}

// build makes rows and cells of placed words.
func (s *sheet) build(words []token) {
	s.rows = shortRows(rowsOf(words))
	for i := range s.rows {
		r := &s.rows[i]
		for k := range r.words {
			r.words[k].row = i
			s.right = max(s.right, r.words[k].x1)
		}
		r.cells = cellsOf(r.words, r.height())
	}
	s.pitch = s.usualPitch()
}

// rowsOf joins the words of a line, and lines at one height, to rows. Lines are
// trusted only as far as their words do stand at one height.
func rowsOf(words []token) []row {
	var lines [][]token
	for i, w := range words {
		if i == 0 || w.Line != words[i-1].Line {
			lines = append(lines, nil)
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], w)
	}
	var rows []row
	for _, line := range lines {
		slices.SortStableFunc(line, func(a, b token) int { return cmp.Compare(a.x0, b.x0) })
		start := 0
		for i := 1; i <= len(line); i++ {
			if i == len(line) || !level(line[i-1], line[i]) {
				rows = append(rows, newRow(line[start:i]))
				start = i
			}
		}
	}
	slices.SortStableFunc(rows, byHeight)
	var out []row
	for _, r := range rows {
		joined := false
		for i := len(out) - 1; i >= 0 && i >= len(out)-12 && !joined; i-- {
			if joined = beside(out[i].words, r.words); joined {
				out[i] = newRow(append(out[i].words, r.words...))
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

func shortRows(rows []row) []row {
	if !slices.ContainsFunc(rows, func(r row) bool { return len(r.words) > longestRow }) {
		return rows
	}
	var out []row
	for _, r := range rows {
		for part := range slices.Chunk(r.words, longestRow) {
			out = append(out, newRow(part))
		}
	}
	return out
}

func byHeight(a, b row) int { return cmp.Compare(a.top+a.bottom, b.top+b.bottom) }

// newRow sorts words from the left. Its height is that of most of its words.
func newRow(words []token) row {
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b token) int { return cmp.Compare(a.x0, b.x0) })
	tops, bottoms := make([]float64, 0, len(words)), make([]float64, 0, len(words))
	for _, w := range words {
		if w.fold != "" || len(words) == 1 { // not dashes and stops
			tops, bottoms = append(tops, w.y0), append(bottoms, w.y1)
		}
	}
	if len(tops) == 0 {
		tops, bottoms = append(tops, words[0].y0), append(bottoms, words[0].y1)
	}
	slices.Sort(tops)
	slices.Sort(bottoms)
	return row{words: words, top: tops[len(tops)/2], bottom: bottoms[len(bottoms)/2]}
}

// level reports whether two words stand at one height: they overlap by half of
// the lower one.
func level(a, b token) bool {
	return 2*(min(a.y1, b.y1)-max(a.y0, b.y0)) >= min(a.height(), b.height())
}

// beside reports whether two runs of words, sorted from the left, stand at one
// height where they come closest and do not lie over each other.
func beside(a, b []token) bool {
	var near [2]token
	gap := -1.0
	aSpecks, bSpecks := allSpecks(a), allSpecks(b)
	for _, v := range a {
		for _, w := range b {
			over := min(v.x1, w.x1) - max(v.x0, w.x0)
			if over > min(v.x1-v.x0, w.x1-w.x0)/2 {
				return false
			}
			if v.fold == "" && !aSpecks || w.fold == "" && !bSpecks {
				continue // dirt between the words of a row says nothing of their height
			}
			if g := max(0, -over); gap < 0 || g < gap {
				gap, near = g, [2]token{v, w}
			}
		}
	}
	return gap >= 0 && level(near[0], near[1])
}

func allSpecks(words []token) bool {
	for _, w := range words {
		if w.fold != "" {
			return false
		}
	}
	return true
}

// wideGap is what divides cells, in heights of the row: a space between words is
// about 0.4 of it, in equal-width type 0.9.
const wideGap = 1.15

func cellsOf(words []token, height float64) []cell {
	var cells []cell
	for i, w := range words {
		if i == 0 || w.x0-words[i-1].x1 > wideGap*height {
			cells = append(cells, cell{})
		}
		c := &cells[len(cells)-1]
		c.words = append(c.words, w)
	}
	return cells
}
