package analysis

import (
	"strings"

	"clinician/internal/core"
)

// laboratory finds results: in tables with headings, in rows that start with a
// known analyte, and in prose.
func laboratory(d *document) []core.Value {
	l := &labReader{d: d}
	for _, s := range d.sheets {
		l.sheet(s)
	}
	return l.values
}

// labReader goes through a document. Table, specimen and panel carry over from
// row to row and page to page.
type labReader struct {
	d        *document
	s        *sheet
	grid     *grid
	idle     int    // rows without a result since the table's last
	carried  bool   // the table's heading is on an earlier page
	specimen string // as the report states it, folded
	panel    string // heading of the group of results, folded
	flagged  bool   // a table without places prints flags
	values   []core.Value
	last     *int // index of the value of the row above, for names over two lines
}

// maxIdle is how many rows without results a table goes on over: headings of
// groups and comments.
const maxIdle = 4

func (l *labReader) sheet(s *sheet) {
	l.s, l.carried, l.last = s, l.grid != nil, nil
	used := make([]bool, len(s.rows))
	for i, r := range s.rows {
		l.noteSpecimen(r)
		if g, ok := gridOf(r); ok {
			l.grid, l.idle, l.carried, l.last = g, 0, false, nil
			if used[i] = true; g.flat {
				l.grid, l.flagged = nil, g.flagged
			}
			continue
		}
		if l.grid == nil {
			continue
		}
		switch {
		case l.tableRow(i):
			l.idle = 0
			used[i] = true
		case l.ends(r):
			l.grid = nil
		default:
			l.idle++
			// A row of a table that does not read as one must not be read as prose:
			// without its columns the previous result would be taken.
			used[i] = len(r.cells) > 1 || analyteAt(r.words)
		}
	}
	l.rest(used)
}

func analyteAt(ws []token) bool {
	_, ok := words().analytes.find(ws)
	return ok
}

// ends reports whether the table is over: too many rows without a result, or a
// section of another sort.
func (l *labReader) ends(r row) bool {
	if l.carried && l.idle > 8 || !l.carried && l.idle >= maxIdle {
		return true
	}
	return r.heading && r.section != "results" && r.section != "comment" && !l.carried
}

// noteSpecimen remembers the specimen a report states: "Specimen: Blood (venous)".
func (l *labReader) noteSpecimen(r row) {
	for i, w := range r.words {
		if f := w.fold; (f == "specimen" || f == "sample") && i+1 < len(r.words) {
			after := foldPhrase(joined(r.words[i+1 : min(len(r.words), i+5)]))
			for _, known := range []string{"blood", "serum", "plasma", "urine", "csf", "fluid", "stool", "faeces", "swab", "sputum"} {
				if strings.Contains(after, known) {
					l.specimen = known
					return
				}
			}
		}
	}
}

// tableRow reads row i against the grid and reports whether it held a result.
func (l *labReader) tableRow(i int) bool {
	r := l.s.rows[i]
	f := l.grid.divide(r)
	name, flag := testName(f.at[columnTest])
	if len(name) == 0 || !named(name) {
		return false
	}
	result := f.at[columnResult]
	if len(result) == 0 {
		return l.withoutResult(name, f)
	}
	row := labRow{name: name, result: result, flag: append(flag, f.at[columnFlag]...), unit: f.at[columnUnit], rng: f.at[columnRange], flagged: l.grid.flagged || l.flagsSeen()}
	v, ok := l.read(row)
	if !ok {
		return false
	}
	if f.beside {
		doubt(&v, "it stands beside the column of results")
	}
	if f.crowded {
		doubt(&v, "a cell of its row lies between two columns")
	}
	if l.grid.severals {
		doubt(&v, "the table has several columns of results")
	}
	if l.carried {
		doubt(&v, "the headings of its table are on an earlier page")
	}
	if d, ok := dateAt(f.at[columnDate]); ok && !d.date.IsZero() {
		v.Date = d.date
	}
	l.keep(v)
	return true
}

// flagsSeen reports whether a value of this page carries a flag: tables may
// print flags in a column without a heading.
func (l *labReader) flagsSeen() bool {
	for _, v := range l.values {
		if v.Flag != "" && v.Page == l.s.number {
			return true
		}
	}
	return false
}

