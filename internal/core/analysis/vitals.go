package analysis

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"clinician/internal/core"
)

//go:embed data/vitals.tsv
var vitalsFile string

// vital is a vital sign or measure of the body.
type vital struct {
	key       string
	units     []string // as unitKey gives them; "" for none
	low, high []float64
	code      *core.Coding
}

// fits gives the sizes the sign can have in a unit.
func (v *vital) fits(unit string) (low, high float64, ok bool) {
	if i := slices.Index(v.units, unitKey(unit)); i >= 0 {
		return v.low[i], v.high[i], true
	}
	return 0, 0, false
}

// bare reports whether the sign may stand without a unit in prose.
func (v *vital) bare() bool { return slices.Contains(v.units, "") && v.key != "bmi" }

var vitalNames = sync.OnceValue(func() *phrases[*vital] {
	p := newPhrases[*vital]()
	byKey := map[string]*vital{}
	for _, f := range table(vitalsFile) {
		v := byKey[f[0]]
		if v == nil {
			v = &vital{key: f[0], code: &core.Coding{System: "LOINC", Code: f[5], Display: f[6]}}
			byKey[f[0]] = v
			for name := range strings.SplitSeq(f[1], ";") {
				p.add(name, v)
			}
		}
		low, _ := strconv.ParseFloat(f[3], 64)
		high, _ := strconv.ParseFloat(f[4], 64)
		for unit := range strings.SplitSeq(f[2], ";") {
			if unit == "-" {
				unit = ""
			}
			v.units, v.low, v.high = append(v.units, unitKey(unit)), append(v.low, low), append(v.high, high)
		}
	}
	return p
})

// vitalAt reports whether the words start with the name of a vital sign.
func vitalAt(ws []token) bool {
	m, ok := vitalNames().find(ws)
	return ok && m.sure
}

// vitals finds vital signs in prose and in rows: "pulse 76 regular, blood
// pressure 138/82 mmHg", "BP: 138/82", "Temp 36.6 °C".
func vitals(d *document) []core.Value {
	var out []core.Value
	for _, s := range d.sheets {
		heads := s.vitalTable(&out)
		for _, sentence := range s.vitalRuns() {
			if !heads[sentence.words[0].row] {
				out = append(out, s.vitalsIn(sentence)...)
			}
		}
	}
	return out
}

// vitalRuns gives sentences, and rows whose cells belong together: a label in
// one cell, its number in the next.
func (s *sheet) vitalRuns() []sentence {
	out := s.sentences()
	alone := map[int]bool{}
	for _, r := range s.rows {
		if len(r.cells) > 1 && len(r.cells[0].words) <= 4 && vitalAt(r.cells[0].words) {
			alone[r.words[0].row] = true
		}
	}
	if len(alone) == 0 {
		return out
	}
	for i, x := range out {
		for len(x.words) > 0 && alone[x.words[0].row] { // the row itself; what it ran on into stays
			x.words = x.words[1:]
		}
		out[i] = x
	}
	out = slices.DeleteFunc(out, func(x sentence) bool { return len(x.words) == 0 })
	for i, r := range s.rows {
		if alone[i] {
			out = append(out, sentence{r.words, r.section})
		}
	}
	slices.SortStableFunc(out, func(a, b sentence) int { return a.words[0].row - b.words[0].row })
	return out
}

func (s *sheet) vitalsIn(run sentence) []core.Value {
	var out []core.Value
	ws := run.words
	for i := 0; i < len(ws); i++ {
		m, ok := vitalNames().find(ws[i:])
		if !ok || !m.sure {
			continue
		}
		if thresholds(ws[:i]) {
			return out
		}
		name := ws[i : i+m.words]
		v, end, ok := s.vitalAfter(m.meaning, name, ws, i+m.words)
		if !ok || v.Unit == "" && !m.meaning.bare() {
			continue // "weight loss of 3", "height of the symptoms"
		}
		v.Context = contextOf(ws[:i], ws[end:], run.section)
		s.remarkVital(&v, ws, i, end)
		at := len(out)
		out = append(out, v)
		end = s.more(m.meaning, name, ws, end, &out)
		s.date(out[at:], name[0].row)
		i = end - 1
	}
	return out
}

