// Package vitals finds vital signs and measures of the body: in prose, in rows, and
// in tables by day or by sign (table.go).
//
// Start reading at Find.
package vitals

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/dates"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/measurement"
	"clinician/internal/core/analysis/vocabulary"
)

// reader is a page that is searched for vital signs.
type reader struct {
	*layout.Sheet
	days map[int][]dates.Printed // by row: see headDays
}

// Find finds vital signs in prose and in rows: "pulse 76 regular, blood
// pressure 138/82 mmHg", "BP: 138/82", "Temp 36.6 °C".
func Find(d *layout.Document) []core.Value {
	var out []core.Value
	for _, page := range d.Sheets {
		s := &reader{Sheet: page}
		heads := s.vitalTable(&out)
		for _, sentence := range s.vitalRuns() {
			if !heads[sentence.Words[0].Row] {
				out = append(out, s.vitalsIn(sentence)...)
			}
		}
	}
	return out
}

// vitalRuns gives sentences, and rows whose cells belong together: a label in
// one cell, its number in the next.
func (s *reader) vitalRuns() []layout.Sentence {
	out := s.Sentences()
	alone := map[int]bool{}
	for _, r := range s.Rows {
		if len(r.Cells) > 1 && len(r.Cells[0].Words) <= 4 && vocabulary.VitalSignAt(r.Cells[0].Words) {
			alone[r.Words[0].Row] = true
		}
	}
	if len(alone) == 0 {
		return out
	}
	for i, x := range out {
		for len(x.Words) > 0 && alone[x.Words[0].Row] { // the row itself; what it ran on into stays
			x.Words = x.Words[1:]
		}
		out[i] = x
	}
	out = slices.DeleteFunc(out, func(x layout.Sentence) bool { return len(x.Words) == 0 })
	for i, r := range s.Rows {
		if alone[i] {
			out = append(out, layout.Sentence{Words: r.Words, Section: r.Section})
		}
	}
	slices.SortStableFunc(out, func(a, b layout.Sentence) int { return a.Words[0].Row - b.Words[0].Row })
	return out
}

func (s *reader) vitalsIn(run layout.Sentence) []core.Value {
	var out []core.Value
	ws := run.Words
	for i := 0; i < len(ws); i++ {
		m, ok := vocabulary.VitalSigns().Find(ws[i:])
		if !ok || !m.Sure {
			continue
		}
		if assertion.Hypothetical(ws[:i]) {
			return out
		}
		name := ws[i : i+m.Words]
		v, end, ok := s.vitalAfter(m.Meaning, name, ws, i+m.Words)
		if !ok || v.Unit == "" && !m.Meaning.Bare() {
			continue // "weight loss of 3", "height of the symptoms"
		}
		v.Context = measurement.ContextOf(ws[:i], ws[end:], run.Section)
		s.remarkVital(&v, ws, i, end)
		at := len(out)
		out = append(out, v)
		end = s.more(m.Meaning, name, ws, end, &out)
		s.date(out[at:], name[0].Row)
		i = end - 1
	}
	return out
}

// vitalAfter reads the number that follows the name of a vital sign, and where
// it ends.
func (s *reader) vitalAfter(sign *vocabulary.VitalSign, name, ws []vocabulary.Token, at int) (core.Value, int, bool) {
	for n := 0; at < len(ws) && n < 4 && (ws[at].Fold == "" || vitalFillers[ws[at].Fold]) && !measurement.StartsQuantity(ws[at:]); n++ {
		at++
	}
	if at >= len(ws) {
		return core.Value{}, at, false
	}
	if sign.Key == "blood pressure" {
		return s.pressure(sign, name, ws, at)
	}
	q, ok := measurement.QuantityAt(ws[at:])
	if !ok {
		return core.Value{}, at, false
	}
	end := at + q.Words
	var unit []vocabulary.Token
	if q.Unit == "" {
		if n := measurement.UnitAt(ws[end:]); n > 0 {
			if _, _, fits := sign.Fits(strings.TrimRight(vocabulary.Joined(ws[end:end+n]), ".,;")); fits {
				unit = ws[end : end+n]
				end += n
			}
		} else if misreadUnit(sign, ws[end:]) {
			unit = ws[end : end+1]
			end++
		}
	}
	v := evidence.NewValue(s.Sheet, core.ValueVital, name, ws[at:at+q.Words], unit)
	v.Name, v.Text, v.Number, v.Comparator = vitalName(name), q.Verbatim(), q.Number, q.Comparator
	v.Unit = strings.TrimRight(vocabulary.Joined(unit), ".,;:)") + q.Unit
	low, high, fits := sign.Fits(v.Unit)
	if !fits && len(unit) > 0 {
		evidence.Doubt(&v, "the unit reads %q", v.Unit)
	} else if !fits {
		if _, _, bare := sign.Fits(""); v.Unit != "" || !bare {
			evidence.Doubt(&v, "no usual unit was found")
		}
	} else if q.Number != nil && (*q.Number < low || *q.Number > high) {
		evidence.Doubt(&v, "%s %s would be an unlikely %s", q.Text, v.Unit, v.Name)
		v.Refused = true
	}
	if q.Doubt != "" {
		evidence.Doubt(&v, "%s", q.Doubt)
	}
	if fits {
		v.Code = sign.Code
	}
	s.doubtUnit(&v, unit)
	return v, end, true
}