// withoutResult deals with rows that hold a name only: a heading of a group, or
// the second line of the name above. Both leave the table going on.
func (l *labReader) withoutResult(name []token, f fields) bool {
	if len(f.at[columnUnit])+len(f.at[columnRange])+len(f.at[columnFlag]) > 0 {
		return false
	}
	text := joined(name)
	if l.last != nil && (text[0] == '(' || text[0] >= 'a' && text[0] <= 'z') && len(name) <= 4 {
		v := &l.values[*l.last]
		v.Name += " " + text
		addEvidence(v, l.s, minSideConfidence, name)
		l.last = nil
		return true
	}
	l.last = nil
	if _, known := words().analytes.lookup(text); !known && len(name) <= 6 {
		l.panel = foldPhrase(text)
	}
	return false
}

func (l *labReader) keep(v core.Value) {
	l.values = append(l.values, v)
	at := len(l.values) - 1
	l.last = &at
}

// testName takes flags printed before the name off it.
func testName(ws []token) (name, flag []token) {
	name = ws
	if len(ws) > 1 && flagOf(ws[0].Text) != "" {
		_, whole := words().analytes.find(ws)
		if gap := ws[1].x0 - ws[0].x1; !whole || gap > ws[0].height() {
			name, flag = ws[1:], ws[:1:1]
		}
	}
	for len(name) > 0 && name[0].fold == "" {
		name = name[1:]
	}
	if len(name) > 1 && len(name[0].fold) == 1 && !analyteAt(name) && analyteAt(name[1:]) {
		name = name[1:] // a speck or stain read as a letter
	}
	for len(name) > 0 && name[len(name)-1].fold == "" {
		name = name[:len(name)-1]
	}
	return name, flag
}

// named reports whether words could name a test: they have letters and are not
// a sentence.
func named(ws []token) bool {
	letters := false
	for _, w := range ws {
		letters = letters || strings.ContainsAny(w.fold, "abcdefghijklmnopqrstuvwxyzµ")
	}
	return letters && len(ws) <= 9
}

// labRow is a result with its parts found, however it was laid out.
type labRow struct {
	name, result, flag, unit, rng []token
	flagged                       bool // the report prints flags
	prose                         bool
}

// read makes the value of a row. It reports false where there is none.
func (l *labReader) read(r labRow) (core.Value, bool) {
	v := newValue(l.s, core.ValueLaboratory)
	addEvidence(&v, l.s, minSideConfidence, r.name)
	addEvidence(&v, l.s, minConfidence, r.result)
	v.Name = strings.TrimRight(joined(r.name), ":;,=.")
	m, known := words().analytes.find(r.name)
	whole := known && m.words == len(r.name)
	q := r.take(&v)
	if v.Text == "" || !known && q.text == "" && len(v.Doubts) > 0 {
		return v, false
	}
	for _, beside := range [][]token{r.flag, r.rng} {
		addEvidence(&v, l.s, minSideConfidence, beside)
	}
	addEvidence(&v, l.s, 0, r.unit) // checked below, against the analyte
	v.Date = l.d.dayOf(l.s, r.name[0].row)
	v.Unit, v.Range = strings.TrimRight(joined(r.unit), ".,;:"), joined(r.rng)
	if q.unit != "" && v.Unit == "" {
		v.Unit = q.unit
	}
	if len(r.flag) > 0 {
		v.Flag = joined(r.flag)
	} else if q.flag != "" {
		v.Flag = q.flag
	}
	switch {
	case !known || !whole && !l.qualified(r.name[m.words:]):
		doubt(&v, "%q is not a known test: unit and size could not be checked", v.Name)
	case !m.sure:
		doubt(&v, "the name of the test was not read clearly")
		l.check(&v, m.meaning, q, false)
	default:
		l.check(&v, m.meaning, q, whole)
	}
	r.checkPlace(&v)
	interpret(&v, q, r.flagged)
	return v, true
}

// qualified reports whether words after an analyte only qualify it: "(serum)",
// "level", "*".
func (l *labReader) qualified(ws []token) bool {
	for _, w := range ws {
		switch w.fold {
		case "", "serum", "plasma", "blood", "level", "count", "total", "s", "p", "b", "calculated", "random":
		default:
			return false
		}
	}
	return true
}

