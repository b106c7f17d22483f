// Package laboratory finds results of laboratories: in tables with headings
// (table.go), in rows that start with a known analyte and in prose (prose.go). Flags
// and reference intervals are interpreted as the report prints them (interval.go).
//
// Start reading at Find.
package laboratory

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/dates"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/measurement"
	"clinician/internal/core/analysis/vocabulary"
)

// Find finds results: in tables with headings, in rows that start with a
// known analyte, and in prose.
func Find(d *layout.Document, labelled dates.LabelledDates) []core.Value {
	l := &reader{labelled: labelled}
	for _, s := range d.Sheets {
		l.sheet(s)
	}
	return l.values
}

// reader goes through a document. Table, specimen and panel carry over from
// row to row and page to page.
type reader struct {
	labelled dates.LabelledDates
	s        *layout.Sheet
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

func (l *reader) sheet(s *layout.Sheet) {
	l.s, l.carried, l.days = s, l.grid != nil, daysOfRows(s)
	l.said = map[int]bool{}
	used, first := make([]bool, len(s.Rows)), len(l.values)
	for i, r := range s.Rows {
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
			used[i] = (l.grid.has(columnPrevious) || l.grid.has(columnDate) && !l.namesItself(r)) && (len(r.Cells) > 1 || vocabulary.AnalyteAt(r.Words))
		}
	}
	l.rest(used)
	l.takeBack(first)
}

// namesItself reports whether the result's own cell says what was measured: in
// tables of days and findings.
func (l *reader) namesItself(r layout.Row) bool {
	result := l.grid.divide(r).at[columnResult]
	return vocabulary.AnalyteAt(result) && slices.ContainsFunc(result[1:], func(w vocabulary.Token) bool { return measurement.StartsQuantity([]vocabulary.Token{w}) })
}

// ends reports whether the table is over: too many rows without a result, or a
// section of another sort.
func (l *reader) ends(r layout.Row) bool {
	if l.carried && l.idle > 8 || !l.carried && l.idle >= maxIdle {
		return true
	}
	return r.Heading && r.Section != "results" && r.Section != "comment" && !l.carried
}

