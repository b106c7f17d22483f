package laboratory

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/measurement"
	"clinician/internal/core/analysis/vocabulary"
)

// rest reads what stands outside of tables: rows that start with an analyte, and
// prose. used marks the rows that are done.
func (l *reader) rest(used []bool) {
	for i, r := range l.s.Rows {
		if used[i] || r.Section == "plan" {
			continue
		}
		until := -1.0
		for c := range r.Cells {
			if r.Cells[c].X0() < until {
				continue
			}
			if end := l.plainRow(r, c); end > 0 {
				used[i], until = true, end
			}
		}
	}
	for _, s := range l.s.Sentences() {
		if !slices.ContainsFunc(s.Words, func(w vocabulary.Token) bool { return used[w.Row] }) {
			l.prose(s)
		}
	}
}

// plainRow reads "Sodium 139 mmol/L (133 - 146)" that starts at a cell of a row:
// a known analyte, its number, its unit. Without a unit it takes a range, or a
// section of results where nothing else follows. It gives the right edge of what
// it took, 0 for nothing.
func (l *reader) plainRow(r layout.Row, c int) float64 {
	var ws []vocabulary.Token
	for _, cell := range r.Cells[c:] {
		ws = append(ws, cell.Words...)
	}
	name, flag := ws, []vocabulary.Token(nil)
	if len(ws) > 1 && measurement.FlagOf(ws[0].Text) != "" {
		name, flag = ws[1:], ws[:1:1]
	}
	m, ok := vocabulary.Laboratory().Analytes.Find(name)
	if !ok || vocabulary.VitalSignAt(name) {
		return 0
	}
	row := labRow{name: name[:m.Words], flag: flag, flagged: l.flagged}
	end := m.Words
	for end < len(name) && !measurement.StartsQuantity(name[end:]) && (name[end].Fold == "" && measurement.FlagOf(name[end].Text) == "" || l.qualified(name[end:end+1])) {
		end++
	}
	end += row.bracket(name[end:])
	q, ok := measurement.QuantityAt(name[end:])
	if !ok {
		return 0
	}
	row.result = name[end : end+q.Words]
	row.litres = inLitres(m.Meaning)
	tail := row.tail(name[end+q.Words:], q)
	if leadsTo(tail) {
		return 0
	}
	fits := fitsOrMisread(m.Meaning, row.unit, q)
	switch {
	case len(row.rng) > 0:
	case row.bare(q) && (r.Section != "results" || len(tail) > 0 || !m.Sure):
		return 0
	case len(row.unit)+len(q.Unit) > 0 && (!fits || assertion.Hypothetical(r.Words)):
		return 0 // words of prose that look like a unit, or a condition
	}
	v, ok := l.read(row)
	if !ok {
		return 0
	}
	l.dated(&v, name[0])
	if _, another := measurement.QuantityAt(tail); another && len(row.rng) == 0 {
		evidence.Doubt(&v, "another number follows: %q", vocabulary.Joined(tail[:min(3, len(tail))]))
	}
	l.values = append(l.values, v)
	return name[len(name)-len(tail)-1].X1
}

// bare reports whether a number has neither unit nor flag.
func (r *labRow) bare(q measurement.Quantity) bool {
	return len(r.unit) == 0 && q.Unit == "" && len(r.flag) == 0
}

// fitsOrMisread reports whether a unit is one of the test, or likely one.
func fitsOrMisread(a *vocabulary.Analyte, words []vocabulary.Token, q measurement.Quantity) bool {
	unit := vocabulary.Joined(words) + q.Unit
	_, fits := a.In(unit)
	return fits || q.Number != nil && a.Misread(unit, *q.Number) != ""
}

