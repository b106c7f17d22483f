// Package layout lays the words of a page out: straightened (straighten.go) or
// placed as on a typewriter (typewrite.go), joined to rows and cells (rows.go), under
// headings (sections.go), and as sentences that may go on over lines
// (sentences.go, continued.go). It also says what a line denies on another
// (denials.go).
//
// Start reading at NewDocument. The packages that find values walk Sheet.Rows and
// Sheet.Sentences.
package layout

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/vocabulary"
)

// Cell is a run of words without a wide gap: a cell of a table, or a line of
// prose. It is never empty.
type Cell struct {
	Words []vocabulary.Token
}

// X0 is the left edge of the cell.
func (c Cell) X0() float64 { return c.Words[0].X0 }

// X1 is the right edge of the cell.
func (c Cell) X1() float64 { return c.Words[len(c.Words)-1].X1 }

// Text gives the words of the cell as printed.
func (c Cell) Text() string { return vocabulary.Joined(c.Words) }

// Row is what stands at one height of the page, from the left. It is never empty.
type Row struct {
	Words       []vocabulary.Token
	Cells       []Cell
	Top, Bottom float64
	Section     string // of the headings above it and of itself: see headings.tsv; "" none
	Beyond      string // the section that ended above it: whether it holds on is open; "" none
	Heading     bool   // it is itself a heading (perhaps with text after it)
}

// Height is that of most words of the row; never 0.
func (r Row) Height() float64 { return max(1, r.Bottom-r.Top) }

// Text gives the words of the row as printed, from the left.
func (r Row) Text() string { return vocabulary.Joined(r.Words) }

// Sheet is a page laid out.
type Sheet struct {
	Number  int
	Boxed   bool // its words have boxes on a page image
	Rows    []Row
	right   float64 // right edge of the text
	leading float64 // usual gap between lines that stand close
	pitch   float64 // usual width of a digit in heights of digits; 0 not known
	prose   []Sentence
	parts   []Clause         // of prose
	partOf  map[position]int // which of parts a word stands in
	doubts  [][]string       // of each row, by the form of its words
}

// Document is what the finders walk.
type Document struct {
	Sheets []*Sheet
}

// NewDocument lays the pages of one document out, in their order. Sections go on
// from page to page; pages without a number are numbered by their place.
func NewDocument(pages []core.Page) *Document {
	d := &Document{}
	var open scope
	for i, p := range pages {
		s := NewSheet(p)
		if s.Number == 0 {
			s.Number = i + 1
		}
		open = s.markSections(open)
		d.Sheets = append(d.Sheets, s)
	}
	return d
}

// NewSheet lays a page out. Words without any box are placed as in a text of
// equal letters, line by line.
func NewSheet(p core.Page) *Sheet {
	s := &Sheet{Number: p.Number}
	var words []vocabulary.Token
	for _, w := range p.Words {
		if strings.TrimSpace(w.Text) == "" || leader(w.Text) {
			continue
		}
		if w.Box.W > 0 && w.Box.H > 0 {
			s.Boxed = true
		}
		words = append(words, vocabulary.NewToken(w))
	}
	switch {
	case s.Boxed:
		words = slices.DeleteFunc(words, func(t vocabulary.Token) bool { return t.Box.W <= 0 || t.Box.H <= 0 })
		straighten(words)
	case len(words) > 0:
		words = typewrite(wordLines(words))
	default:
		words = typewrite(textLines(p.Text, p.Marks))
	}
	s.build(words)
	return s
}

// build makes rows and cells of placed words.
func (s *Sheet) build(words []vocabulary.Token) {
	s.Rows = shortRows(rowsOf(words))
	for i := range s.Rows {
		r := &s.Rows[i]
		for k := range r.Words {
			r.Words[k].Row = i
			s.right = max(s.right, r.Words[k].X1)
		}
		markUnticked(r.Words)
		s.doubts = append(s.doubts, formDoubts(r.Words))
		r.Words = withoutMarks(r.Words)
		r.Cells = cellsOf(r.Words, r.Height())
	}
	s.pitch, s.leading = s.usualPitch(), s.usualLeading()
}
