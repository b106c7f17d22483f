package analysis

import (
	"slices"
	"strings"

	"clinician/internal/core"
)

// rest reads what stands outside of tables: rows that start with an analyte, and
// prose. used marks the rows that are done.
func (l *labReader) rest(used []bool) {
	for i, r := range l.s.rows {
		if used[i] || r.section == "plan" {
			continue
		}
		until := -1.0
		for c := range r.cells {
			if r.cells[c].x0() < until {
				continue
			}
			if end := l.plainRow(r, c); end > 0 {
				used[i], until = true, end
			}
		}
	}
	for _, s := range l.s.sentences() {
		if !slices.ContainsFunc(s.words, func(w token) bool { return used[w.row] }) {
			l.prose(s)
		}
	}
}

// plainRow reads "Sodium 139 mmol/L (133 - 146)" that starts at a cell of a row:
// a known analyte, its number, its unit. Without a unit it takes a range, or a
// section of results where nothing else follows. It gives the right edge of what
// it took, 0 for nothing.
func (l *labReader) plainRow(r row, c int) float64 {
	var ws []token
	for _, cell := range r.cells[c:] {
		ws = append(ws, cell.words...)
	}
	name, flag := ws, []token(nil)
	if len(ws) > 1 && flagOf(ws[0].Text) != "" {
		name, flag = ws[1:], ws[:1:1]
	}
	m, ok := words().analytes.find(name)
	if !ok || vitalAt(name) {
		return 0
	}
	row := labRow{name: name[:m.words], flag: flag, flagged: l.flagged}
	end := m.words
	for end < len(name) && !startsQuantity(name[end:]) && (name[end].fold == "" && flagOf(name[end].Text) == "" || l.qualified(name[end:end+1])) {
		end++
	}
	end += row.bracket(name[end:])
	q, ok := quantityAt(name[end:])
	if !ok {
		return 0
	}
	row.result = name[end : end+q.words]
	tail := row.tail(name[end+q.words:], q)
	if leadsTo(tail) {
		return 0
	}
	_, fits := m.meaning.in(joined(row.unit) + q.unit)
	switch {
	case len(row.rng) > 0:
	case len(row.unit) == 0 && q.unit == "" && (r.section != "results" || len(tail) > 0 || !m.sure):
		return 0
	case len(row.unit)+len(q.unit) > 0 && (!fits || thresholds(r.words)):
		return 0 // words of prose that look like a unit, or a condition
	}
	v, ok := l.read(row)
	if !ok {
		return 0
	}
	l.dated(&v, name[0])
	if _, another := quantityAt(tail); another && len(row.rng) == 0 {
		doubt(&v, "another number follows: %q", joined(tail[:min(3, len(tail))]))
	}
	l.values = append(l.values, v)
	return name[len(name)-len(tail)-1].x1
}

// bracket takes unit and range out of brackets between name and number: "WBC
// (4.3-10.8 10^3/uL) 6.7", and gives how many words they fill. A range that
// depends on more stays as printed and is doubted later.
func (r *labRow) bracket(ws []token) int {
	if len(ws) == 0 || ws[0].Text[0] != '(' {
		return 0
	}
	n := 1
	for n < len(ws) && n < 9 && !strings.HasSuffix(ws[n-1].Text, ")") {
		n++
	}
	if !strings.HasSuffix(ws[n-1].Text, ")") || !startsQuantity(ws[n:]) {
		return 0
	}
	r.rng = ws[:n:n]
	for i := 1; i < n; i++ {
		if k := knownUnit(ws[i:n]); k > 0 && len(r.unit) == 0 && len(ws[i].Text) > 1 {
			r.unit = ws[i : i+k : i+k]
			if i+k == n && rangeAt(ws[:i]) == i {
				r.rng = ws[:i:i]
			}
		}
	}
	return n
}

// tail takes flag, unit and range from what follows a number, in any order, and
// gives what is left.
func (r *labRow) tail(ws []token, q quantity) []token {
	for len(ws) > 0 {
		switch n := knownUnit(ws); {
		case n > 0 && len(r.unit) == 0 && q.unit == "" && len(r.rng) == 0:
			r.unit, ws = ws[:n:n], ws[n:]
			continue
		case flagOf(ws[0].Text) != "" && len(r.flag) == 0 && q.flag == "":
			r.flag, ws = ws[:1:1], ws[1:]
			continue
		case len(r.rng) == 0:
			from := 0
			for from < 3 && from < len(ws) && rangeWords[strings.Trim(ws[from].fold, ":.")] {
				from++
			}
			if n := rangeAt(ws[from:]); n > 0 {
				r.rng, ws = ws[from:from+n], ws[from+n:]
				continue
			}
		}
		break
	}
	return ws
}

