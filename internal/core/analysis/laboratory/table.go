package laboratory

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"clinician/internal/core/analysis/dates"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/measurement"
	"clinician/internal/core/analysis/vocabulary"
)

//go:embed data/columns.tsv
var columnsFile string

// columnNames are the headings of the columns of tables of results.
var columnNames = sync.OnceValue(func() *vocabulary.Phrases[columnKind] {
	p := vocabulary.NewPhrases[columnKind]()
	for _, f := range vocabulary.ReadTable(columnsFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.Add(phrase, columnKind(f[0]))
		}
	}
	return p
})

// columnKind is what stands in a column of a table of results.
type columnKind string

const (
	columnTest     columnKind = "test"
	columnResult   columnKind = "result"
	columnFlag     columnKind = "flag"
	columnUnit     columnKind = "unit"
	columnRange    columnKind = "range"
	columnPrevious columnKind = "previous" // never read
	columnDate     columnKind = "date"
	columnOther    columnKind = "other"
)

// column is a column with the place of its heading.
type column struct {
	kind   columnKind
	x0, x1 float64
}

// grid is the head of a table of results.
type grid struct {
	columns  []column // from the left
	flagged  bool     // the table prints flags
	severals bool     // more than one column may hold the result
	flat     bool     // no gaps between the headings: places say nothing
}

// gridOf recognises the heading row of a table of results: the result beside a
// test, unit, range or flag, and little else in the row.
func gridOf(r layout.Row) (*grid, bool) {
	g := &grid{flat: len(r.Cells) == 1}
	kinds := map[columnKind]int{}
	known := 0
	for _, c := range r.Cells {
		for i := 0; i < len(c.Words); {
			w := c.Words[i:]
			if n, dated := columnDateAt(w); dated {
				g.columns = append(g.columns, column{columnPrevious, w[0].X0, w[n-1].X1})
				i, known = i+n, known+n
				continue
			}
			m, ok := columnNames().Find(w)
			if !ok {
				i++
				continue
			}
			g.columns = append(g.columns, column{m.Meaning, w[0].X0, w[m.Words-1].X1})
			kinds[m.Meaning]++
			i, known = i+m.Words, known+m.Words
		}
	}
	beside := min(kinds[columnTest], 1) + min(kinds[columnUnit], 1) + min(kinds[columnRange], 1) + min(kinds[columnFlag], 1)
	if kinds[columnResult] == 0 || beside == 0 || 2*known < len(r.Words) || strings.HasSuffix(r.Words[len(r.Words)-1].Text, ".") {
		return nil, false
	}
	if kinds[columnResult] > 1 {
		g.oneResult()
	}
	g.flagged = kinds[columnFlag] > 0
	if kinds[columnTest] == 0 {
		g.columns = slices.Insert(g.columns, 0, column{columnTest, 0, max(1, g.columns[0].x0-2*r.Height())})
	}
	return g, true
}

// columnDateAt recognises a column headed by a date: in cumulative reports the
// results of other days stand below such.
func columnDateAt(ws []vocabulary.Token) (int, bool) {
	d, ok := dates.At(ws)
	return d.Words, ok
}

// oneResult keeps the first of several result columns and remembers the doubt.
func (g *grid) oneResult() {
	first := true
	for i := range g.columns {
		if g.columns[i].kind != columnResult {
			continue
		}
		if !first {
			g.columns[i].kind = columnPrevious
		}
		first = false
	}
	g.severals = true
}

// fields is a row of a table divided into columns.
type fields struct {
	at      map[columnKind][]vocabulary.Token
	beside  bool // the result stands beside its column, not in it
	crowded bool // a cell lies between two columns
}

// divide gives every cell of a row to a column: the one whose heading it lies
// under, else the nearest. Cells under several are divided between their words.
func (g *grid) divide(r layout.Row) fields {
	f := fields{at: map[columnKind][]vocabulary.Token{}}
	for _, c := range r.Cells {
		under := make([]int, len(c.Words))
		distinct := map[int]bool{}
		for i, w := range c.Words {
			if under[i] = g.under(w.X0, w.X1); under[i] >= 0 {
				distinct[under[i]] = true
			}
		}
		switch len(distinct) {
		case 0:
			k, sure := g.nearest(c, r.Height())
			f.crowded = f.crowded || !sure
			if kind := g.columns[k].kind; kind == columnResult {
				f.beside = true
			}
			f.put(g.columns[k].kind, c.Words)
		case 1:
			for k := range distinct {
				f.put(g.columns[k].kind, c.Words)
			}
		default:
			g.share(&f, c, under)
		}
	}
	return f
}