// misreadUnit reports whether a word is a unit of the sign but for letters that
// OCR confuses: "Ibs" for "lbs". The value keeps what was read.
func misreadUnit(sign *vocabulary.VitalSign, ws []vocabulary.Token) bool {
	if len(ws) == 0 || len(ws[0].Fold) < 2 {
		return false
	}
	return slices.ContainsFunc(sign.Units, func(u string) bool { return len(u) > 1 && vocabulary.Loosen(u) == ws[0].Loose })
}

// remarkVital notes what the text says of a sign named at ws[i] whose value ends
// before end: that it is somebody else's, taken back, no measurement, or one end
// of a range.
func (s *reader) remarkVital(v *core.Value, ws []vocabulary.Token, i, end int) {
	measurement.RemarkNumber(s.Sheet, v, ws[i])
	if i > 0 && assertion.RemarkAt("unmeasured", ws[i-1:i]) > 0 {
		evidence.Doubt(v, "the text says %q of it", assertion.Quoted(ws[i-1:i]))
	}
	if rest := ws[end:]; len(rest) > 1 && vocabulary.HasDigit(rest[1].Text[:1]) && (vocabulary.RangeWord(rest[0].Text) || rest[0].Text == "—") {
		evidence.Doubt(v, "another number follows: %q", vocabulary.Joined(rest[:2]))
	}
}

func (s *reader) doubtUnit(v *core.Value, unit []vocabulary.Token) {
	for _, w := range unit {
		if w.Confidence != nil && *w.Confidence < evidence.MinUnitConfidence && !vocabulary.HasDigit(w.Text) {
			evidence.Doubt(v, "the unit %q was read with confidence %.0f", w.Text, *w.Confidence)
		}
	}
}

func vitalName(name []vocabulary.Token) string {
	return strings.TrimRight(vocabulary.Joined(name), " :;,=.")
}

// pressure reads "138/82 mmHg" and "138.0/82.0 mm[Hg]".
func (s *reader) pressure(sign *vocabulary.VitalSign, name, ws []vocabulary.Token, at int) (core.Value, int, bool) {
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
	systolic, diastolic := vocabulary.Number(high), vocabulary.Number(low)
	if !ok || systolic == nil || diastolic == nil || glued != "" && !vocabulary.Laboratory().Units[vocabulary.UnitKey(glued)] {
		return core.Value{}, at, false
	}
	var unit []vocabulary.Token
	if n := measurement.UnitAt(ws[end:]); n > 0 && glued == "" {
		if _, _, fits := sign.Fits(strings.TrimRight(vocabulary.Joined(ws[end:end+n]), ".,;")); fits {
			unit = ws[end : end+n]
		}
	}
	v := evidence.NewValue(s.Sheet, core.ValueVital, name, ws[at:end], unit)
	v.Name, v.Text, v.Unit, v.Code = vitalName(name), text, strings.TrimRight(vocabulary.Joined(unit), ".,;:)")+glued, sign.Code
	if *systolic < 50 || *systolic > 280 || *diastolic < 20 || *diastolic > 180 || *systolic <= *diastolic {
		evidence.Doubt(&v, "%s would be an unlikely blood pressure", text)
	}
	s.doubtUnit(&v, unit)
	return v, end + len(unit), true
}

var vitalFillers = vocabulary.WordSet("was is of at now today rate regular measured on air reading level a the")