var rangeWords = map[string]bool{"ref": true, "reference": true, "range": true, "normal": true, "interval": true, "rr": true, "nr": true}

// rangeAt gives how many of the words make a range of numbers; 0 none. A bare
// number is none.
func rangeAt(ws []token) int {
	for n := min(5, len(ws)); n > 0; n-- {
		text := strings.TrimRight(joined(ws[:n]), ".,;")
		if i, ok := parseInterval(text); ok && i.meaning == "" && hasDigit(ws[n-1].Text) {
			if i.hasLow && i.hasHigh || strings.ContainsAny(ws[0].Text, "(<>≤≥") {
				return n
			}
		}
	}
	return 0
}

// prose reads results out of a sentence: "Hb fell to 82 g/L and was 96 g/L on
// discharge". Conditions and targets are no results.
func (l *labReader) prose(s sentence) {
	ws := s.words
	for i := 0; i < len(ws); i++ {
		m, ok := words().analytes.find(ws[i:])
		if !ok || !m.sure || vitalAt(ws[i:]) {
			continue
		}
		if thresholds(ws[:i]) {
			return
		}
		name := ws[i : i+m.words]
		end := l.results(s, name, m.meaning, i+m.words)
		i = max(end, i+m.words) - 1
	}
}

// results reads the numbers that follow a name in prose and gives where it ended.
func (l *labReader) results(s sentence, name []token, a *analyte, at int) int {
	ws := s.words
	for first := true; ; first = false {
		from := bridge(ws, at, first)
		if from < 0 {
			return at
		}
		q, ok := quantityAt(ws[from:])
		if !ok {
			return at
		}
		row := labRow{name: name, result: ws[from : from+q.words], prose: true}
		rest := row.tail(ws[from+q.words:], q)
		if leadsTo(rest) {
			return at
		}
		end := len(ws) - len(rest)
		unit := joined(row.unit) + q.unit
		_, fits := a.in(strings.TrimRight(unit, ".,;"))
		switch {
		case fits && unit == "" && !l.bare(a, s, from-at):
			return at
		case unit == "" && dictated(a, s, at, from, q):
		case !fits && (unit != "" || len(rest) == 0 || !unitLike(rest[0].Text)):
			return at
		case !fits:
			row.unit, rest, end = rest[:1:1], rest[1:], end+1
		}
		v, ok := l.read(row)
		if !ok {
			return at
		}
		if v.Context == "" {
			v.Context = contextOf(ws[:from], rest, s.section)
		}
		ofFluid(&v, ws[:slices.IndexFunc(ws, func(w token) bool { return w.x0 == name[0].x0 && w.row == name[0].row })])
		if changed(ws[at:from]) {
			doubt(&v, "%q may be the change instead of the result", v.Text)
		}
		if q.comparator != "" {
			doubt(&v, "in prose, %q may be a limit instead of a result", q.verbatim())
		}
		v.Date = core.Date{}
		l.dated(&v, name[0])
		if !l.known(v) {
			l.values = append(l.values, v)
		}
		at = end
	}
}

// dated gives a value the day its row stands under.
func (l *labReader) dated(v *core.Value, name token) {
	if day := l.days[name.row]; !day.IsZero() {
		v.Date = day
	}
}

// leadsTo reports whether words go on from a number to another: "14 ng/L -> 580
// ng/L", "3.5 mmol/L to 5.3 mmol/L". The first is a limit or an old value then.
func leadsTo(ws []token) bool {
	if len(ws) < 2 || !startsQuantity(ws[1:]) {
		return false
	}
	switch ws[0].Text {
	case "to", "->", "-->", "→", "=>", "-", "–", "—":
		return true
	}
	return false
}

// changed reports whether the word before a number says that something changed,
// not to what: "Hb dropped 20 g/L" is no haemoglobin of 20.
func changed(before []token) bool {
	for i := len(before) - 1; i >= 0; i-- {
		if before[i].fold != "" {
			return changes[before[i].fold]
		}
	}
	return false
}

var changes = wordSet("fell rose dropped fallen risen increased decreased improved up down")

// unitLike reports whether a word could be a unit that was misread: "1049/L".
func unitLike(s string) bool {
	return strings.Contains(s, "/") && strings.ContainsAny(s, "LlgmM")
}

// bare reports whether a number in prose needs no unit.
func (l *labReader) bare(a *analyte, s sentence, between int) bool {
	return a.unitless() && between <= 3 && s.section != "plan"
}