// take reads number or words of the result into v, and moves a flag or unit that
// stands with it to its own place.
func (r *labRow) take(v *core.Value) quantity {
	ws := r.result
	for len(ws) > 1 && ws[0].fold == "" && !startsQuantity(ws) {
		doubt(v, "a mark stands before the number: %q", ws[0].Text)
		ws = ws[1:]
	}
	q, ok := quantityAt(ws)
	if !ok {
		r.takeWords(v)
		return quantity{}
	}
	v.Text, v.Number, v.Comparator = q.verbatim(), q.number, q.comparator
	if q.odd != "" {
		doubt(v, "%s", q.odd)
	}
	for rest := ws[q.words:]; len(rest) > 0; {
		n := knownUnit(rest)
		switch {
		case flagOf(rest[0].Text) != "" && len(r.flag) == 0 && q.flag == "":
			r.flag, rest = rest[:1:1], rest[1:]
		case n > 0 && len(r.unit) == 0 && q.unit == "":
			r.unit, rest = rest[:n:n], rest[n:]
		default:
			doubt(v, "more stands with the number: %q", joined(ws))
			return q
		}
	}
	return q
}

// takeWords reads a result that is no number.
func (r *labRow) takeWords(v *core.Value) {
	ws := r.result
	v.Text = joined(ws)
	m, ok := words().qualitative.find(ws)
	switch {
	case ok && m.words < len(ws) && flagOf(ws[len(ws)-1].Text) != "" && len(r.flag) == 0:
		r.flag = ws[len(ws)-1:]
		v.Text = joined(ws[:len(ws)-1])
	case ok && m.words < len(ws) && m.meaning != "none" && m.meaning != "negative" && m.meaning != "positive":
		ok = false
	}
	if !ok {
		doubt(v, "the result is neither a number nor a known wording")
	} else if !m.sure {
		doubt(v, "the wording of the result was not read clearly")
	}
}

// check compares a value with what is known of its analyte, and codes it where
// name, unit and specimen leave one code only.
func (l *labReader) check(v *core.Value, a *analyte, q quantity, coded bool) {
	m, fits := a.in(v.Unit)
	switch {
	case q.text == "":
		return
	case v.Unit == "" && !a.unitless():
		doubt(v, "no unit was found")
		return
	case !fits:
		doubt(v, "the unit %q is not usual for %s", v.Unit, v.Name)
		return
	case q.number != nil && (*q.number < m.low || *q.number > m.high):
		doubt(v, "%s %s would be an unlikely %s: a point or digit may be misread", q.text, v.Unit, v.Name)
	}
	if coded && m.code != nil && l.ofBlood(v, a) {
		v.Code = m.code
	}
}

// ofBlood reports whether a value is certainly of blood, serum or plasma.
func (l *labReader) ofBlood(v *core.Value, a *analyte) bool {
	said := l.panel + " " + foldPhrase(v.Name)
	for _, other := range []string{"urine", "urinary", "csf", "fluid", "stool"} {
		if strings.Contains(said, other) {
			return false
		}
	}
	switch l.specimen {
	case "blood", "serum", "plasma":
		return true
	case "":
		return a.specimen == "blood"
	}
	return false
}

// checkPlace doubts parts that do not stand at one height, and units and
// comparators that were not read clearly.
func (r *labRow) checkPlace(v *core.Value) {
	if len(r.unit) > 0 {
		for _, w := range r.unit {
			if w.Confidence != nil && *w.Confidence < minUnitConfidence {
				doubt(v, "the unit %q was read with confidence %.0f", w.Text, *w.Confidence)
			}
		}
	}
	for _, w := range r.result {
		if c, _ := cutComparator(w.Text); c != "" && w.Confidence != nil && *w.Confidence < minConfidence {
			doubt(v, "the sign %q was read with confidence %.0f", c, *w.Confidence)
		}
	}
	if r.prose {
		return
	}
	name, value := r.name[len(r.name)-1], r.result[0]
	if off := value.middle() - name.middle(); off > 0.45*name.height() || -off > 0.45*name.height() {
		doubt(v, "name and result do not stand at one height")
	}
}