// vitalAfter reads the number that follows the name of a vital sign, and where
// it ends.
func (s *sheet) vitalAfter(sign *vital, name, ws []token, at int) (core.Value, int, bool) {
	for n := 0; at < len(ws) && n < 4 && (ws[at].fold == "" || vitalFillers[ws[at].fold]) && !startsQuantity(ws[at:]); n++ {
		at++
	}
	if at >= len(ws) {
		return core.Value{}, at, false
	}
	if sign.key == "blood pressure" {
		return s.pressure(sign, name, ws, at)
	}
	q, ok := quantityAt(ws[at:])
	if !ok {
		return core.Value{}, at, false
	}
	end := at + q.words
	var unit []token
	if q.unit == "" {
		if n := knownUnit(ws[end:]); n > 0 {
			if _, _, fits := sign.fits(strings.TrimRight(joined(ws[end:end+n]), ".,;")); fits {
				unit = ws[end : end+n]
				end += n
			}
		} else if misreadUnit(sign, ws[end:]) {
			unit = ws[end : end+1]
			end++
		}
	}
	v := newValue(s, core.ValueVital, name, ws[at:at+q.words], unit)
	v.Name, v.Text, v.Number, v.Comparator = vitalName(name), q.verbatim(), q.number, q.comparator
	v.Unit = strings.TrimRight(joined(unit), ".,;:)") + q.unit
	low, high, fits := sign.fits(v.Unit)
	if !fits && len(unit) > 0 {
		doubt(&v, "the unit reads %q", v.Unit)
	} else if !fits {
		if _, _, bare := sign.fits(""); v.Unit != "" || !bare {
			doubt(&v, "no usual unit was found")
		}
	} else if q.number != nil && (*q.number < low || *q.number > high) {
		doubt(&v, "%s %s would be an unlikely %s", q.text, v.Unit, v.Name)
	}
	if q.odd != "" {
		doubt(&v, "%s", q.odd)
	}
	if fits {
		v.Code = sign.code
	}
	s.doubtUnit(&v, unit)
	return v, end, true
}

// misreadUnit reports whether a word is a unit of the sign but for letters that
// OCR confuses: "Ibs" for "lbs". The value keeps what was read.
func misreadUnit(sign *vital, ws []token) bool {
	if len(ws) == 0 || len(ws[0].fold) < 2 {
		return false
	}
	return slices.ContainsFunc(sign.units, func(u string) bool { return len(u) > 1 && loosen(u) == ws[0].loose })
}

// remarkVital notes what the text says of a sign named at ws[i] whose value ends
// before end: that it is somebody else's, taken back, no measurement, or one end
// of a range.
func (s *sheet) remarkVital(v *core.Value, ws []token, i, end int) {
	s.remarkNumber(v, ws[i])
	if i > 0 && remarkAt("unmeasured", ws[i-1:i]) > 0 {
		doubt(v, "the text says %q of it", quoted(ws[i-1:i]))
	}
	if rest := ws[end:]; len(rest) > 1 && hasDigit(rest[1].Text[:1]) && (isRangeWord(rest[0].Text) || rest[0].Text == "—") {
		doubt(v, "another number follows: %q", joined(rest[:2]))
	}
}

func (s *sheet) doubtUnit(v *core.Value, unit []token) {
	for _, w := range unit {
		if w.Confidence != nil && *w.Confidence < minUnitConfidence && !hasDigit(w.Text) {
			doubt(v, "the unit %q was read with confidence %.0f", w.Text, *w.Confidence)
		}
	}
}

func vitalName(name []token) string { return strings.TrimRight(joined(name), " :;,=.") }

// pressure reads "138/82 mmHg" and "138.0/82.0 mm[Hg]".
func (s *sheet) pressure(sign *vital, name, ws []token, at int) (core.Value, int, bool) {
	end := at + 1
	text := strings.Trim(ws[at].Text, "()[],;.:")
	for end < len(ws) && end < at+3 && (strings.HasSuffix(text, "/") || ws[end].Text == "/") { // 138 / 82
		text += strings.Trim(ws[end].Text, "()[],;.:")
		end++
	}
	glued := ""
	if k := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '/' && r != '.' }); k > 0 {
		text, glued = text[:k], text[k:]
	}
	high, low, ok := strings.Cut(text, "/")
	systolic, diastolic := number(high), number(low)
	if !ok || systolic == nil || diastolic == nil || glued != "" && !words().units[unitKey(glued)] {
		return core.Value{}, at, false
	}
	var unit []token
	if n := knownUnit(ws[end:]); n > 0 && glued == "" {
		if _, _, fits := sign.fits(strings.TrimRight(joined(ws[end:end+n]), ".,;")); fits {
			unit = ws[end : end+n]
		}
	}
	v := newValue(s, core.ValueVital, name, ws[at:end], unit)
	v.Name, v.Text, v.Unit, v.Code = vitalName(name), text, strings.TrimRight(joined(unit), ".,;:)")+glued, sign.code
	if *systolic < 50 || *systolic > 280 || *diastolic < 20 || *diastolic > 180 || *systolic <= *diastolic {
		doubt(&v, "%s would be an unlikely blood pressure", text)
	}
	s.doubtUnit(&v, unit)
	return v, end + len(unit), true
}

var vitalFillers = wordSet("was is of at now today rate regular measured on air reading level a the")
