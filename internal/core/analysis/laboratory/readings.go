package laboratory

import (
	"regexp"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/measurement"
	"clinician/internal/core/analysis/vocabulary"
)

var thousands = regexp.MustCompile(`^[1-9]\d{0,2}(\.\d{3})+$`)

// doubtReadings takes the side of the range back where the value has two readings,
// or does not count as it was read.
func (l *reader) doubtReadings(v *core.Value, a *vocabulary.Analyte, q measurement.Quantity, unsure bool) {
	if l.twoReadings(v, a, q) || unsure || v.Refused && v.Flag == "" {
		v.Interpret = ""
	}
}

// inLitres reports whether a test may be measured in litres; nil is one nobody knows.
func inLitres(a *vocabulary.Analyte) bool {
	if a == nil {
		return true
	}
	_, ok := a.In("L")
	return ok
}

// twoReadings doubts a number whose point may divide thousands, and reports it:
// "1.200" is 1.2 where points are decimal, 1200 where they divide thousands. The
// range says which, where it has a point; else the size may.
func (l *reader) twoReadings(v *core.Value, a *vocabulary.Analyte, q measurement.Quantity) bool {
	if !thousands.MatchString(q.Text) {
		return false
	}
	i, ranged := parseInterval(v.Range)
	switch {
	case l.s.DecimalCommas():
	case ranged && i.decimals > 0:
		return false
	case ranged && i.meaning == "":
	case a != nil && q.Number != nil:
		if m, fits := a.In(v.Unit); fits && 1000**q.Number > m.High {
			return false
		}
	}
	evidence.Doubt(v, "the point in %s may be decimal, or divide thousands", q.Text)
	return true
}

// flagFirst reports whether words behind a number start with a flag that would do as
// a unit, too: L is low where another unit follows, or where the test is never
// measured in litres.
func (r *labRow) flagFirst(ws []vocabulary.Token, q measurement.Quantity) bool {
	if !litreOrLow(ws[0].Text) || len(r.flag) > 0 || q.Flag != "" {
		return false
	}
	return !r.litres || len(r.unit) > 0 || q.Unit != "" || measurement.UnitAt(ws[1:]) > 0
}

// litreOrLow reports whether a word is the flag and the unit alike: "L", "(L)", "L*".
func litreOrLow(word string) bool {
	word = strings.TrimRight(word, ".,;")
	return measurement.FlagOf(word) == "L" && vocabulary.UnitKey(word) == "l"
}

// lowOrLitre reports whether an L behind a number has two readings.
func (r *labRow) lowOrLitre(ws []vocabulary.Token, q measurement.Quantity) bool {
	return litreOrLow(ws[0].Text) && len(r.flag) == 0 && q.Flag == "" && r.litres && !r.flagFirst(ws, q)
}
