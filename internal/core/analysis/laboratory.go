package analysis

import (
	"slices"
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
	idle     int          // rows without a result since the table's last
	carried  bool         // the table's heading is on an earlier page
	specimen string       // as the report states it, folded
	panel    string       // heading of the group of results, folded
	flagged  bool         // a table without places prints flags
	said     map[int]bool // clauses of the sheet that gave a result
	days     []core.Date  // of each row of the sheet, from the day that starts it or a row above
	values   []core.Value
}

// maxIdle is how many rows without results a table goes on over: headings of
// groups and comments.
const maxIdle = 4

func (l *labReader) sheet(s *sheet) {
	l.s, l.carried, l.days = s, l.grid != nil, s.daysOfRows()
	l.said = map[int]bool{}
	used, first := make([]bool, len(s.rows)), len(l.values)
	for i, r := range s.rows {
		l.noteSpecimen(r)
		if used[i] {
			continue // taken with the row above
		}
		if g, ok := gridOf(r); ok {
			l.grid, l.idle, l.carried = g, 0, false
			if used[i] = true; g.flat {
				l.grid, l.flagged = nil, g.flagged
			}
			continue
		}
		if l.grid == nil {
			continue
		}
		rows := l.tableRow(i)
		switch {
		case rows > 0:
			l.idle = 0
			for k := range rows {
				used[i+k] = true
			}
		case l.ends(r):
			l.grid = nil
		default:
			l.idle++
			// A row of a table that does not read as one must not be read as prose:
			// without its columns the previous result would be taken.
			used[i] = (l.grid.has(columnPrevious) || l.grid.has(columnDate) && !l.namesItself(r)) && (len(r.cells) > 1 || analyteAt(r.words))
		}
	}
	l.rest(used)
	l.takeBack(first)
}

// namesItself reports whether the result's own cell says what was measured: in
// tables of days and findings.
func (l *labReader) namesItself(r row) bool {
	result := l.grid.divide(r).at[columnResult]
	return analyteAt(result) && slices.ContainsFunc(result[1:], func(w token) bool { return startsQuantity([]token{w}) })
}

// daysOfRows gives the day of each row of results that starts with one, and of
// those below it: "1/24/2013 12:35 PM   Hgb 13.5 g/dL".
func (s *sheet) daysOfRows() []core.Date {
	out := make([]core.Date, len(s.rows))
	var day core.Date
	for i, r := range s.rows {
		if r.heading || r.section != "results" {
			day = core.Date{}
		} else if d, ok := dateAt(r.cells[0].words); ok && onlyTime(r.cells[0].words[d.words:]) && len(r.cells) > 1 {
			if day = d.date; !clear(r.cells[0].words[:d.words], minDateConfidence) {
				day = core.Date{}
			}
		}
		out[i] = day
	}
	return out
}

// onlyTime reports whether words are a time of day or nothing.
func onlyTime(ws []token) bool {
	for _, w := range ws {
		if f := w.fold; f != "" && f != "am" && f != "pm" && strings.Trim(f, "0123456789:") != "" {
			return false
		}
	}
	return true
}

// clear reports whether all words were read with at least this confidence.
func clear(ws []token, least float64) bool {
	return !slices.ContainsFunc(ws, func(w token) bool { return w.Confidence != nil && *w.Confidence < least })
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

// tableRow reads row i against the grid, with the rows below that only go on
// with its cells, and gives how many rows it took: 0 when there is no result.
func (l *labReader) tableRow(i int) int {
	r := l.s.rows[i]
	f := l.grid.divide(r)
	if freeText(r, f) {
		return 0
	}
	if len(f.at[columnTest]) == 0 || !named(f.at[columnTest]) {
		return 0
	}
	if len(f.at[columnResult]) == 0 {
		l.group(f)
		return 0
	}
	n := 1
	for n < 4 && i+n < len(l.s.rows) {
		next := l.s.rows[i+n]
		below := l.grid.divide(next)
		if !l.grid.goesOn(l.s.rows[i+n-1], next, below) {
			break
		}
		f.join(below)
		n++
	}
	name, flag := testName(f.at[columnTest])
	if len(name) == 0 {
		return 0
	}
	row := labRow{name: name, result: f.at[columnResult], flag: append(flag, said(f.at[columnFlag])...), unit: said(f.at[columnUnit]), rng: said(f.at[columnRange]), flagged: l.grid.flagged || l.flagsSeen()}
	v, ok := l.read(row)
	if !ok {
		return 0
	}
	l.doubtPlace(&v, f)
	if d, ok := dateAt(f.at[columnDate]); ok && !d.date.IsZero() {
		v.Date = d.date
	}
	l.values = append(l.values, v)
	return n
}

// said leaves out what only says that a cell is empty: "Not available", "-".
func said(ws []token) []token {
	text := joined(ws)
	if m, ok := words().qualitative.lookup(text); ok && m == "none" || foldPhrase(text) == "n/a" || strings.Trim(text, "-–—.") == "" {
		return nil
	}
	return ws
}

func (l *labReader) doubtPlace(v *core.Value, f fields) {
	if f.beside {
		doubt(v, "it stands beside the column of results")
	}
	if f.crowded {
		doubt(v, "a cell of its row lies between two columns")
	}
	for _, k := range []columnKind{columnTest, columnFlag, columnUnit} {
		if i := slices.IndexFunc(f.at[k], comparesOnly); i >= 0 {
			doubt(v, "%q beside its cell may belong to the number", f.at[k][i].Text)
		}
	}
	if l.grid.severals {
		doubt(v, "the table has several columns of results")
	}
	if l.carried {
		doubt(v, "the headings of its table are on an earlier page")
	}
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

// group remembers the heading of a group of results: a name without anything.
func (l *labReader) group(f fields) {
	text := joined(f.at[columnTest])
	if _, known := words().analytes.lookup(text); known || len(f.at[columnTest]) > 6 || len(f.at[columnUnit])+len(f.at[columnRange])+len(f.at[columnFlag]) > 0 {
		return
	}
	l.panel = foldPhrase(text)
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
	v.Unit, v.Range = strings.TrimRight(joined(r.unit), ".,;:)"), printedRange(r.rng)
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
	l.remark(&v, r)
	interpret(&v, q, r.flagged)
	return v, true
}

// printedRange gives a range without the bracket that opens before a unit.
func printedRange(ws []token) string {
	text := joined(ws)
	if strings.HasPrefix(text, "(") && !strings.Contains(text, ")") {
		return text[1:]
	}
	return text
}

// qualified reports whether words after an analyte only qualify it: "(serum)",
// "level", "*".
func (l *labReader) qualified(ws []token) bool {
	for _, w := range ws {
		switch w.fold {
		case "", "serum", "plasma", "blood", "level", "count", "total", "s", "p", "b", "calculated", "random",
			"bld", "serpl", "bld-mcnc", "bld-scnc", "bld-ncnc", "serpl-mcnc", "serpl-scnc", "serpl-ccnc", "auto", "fr", "manual": // LOINC's short names
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