// tableRow reads row i against the grid, with the rows below that only go on
// with its cells, and gives how many rows it took: 0 when there is no result.
func (l *reader) tableRow(i int) int {
	r := l.s.Rows[i]
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
	for n < 4 && i+n < len(l.s.Rows) {
		next := l.s.Rows[i+n]
		below := l.grid.divide(next)
		if !l.grid.goesOn(l.s.Rows[i+n-1], next, below) {
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
	if d, ok := dates.At(f.at[columnDate]); ok && !d.Date.IsZero() {
		v.Date = d.Date
	}
	l.values = append(l.values, v)
	return n
}

// said leaves out what only says that a cell is empty: "Not available", "-".
func said(ws []vocabulary.Token) []vocabulary.Token {
	text := vocabulary.Joined(ws)
	if m, ok := vocabulary.Laboratory().Qualitative.Lookup(text); ok && m == "none" || vocabulary.FoldPhrase(text) == "n/a" || strings.Trim(text, "-–—.") == "" {
		return nil
	}
	return ws
}

func (l *reader) doubtPlace(v *core.Value, f fields) {
	if f.beside {
		evidence.Doubt(v, "it stands beside the column of results")
	}
	if f.crowded {
		evidence.Doubt(v, "a cell of its row lies between two columns")
	}
	for _, k := range []columnKind{columnTest, columnFlag, columnUnit} {
		if i := slices.IndexFunc(f.at[k], vocabulary.ComparesOnly); i >= 0 {
			evidence.Doubt(v, "%q beside its cell may belong to the number", f.at[k][i].Text)
		}
	}
	if l.grid.severals {
		evidence.Doubt(v, "the table has several columns of results")
	}
	if l.carried {
		evidence.Doubt(v, "the headings of its table are on an earlier page")
	}
}

// flagsSeen reports whether a value of this page carries a flag: tables may
// print flags in a column without a heading.
func (l *reader) flagsSeen() bool {
	for _, v := range l.values {
		if v.Flag != "" && v.Page == l.s.Number {
			return true
		}
	}
	return false
}

// group remembers the heading of a group of results: a name without anything.
func (l *reader) group(f fields) {
	text := vocabulary.Joined(f.at[columnTest])
	if _, known := vocabulary.Laboratory().Analytes.Lookup(text); known || len(f.at[columnTest]) > 6 || len(f.at[columnUnit])+len(f.at[columnRange])+len(f.at[columnFlag]) > 0 {
		return
	}
	l.panel = vocabulary.FoldPhrase(text)
}

// testName takes flags printed before the name off it.
func testName(ws []vocabulary.Token) (name, flag []vocabulary.Token) {
	name = ws
	if len(ws) > 1 && measurement.FlagOf(ws[0].Text) != "" {
		_, whole := vocabulary.Laboratory().Analytes.Find(ws)
		if gap := ws[1].X0 - ws[0].X1; !whole || gap > ws[0].Height() {
			name, flag = ws[1:], ws[:1:1]
		}
	}
	for len(name) > 0 && name[0].Fold == "" {
		name = name[1:]
	}
	if len(name) > 1 && len(name[0].Fold) == 1 && !vocabulary.AnalyteAt(name) && vocabulary.AnalyteAt(name[1:]) {
		name = name[1:] // a speck or stain read as a letter
	}
	for len(name) > 0 && name[len(name)-1].Fold == "" {
		name = name[:len(name)-1]
	}
	return name, flag
}

// named reports whether words could name a test: they have letters and are not
// a sentence.
func named(ws []vocabulary.Token) bool {
	letters := false
	for _, w := range ws {
		letters = letters || strings.ContainsAny(w.Fold, "abcdefghijklmnopqrstuvwxyzµ")
	}
	return letters && len(ws) <= 9
}

// labRow is a result with its parts found, however it was laid out.
type labRow struct {
	name, result, flag, unit, rng []vocabulary.Token
	flagged                       bool // the report prints flags
	litres                        bool // the test may be measured in litres, for which L is no flag
	unsure                        bool // what it says has two readings: no side of its range is told
	prose                         bool
}

// read makes the value of a row. It reports false where there is none.
func (l *reader) read(r labRow) (core.Value, bool) {
	v := evidence.NewValue(l.s, core.ValueLaboratory)
	evidence.Add(&v, l.s, r.name)
	evidence.Add(&v, l.s, r.result)
	v.Name = strings.TrimRight(vocabulary.Joined(r.name), ":;,=.")
	m, known := vocabulary.Laboratory().Analytes.Find(r.name)
	whole := known && m.Words == len(r.name)
	r.litres = inLitres(m.Meaning)
	q := r.take(&v)
	if v.Text == "" || !known && q.Text == "" && len(v.Doubts) > 0 {
		return v, false
	}
	for _, beside := range [][]vocabulary.Token{r.flag, r.rng} {
		evidence.Add(&v, l.s, beside)
	}
	evidence.AddUnit(&v, l.s, r.unit) // checked below, against the analyte
	v.Date = l.labelled.DayOf(l.s, r.name[0].Row)
	v.Specimen = l.specimenOf(&v)
	v.Unit, v.Range = strings.TrimRight(vocabulary.Joined(r.unit), ".,;:)"), printedRange(r.rng)
	if q.Unit != "" && v.Unit == "" {
		v.Unit = q.Unit
	}
	if len(r.flag) > 0 {
		v.Flag = vocabulary.Joined(r.flag)
	} else if q.Flag != "" {
		v.Flag = q.Flag
	}
	switch {
	case !known || !whole && !l.qualified(r.name[m.Words:]):
		evidence.Doubt(&v, "%q is not a known test: unit and size could not be checked", v.Name)
	case !m.Sure:
		evidence.Doubt(&v, "the name of the test was not read clearly")
		l.check(&v, m.Meaning, q, false)
	default:
		l.check(&v, m.Meaning, q, whole)
	}
	r.checkPlace(&v)
	l.remark(&v, r)
	interpret(&v, q, r.flagged)
	l.doubtReadings(&v, m.Meaning, q, r.unsure)
	return v, true
}

// printedRange gives a range without the bracket that opens before a unit.
func printedRange(ws []vocabulary.Token) string {
	text := vocabulary.Joined(ws)
	if strings.HasPrefix(text, "(") && !strings.Contains(text, ")") {
		return text[1:]
	}
	return text
}

// qualified reports whether words after an analyte only qualify it: "(serum)",
// "level", "*".
func (l *reader) qualified(ws []vocabulary.Token) bool {
	for _, w := range ws {
		switch w.Fold {
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
func (r *labRow) take(v *core.Value) measurement.Quantity {
	ws := r.result
	for len(ws) > 1 && ws[0].Fold == "" && !measurement.StartsQuantity(ws) {
		evidence.Doubt(v, "a mark stands before the number: %q", ws[0].Text)
		ws = ws[1:]
	}
	q, ok := measurement.QuantityAt(ws)
	if !ok {
		r.takeWords(v)
		return measurement.Quantity{}
	}
	v.Text, v.Number, v.Comparator = q.Verbatim(), q.Number, q.Comparator
	if q.Doubt != "" {
		evidence.Doubt(v, "%s", q.Doubt)
	}
	for rest := ws[q.Words:]; len(rest) > 0; {
		n := measurement.UnitAt(rest)
		switch {
		case r.lowOrLitre(rest, q):
			evidence.Doubt(v, "%q may say low, or litres", rest[0].Text)
			r.unsure, rest = true, rest[1:]
		case measurement.FlagOf(rest[0].Text) != "" && len(r.flag) == 0 && q.Flag == "":
			r.flag, rest = rest[:1:1], rest[1:]
		case n > 0 && len(r.unit) == 0 && q.Unit == "":
			r.unit, rest = rest[:n:n], rest[n:]
		default:
			evidence.Doubt(v, "more stands with the number: %q", vocabulary.Joined(ws))
			return q
		}
	}
	return q
}

// takeWords reads a result that is no number.
func (r *labRow) takeWords(v *core.Value) {
	ws := r.result
	v.Text = vocabulary.Joined(ws)
	m, ok := vocabulary.Laboratory().Qualitative.Find(ws)
	switch {
	case ok && m.Words < len(ws) && measurement.FlagOf(ws[len(ws)-1].Text) != "" && len(r.flag) == 0:
		r.flag = ws[len(ws)-1:]
		v.Text = vocabulary.Joined(ws[:len(ws)-1])
	case ok && m.Words < len(ws) && m.Meaning != "none" && m.Meaning != "negative" && m.Meaning != "positive":
		ok = false
	}
	if !ok {
		evidence.Doubt(v, "the result is neither a number nor a known wording")
	} else if !m.Sure {
		evidence.Doubt(v, "the wording of the result was not read clearly")
	}
}
