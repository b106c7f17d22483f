package laboratory

import (
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/measurement"
	"clinician/internal/core/analysis/vocabulary"
)

// check compares a value with what is known of its analyte, and codes it where
// name, unit and specimen leave one code only.
func (l *reader) check(v *core.Value, a *vocabulary.Analyte, q measurement.Quantity, coded bool) {
	m, fits := a.In(v.Unit)
	switch {
	case q.Text == "":
		return
	case v.Unit == "" && !a.Unitless():
		evidence.Doubt(v, "no unit was found")
		return
	case !fits:
		evidence.Doubt(v, "the unit %q is not usual for %s", v.Unit, v.Name)
		refuseUnit(v, a, q)
		return
	case q.Number != nil && (*q.Number < m.Low || *q.Number > m.High):
		evidence.Doubt(v, "%s %s would be an unlikely %s: a point or digit may be misread", q.Text, v.Unit, v.Name)
		refuseSize(v, m, q)
	}
	if coded && m.Code != nil && l.ofBlood(v, a) {
		v.Code = m.Code
	}
}

// refuseUnit notes that a result does not count as it was read, for its test cannot
// have the unit, and what the unit is likely to be.
func refuseUnit(v *core.Value, a *vocabulary.Analyte, q measurement.Quantity) {
	v.Refused = true
	if q.Number == nil {
		return
	}
	if unit := a.Misread(v.Unit, *q.Number); unit != "" {
		offer(v, q.Text, *q.Number, unit)
	}
}

// refuseSize notes that a result does not count as it was read, for its test cannot
// have the size, and with which point it would have one.
func refuseSize(v *core.Value, m vocabulary.Measure, q measurement.Quantity) {
	v.Refused = true
	if len(q.Text) < 2 || vocabulary.DigitsOf(q.Text) != q.Text || q.Comparator != "" {
		return
	}
	i, ranged := parseInterval(v.Range)
	text := ""
	for at := 1; at < len(q.Text); at++ {
		pointed := q.Text[:at] + "." + q.Text[at:]
		n := vocabulary.Number(pointed)
		switch {
		case n == nil || *n < m.Low || *n > m.High:
		case ranged && i.hasLow && 3**n < i.low, ranged && i.hasHigh && *n > 3*i.high:
		case text != "":
			return // two are possible
		default:
			text = pointed
		}
	}
	if n := vocabulary.Number(text); n != nil {
		offer(v, text, *n, v.Unit)
	}
}

func offer(v *core.Value, text string, number float64, unit string) {
	v.Probably = &core.Amount{Text: text, Number: number, Unit: unit}
	evidence.Doubt(v, "probably %s %s", text, unit)
}

// ofBlood reports whether a value is certainly of blood, serum or plasma.
func (l *reader) ofBlood(v *core.Value, a *vocabulary.Analyte) bool {
	said := l.panel + " " + vocabulary.FoldPhrase(v.Name)
	for _, other := range []string{"urine", "urinary", "csf", "fluid", "stool"} {
		if strings.Contains(said, other) {
			return false
		}
	}
	switch l.specimen {
	case "blood", "serum", "plasma":
		return true
	case "", severalSpecimens:
		return a.Specimen == "blood"
	}
	return false
}

// checkPlace doubts parts that do not stand at one height, and units and
// comparators that were not read clearly.
func (r *labRow) checkPlace(v *core.Value) {
	if len(r.unit) > 0 {
		for _, w := range r.unit {
			if w.Confidence != nil && *w.Confidence < evidence.MinUnitConfidence {
				evidence.Doubt(v, "the unit %q was read with confidence %.0f", w.Text, *w.Confidence)
			}
		}
	}
	for _, w := range r.result {
		if c, _ := vocabulary.CutComparator(w.Text); c != "" && w.Confidence != nil && *w.Confidence < core.SureNumber && !w.Confirmed() {
			evidence.Doubt(v, "the sign %q was read with confidence %.0f", c, *w.Confidence)
		}
	}
	if r.prose {
		return
	}
	name, value := r.name[0], r.result[0]
	if off := value.Middle() - name.Middle(); off > 0.45*name.Height() || -off > 0.45*name.Height() {
		evidence.Doubt(v, "name and result do not stand at one height")
	}
}
