package present

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core"
)

// Tidy is a page's text laid out for the eye.
type Tidy struct {
	Text   string
	Places []Span // of the words in Text, From is -1 for none
	Hidden []int  // the words that were left out as specks
}

// Tidied lays the text of a page out in at most width columns: what stands below each
// other on the page does so here, as far as there is room, and specks are left out unless
// all is set. Nothing else of the text is changed; without words it is the text itself.
// A word that is unsure takes two columns more, for its signs.
func Tidied(body string, words []core.Word, width int, all bool) Tidy {
	t := tidying{words: words, all: all}
	placed := PlaceWords(body, words)
	at, next := 0, 0
	for _, line := range strings.SplitAfter(body, "\n") {
		t.take(strings.TrimSuffix(line, "\n"), at, placed, &next)
		at += len(line)
	}
	t.align(width)
	return t.write()
}

// dust are the characters that specks are read as. Signs that say something alone
// (+ - < > * = %) are none of them.
const dust = ".,:;'`´‘’“”\"~_|\\^·•…¦"

// speck reports whether a word is dirt on the paper rather than print.
func speck(w core.Word) bool {
	return w.Unsure() && w.Text != "" && strings.Trim(w.Text, dust) == ""
}

// tidyField is what stands together on a line, between wide gaps.
type tidyField struct {
	text   string
	width  int
	x0, x1 int // on the page; x1 0: not known
	words  []int
	places []Span // in text, of words
	pad    int    // blanks before it
}

type tidying struct {
	words  []core.Word
	all    bool
	lines  [][]tidyField
	hidden []int
}

// take adds a line of the text, which begins at a byte of it.
func (t *tidying) take(line string, at int, placed []Span, next *int) {
	var fields []tidyField
	for from := 0; from < len(line); {
		to := len(line)
		if gap := strings.Index(line[from:], "   "); gap > 0 {
			to = from + gap
		}
		if f := t.field(line[from:to], at+from, placed, next); f.text != "" {
			fields = append(fields, f)
		}
		for from = to; from < len(line) && line[from] == ' '; from++ {
		}
	}
	if len(fields) > 0 || strings.TrimSpace(line) == "" {
		t.lines = append(t.lines, fields)
	}
}

// field makes a field of its text, without its specks.
func (t *tidying) field(text string, at int, placed []Span, next *int) tidyField {
	f := tidyField{}
	var b strings.Builder
	copied := 0
	figure := figuresBeside(text)
	for ; *next < len(placed) && (placed[*next].From < 0 || placed[*next].From < at+len(text)); *next++ {
		p, w := placed[*next], t.words[*next]
		if p.From < at { // it has no place
			continue
		}
		from, to := p.From-at, min(p.To-at, len(text))
		if !t.all && speck(w) && alone(text, from, to) && !figure(from, to) {
			b.WriteString(text[copied:from])
			copied = to
			t.hidden = append(t.hidden, *next)
			if rest := strings.TrimLeft(text[to:], " "); b.Len() == 0 || strings.HasSuffix(b.String(), " ") {
				copied = len(text) - len(rest)
			}
			continue
		}
		b.WriteString(text[copied:from])
		copied = from
		f.words = append(f.words, *next)
		f.places = append(f.places, Span{b.Len(), b.Len() + to - from})
		if w.Unsure() {
			f.width += 2
		}
		if f.x1 == 0 {
			f.x0 = w.Box.X
		}
		f.x0, f.x1 = min(f.x0, w.Box.X), max(f.x1, w.Box.X+w.Box.W)
	}
	b.WriteString(text[copied:])
	f.text = b.String()
	if len(t.hidden) > 0 {
		f.text = strings.TrimRight(f.text, " ")
	}
	f.width += utf8.RuneCountInString(f.text)
	return f
}

// alone reports whether nothing touches a part of a text.
func alone(text string, from, to int) bool {
	return (from == 0 || text[from-1] == ' ') && (to == len(text) || text[to] == ' ')
}

// figuresBeside tells of a part of a text whether the word before or behind it has a
// digit: what looks like a speck may be its point.
func figuresBeside(text string) func(from, to int) bool {
	digit := func(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }
	return func(from, to int) bool {
		before, behind := strings.Fields(text[:from]), strings.Fields(text[to:])
		return len(before) > 0 && digit(before[len(before)-1]) || len(behind) > 0 && digit(behind[0])
	}
}

// gapBetween is how many blanks stand between columns, and between fields that are in none.
const gapBetween = 3

