package analysis

import (
	"strings"

	"clinician/internal/core"
)

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
	name, value := r.name[0], r.result[0]
	if off := value.middle() - name.middle(); off > 0.45*name.height() || -off > 0.45*name.height() {
		doubt(v, "name and result do not stand at one height")
	}
}