// bracket takes unit and range out of brackets between name and number: "WBC
// (4.3-10.8 10^3/uL) 6.7", and gives how many words they fill. A range that
// depends on more stays as printed and is doubted later.
func (r *labRow) bracket(ws []vocabulary.Token) int {
	if len(ws) == 0 || ws[0].Text[0] != '(' {
		return 0
	}
	n := 1
	for n < len(ws) && n < 9 && !strings.HasSuffix(ws[n-1].Text, ")") {
		n++
	}
	if !strings.HasSuffix(ws[n-1].Text, ")") || !measurement.StartsQuantity(ws[n:]) {
		return 0
	}
	r.rng = ws[:n:n]
	for i := 1; i < n; i++ {
		if k := measurement.UnitAt(ws[i:n]); k > 0 && len(r.unit) == 0 && len(ws[i].Text) > 1 {
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
func (r *labRow) tail(ws []vocabulary.Token, q measurement.Quantity) []vocabulary.Token {
	for len(ws) > 0 {
		switch n := measurement.UnitAt(ws); {
		case r.flagFirst(ws, q):
			r.flag, ws = ws[:1:1], ws[1:]
			continue
		case n > 0 && len(r.unit) == 0 && q.Unit == "" && len(r.rng) == 0:
			r.unit, ws = ws[:n:n], ws[n:]
			continue
		case measurement.FlagOf(ws[0].Text) != "" && len(r.flag) == 0 && q.Flag == "":
			r.flag, ws = ws[:1:1], ws[1:]
			continue
		case len(r.rng) == 0:
			from := 0
			for from < 3 && from < len(ws) && rangeWords[strings.Trim(ws[from].Fold, ":.")] {
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
func rangeAt(ws []vocabulary.Token) int {
	for n := min(5, len(ws)); n > 0; n-- {
		text := strings.TrimRight(vocabulary.Joined(ws[:n]), ".,;")
		if i, ok := parseInterval(text); ok && i.meaning == "" && vocabulary.HasDigit(ws[n-1].Text) {
			if i.hasLow && i.hasHigh || strings.ContainsAny(ws[0].Text, "(<>≤≥") {
				return n
			}
		}
	}
	return 0
}

// prose reads results out of a sentence: "Hb fell to 82 g/L and was 96 g/L on
// discharge". Conditions and targets are no results.
func (l *reader) prose(s layout.Sentence) {
	ws := s.Words
	for i := 0; i < len(ws); i++ {
		m, ok := vocabulary.Laboratory().Analytes.Find(ws[i:])
		if !ok || !m.Sure || vocabulary.VitalSignAt(ws[i:]) {
			continue
		}
		if assertion.Hypothetical(ws[:i]) {
			return
		}
		name := ws[i : i+m.Words]
		end := l.results(s, name, m.Meaning, i+m.Words)
		i = max(end, i+m.Words) - 1
	}
}

// results reads the numbers that follow a name in prose and gives where it ended.
func (l *reader) results(s layout.Sentence, name []vocabulary.Token, a *vocabulary.Analyte, at int) int {
	ws := s.Words
	for first := true; ; first = false {
		from := bridge(ws, at, first)
		if from < 0 {
			return at
		}
		q, ok := measurement.QuantityAt(ws[from:])
		if !ok {
			return at
		}
		row := labRow{name: name, result: ws[from : from+q.Words], prose: true}
		row.litres = inLitres(a)
		rest := row.tail(ws[from+q.Words:], q)
		if leadsTo(rest) {
			return at
		}
		end := len(ws) - len(rest)
		unit := vocabulary.Joined(row.unit) + q.Unit
		_, fits := a.In(strings.TrimRight(unit, ".,;"))
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
			v.Context = measurement.ContextOf(ws[:from], rest, s.Section)
		}
		ofFluid(&v, ws[:slices.IndexFunc(ws, func(w vocabulary.Token) bool { return w.X0 == name[0].X0 && w.Row == name[0].Row })])
		if changed(ws[at:from]) {
			evidence.Doubt(&v, "%q may be the change instead of the result", v.Text)
		}
		if q.Comparator != "" {
			evidence.Doubt(&v, "in prose, %q may be a limit instead of a result", q.Verbatim())
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
func (l *reader) dated(v *core.Value, name vocabulary.Token) {
	if day := l.days[name.Row]; !day.IsZero() {
		v.Date = day
	}
}

// leadsTo reports whether words go on from a number to another: "14 ng/L -> 580
// ng/L", "3.5 mmol/L to 5.3 mmol/L". The first is a limit or an old value then.
func leadsTo(ws []vocabulary.Token) bool {
	if len(ws) < 2 || !measurement.StartsQuantity(ws[1:]) {
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
func changed(before []vocabulary.Token) bool {
	for i := len(before) - 1; i >= 0; i-- {
		if before[i].Fold != "" {
			return changes[before[i].Fold]
		}
	}
	return false
}

var changes = vocabulary.WordSet("fell rose dropped fallen risen increased decreased improved up down")

// unitLike reports whether a word could be a unit that was misread: "1049/L".
func unitLike(s string) bool {
	return strings.Contains(s, "/") && strings.ContainsAny(s, "LlgmM")
}

// bare reports whether a number in prose needs no unit.
func (l *reader) bare(a *vocabulary.Analyte, s layout.Sentence, between int) bool {
	return a.Unitless() && between <= 3 && s.Section != "plan"
}

// dictated accepts a number without a unit where nothing else can be meant:
// "hemoglobin of 15.0, and white count ...". The name ends before word at, the
// number starts at word from. It will carry a doubt.
func dictated(a *vocabulary.Analyte, s layout.Sentence, at, from int, q measurement.Quantity) bool {
	if strings.HasPrefix(s.Section, "medications") || s.Section == "plan" || from-at > 2 || q.Number == nil || q.Doubt != "" {
		return false
	}
	for _, w := range s.Words[at:from] {
		if w.Fold != "" && w.Fold != "of" && w.Fold != "was" && w.Fold != "is" && w.Fold != "at" {
			return false
		}
	}
	end := from + q.Words - 1
	last := s.Words[end].Text
	closed := end == len(s.Words)-1 || strings.HasSuffix(last, ",") || strings.HasSuffix(last, ".") || strings.HasSuffix(last, ";") || s.Words[end+1].Fold == "and"
	year := decimals(q.Text) == 0 && *q.Number >= 1900 && *q.Number <= 2100
	return closed && !year && slices.ContainsFunc(a.Measures, func(m vocabulary.Measure) bool { return *q.Number >= m.Low && *q.Number <= m.High })
}

func (l *reader) known(v core.Value) bool {
	return slices.ContainsFunc(l.values, func(o core.Value) bool {
		return o.Page == v.Page && o.Text == v.Text && o.Unit == v.Unit && vocabulary.FoldPhrase(o.Name) == vocabulary.FoldPhrase(v.Name) && (v.Date.IsZero() || o.Date == v.Date)
	})
}

// bridge skips the words between a name and its number, or between two numbers
// of one name, and gives where the number starts; -1 when other words come.
func bridge(ws []vocabulary.Token, at int, first bool) int {
	joinedOn := first
	for n := 0; at < len(ws) && n < 7; n, at = n+1, at+1 {
		w := ws[at]
		switch {
		case measurement.StartsQuantity(ws[at:]):
			if !joinedOn {
				return -1
			}
			return at
		case w.Fold == "from" && at+2 < len(ws) && measurement.StartsQuantity(ws[at+1:]):
			at += 1 // the old value; the new one follows
			if k := measurement.UnitAt(ws[at+1:]); k > 0 {
				at += k
			}
		case w.Fold == "and" || w.Fold == "then" || w.Fold == "but":
			joinedOn = true
		case w.Fold == "" || measurement.Filler(w.Fold):
		default:
			return -1
		}
	}
	return -1
}