// align sets tables in columns: lines of three fields or more with little between them,
// and among the rest lines of two that follow each other.
func (t *tidying) align(width int) {
	for _, l := range t.lines {
		for i := 1; i < len(l); i++ {
			l[i].pad = gapBetween
		}
	}
	for _, kind := range []struct{ fields, between int }{{3, 3}, {2, 0}} {
		var table [][]tidyField
		last := 0
		for i, l := range t.lines {
			if len(l) < kind.fields || kind.fields == 2 && len(l) > 2 {
				continue
			}
			if i-last-1 > kind.between {
				alignTable(table, width)
				table = nil
			}
			table, last = append(table, l), i
		}
		alignTable(table, width)
	}
}

// alignTable pads the fields of lines so that columns stand below each other. Without
// room it changes nothing: gaps alone tell the fields apart.
func alignTable(lines [][]tidyField, width int) {
	columns := columnsOf(lines)
	if len(lines) < 2 || len(columns) < 2 {
		return
	}
	wide := widths(lines, columns)
	starts, end := make([]int, len(columns)), 0
	for c, w := range wide {
		starts[c] = end
		end += w + gapBetween
	}
	if end-gapBetween > width {
		return
	}
	starts = append(starts, end)
	for _, l := range lines {
		place(l, columns, starts)
	}
}

// headRoom is by how much a field over several columns may make them wider.
const headRoom = 8

// widths are those of columns: what stands in one of them decides, then headings over several.
func widths(lines [][]tidyField, columns []Span) []int {
	wide := make([]int, len(columns))
	for _, l := range lines {
		for i, f := range l {
			if first, last := columnsAt(f, columns); first == last {
				n := f.width
				if before, _ := columnsAt(l[max(0, i-1)], columns); i > 0 && before == first { // two in one
					n += l[i-1].width + gapBetween
				}
				wide[first] = max(wide[first], n)
			}
		}
	}
	for _, l := range lines {
		for _, f := range l {
			first, last := columnsAt(f, columns)
			lacks := f.width - gapBetween*(last-first)
			for c := first; c <= last; c++ {
				lacks -= wide[c]
			}
			if lacks > 0 && lacks <= headRoom {
				wide[last] += lacks
			}
		}
	}
	return wide
}

// place pads the fields of a line, if all of them fit where they belong.
func place(l []tidyField, columns []Span, starts []int) {
	pads := make([]int, len(l))
	at := 0
	for i, f := range l {
		first, last := columnsAt(f, columns)
		to := max(starts[first], at)
		if i > 0 && to < at+gapBetween {
			to = at + gapBetween
		}
		if pads[i] = to - at; to+f.width > starts[last+1]-gapBetween {
			return
		}
		at = to + f.width
	}
	for i := range l {
		l[i].pad = pads[i]
	}
}

// columnsOf finds the columns of a table by the lines with the most fields; other lines
// add what stands between them. It is nil when a place is not known.
func columnsOf(lines [][]tidyField) []Span {
	most := 0
	for _, l := range lines {
		most = max(most, len(l))
	}
	var columns []Span
	for _, full := range []bool{true, false} {
		for _, l := range lines {
			for _, f := range l {
				if f.x1 == 0 {
					return nil
				}
				if (len(l) == most) == full {
					columns = withField(columns, f, full)
				}
			}
		}
	}
	return columns
}

// withField adds a field to columns in order: a new one, or more of one. Columns are
// joined by it only if join is set.
func withField(columns []Span, f tidyField, join bool) []Span {
	over := func(c Span) bool { return f.x0 < c.To && c.From < f.x1 }
	first := slices.IndexFunc(columns, over)
	if first < 0 {
		at := slices.IndexFunc(columns, func(c Span) bool { return c.From > f.x0 })
		if at < 0 {
			at = len(columns)
		}
		return slices.Insert(columns, at, Span{f.x0, f.x1})
	}
	last := first
	for last+1 < len(columns) && over(columns[last+1]) {
		last++
	}
	if last > first && !join {
		return columns
	}
	columns[first] = Span{min(columns[first].From, f.x0), max(columns[last].To, f.x1)}
	return slices.Delete(columns, first+1, last+1)
}

// columnsAt are the first and last column a field stands in.
func columnsAt(f tidyField, columns []Span) (first, last int) {
	first = max(0, slices.IndexFunc(columns, func(c Span) bool { return f.x0 < c.To }))
	last = first
	for last+1 < len(columns) && columns[last+1].From < f.x1 {
		last++
	}
	return first, last
}

func (t *tidying) write() Tidy {
	out := Tidy{Places: make([]Span, len(t.words)), Hidden: t.hidden}
	for i := range out.Places {
		out.Places[i] = Span{-1, -1}
	}
	var b strings.Builder
	for i, l := range t.lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, f := range l {
			b.WriteString(strings.Repeat(" ", max(0, f.pad)))
			for k, w := range f.words {
				out.Places[w] = Span{b.Len() + f.places[k].From, b.Len() + f.places[k].To}
			}
			b.WriteString(f.text)
		}
	}
	out.Text = b.String()
	return out
}