// has reports whether the grid has a column of one of the kinds.
func (g *grid) has(kinds ...columnKind) bool {
	return slices.ContainsFunc(g.columns, func(c column) bool { return slices.Contains(kinds, c.kind) })
}

// goesOn reports whether the row below only goes on with cells of the row above:
// it follows closely and has no result of its own, and either no date where each
// row has one, or no name but perhaps the end of one: "(fasting)".
func (g *grid) goesOn(above, below layout.Row, f fields) bool {
	if below.Top-above.Bottom > 0.8*above.Height() || below.Heading || len(f.at[columnResult]) > 0 {
		return false
	}
	test := f.at[columnTest]
	if g.has(columnDate) {
		_, dated := dates.At(f.at[columnDate])
		return !dated && len(test) <= 4
	}
	if len(test) == 0 {
		return len(f.at[columnUnit])+len(f.at[columnRange])+len(f.at[columnFlag]) > 0
	}
	first := test[0].Text[0]
	return (first == '(' || first >= 'a' && first <= 'z') && len(test) <= 4 && len(test) == len(below.Words)
}

// join puts the cells of the row below under those above. Dates and what is not
// read stay as they are.
func (f *fields) join(below fields) {
	for _, k := range []columnKind{columnTest, columnFlag, columnUnit, columnRange} {
		f.put(k, below.at[k])
	}
}

func (f *fields) put(k columnKind, ws []vocabulary.Token) { f.at[k] = append(f.at[k], ws...) }

// under gives the column whose heading overlaps most; -1 none.
func (g *grid) under(x0, x1 float64) int {
	best, most := -1, 0.0
	for i, c := range g.columns {
		if over := min(x1, c.x1) - max(x0, c.x0); over > most {
			best, most = i, over
		}
	}
	return best
}

// nearest gives the column closest to a cell that lies under none, and whether
// no other is about as close.
func (g *grid) nearest(c layout.Cell, height float64) (int, bool) {
	best, second, at := -1.0, -1.0, 0
	for i, col := range g.columns {
		gap := max(col.x0-c.X1(), c.X0()-col.x1)
		switch {
		case best < 0 || gap < best:
			best, second, at = gap, best, i
		case second < 0 || gap < second:
			second = gap
		}
	}
	return at, second < 0 || second > best+height
}

// share divides a cell whose words lie under several columns. A known test name
// stays whole, and a result in words takes the rest of its cell.
func (g *grid) share(f *fields, c layout.Cell, under []int) {
	i := 0
	for i < len(c.Words) && under[i] < 0 {
		i++
	}
	at := under[i]
	i = 0
	switch g.columns[at].kind {
	case columnTest:
		if m, ok := vocabulary.Laboratory().Analytes.Find(c.Words); ok {
			i = m.Words
		}
		for i < len(c.Words) && !valueLike(c.Words[i:]) {
			i++
		}
		f.put(columnTest, c.Words[:i])
	case columnResult:
		if _, ok := measurement.QuantityAt(c.Words); !ok && wordy(c.Words[0].Text) {
			i = len(c.Words)
			f.put(columnResult, c.Words)
		}
	}
	for ; i < len(c.Words); i++ {
		if under[i] >= 0 {
			at = under[i]
		} else if i > 0 && i+1 < len(c.Words) && under[i+1] >= 0 && c.Words[i+1].X0-c.Words[i].X1 < c.Words[i].X0-c.Words[i-1].X1 {
			at = under[i+1]
		}
		f.put(g.columns[at].kind, c.Words[i:i+1])
	}
}

// valueLike reports whether a result could start here.
func valueLike(ws []vocabulary.Token) bool {
	if _, ok := measurement.QuantityAt(ws); ok {
		return true
	}
	m, ok := vocabulary.Laboratory().Qualitative.Find(ws)
	return ok && m.Sure
}

// wordy reports whether a word is made of letters.
func wordy(s string) bool {
	letters := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			return false
		}
		if r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			letters++
		}
	}
	return letters >= 2
}