// dictated accepts a number without a unit where nothing else can be meant:
// "hemoglobin of 15.0, and white count ...". The name ends before word at, the
// number starts at word from. It will carry a doubt.
func dictated(a *analyte, s sentence, at, from int, q quantity) bool {
	if strings.HasPrefix(s.section, "medications") || s.section == "plan" || from-at > 2 || q.number == nil || q.odd != "" {
		return false
	}
	for _, w := range s.words[at:from] {
		if w.fold != "" && w.fold != "of" && w.fold != "was" && w.fold != "is" && w.fold != "at" {
			return false
		}
	}
	end := from + q.words - 1
	last := s.words[end].Text
	closed := end == len(s.words)-1 || strings.HasSuffix(last, ",") || strings.HasSuffix(last, ".") || strings.HasSuffix(last, ";") || s.words[end+1].fold == "and"
	year := decimals(q.text) == 0 && *q.number >= 1900 && *q.number <= 2100
	return closed && !year && slices.ContainsFunc(a.measures, func(m measure) bool { return *q.number >= m.low && *q.number <= m.high })
}

func (l *labReader) known(v core.Value) bool {
	return slices.ContainsFunc(l.values, func(o core.Value) bool {
		return o.Page == v.Page && o.Text == v.Text && o.Unit == v.Unit && foldPhrase(o.Name) == foldPhrase(v.Name) && (v.Date.IsZero() || o.Date == v.Date)
	})
}

// bridge skips the words between a name and its number, or between two numbers
// of one name, and gives where the number starts; -1 when other words come.
func bridge(ws []token, at int, first bool) int {
	joinedOn := first
	for n := 0; at < len(ws) && n < 7; n, at = n+1, at+1 {
		w := ws[at]
		switch {
		case startsQuantity(ws[at:]):
			if !joinedOn {
				return -1
			}
			return at
		case w.fold == "from" && at+2 < len(ws) && startsQuantity(ws[at+1:]):
			at += 1 // the old value; the new one follows
			if k := knownUnit(ws[at+1:]); k > 0 {
				at += k
			}
		case w.fold == "and" || w.fold == "then" || w.fold == "but":
			joinedOn = true
		case w.fold == "" || fillers[w.fold]:
		default:
			return -1
		}
	}
	return -1
}

var fillers = wordSet("was is of at to fell rose dropped fallen risen increased decreased improved recovered remains remained stable now level levels count result today has have had been came back as peaked peaking with a an the currently measured only just up down are were on admission discharge again being around about approximately normal raised elevated low high serum plasma mildly slightly markedly significantly further and then bld-mcnc bld-scnc serpl-scnc serpl-mcnc serpl bld bid auto # fr")

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// thresholds reports whether words make what follows a condition, a target or
// advice instead of a finding.
func thresholds(ws []token) bool {
	return slices.ContainsFunc(ws, func(w token) bool { return conditional[w.fold] })
}

var conditional = wordSet("expected predicted if when unless until target targets aim aiming goal keep maintain should threshold whenever once provided required requires")

// contextOf says of which time a number in prose is, where the words say so.
func contextOf(before, after []token, section string) string {
	if section == "comparison" {
		return "comparison"
	}
	for i := max(0, len(before)-4); i < len(before); i++ {
		if earlier[before[i].fold] {
			return "comparison"
		}
	}
	for i := 0; i+1 < len(after) && i < 2; i++ {
		if after[i].fold == "on" && (after[i+1].fold == "admission" || after[i+1].fold == "discharge") {
			return "on " + after[i+1].fold
		}
	}
	if len(after) > 0 && (earlier[after[0].fold] && !numberFollows(after[1:]) || after[0].fold == "yesterday" || after[0].fold == "last") { // "last" before a name is the latest
		return "comparison"
	}
	for i := 1; i < len(after) && i < 5; i++ {
		if after[i].fold == "ago" { // "two weeks ago"
			return "comparison"
		}
		if endsPhrase(after[i].Text) {
			break
		}
	}
	return ""
}

// numberFollows reports whether a number of its own follows an "earlier": "88
// µmol/L, previously 120" says 88 of today.
func numberFollows(ws []token) bool {
	for i := 0; i < len(ws) && i < 5; i++ {
		if startsQuantity(ws[i:]) {
			return true
		}
		if endsClause(ws[i].Text) {
			return false
		}
	}
	return false
}

var earlier = wordSet("previously previous prior earlier formerly preoperatively usual usually baseline")
