package problems

import (
	"strings"

	"clinician/internal/core/analysis/measurement"
	"clinician/internal/core/analysis/vocabulary"
)

// isResult reports whether words are a result or a vital sign rather than a
// diagnosis: they begin with the name of a test and have its number, or they have a
// number with a concentration and begin with no condition.
func isResult(words []vocabulary.Token) bool {
	words = stripItem(words)
	if len(words) == 0 {
		return false
	}
	named := vocabulary.VitalSignAt(words)
	if m, ok := vocabulary.Laboratory().Analytes.Find(words); ok && m.Sure {
		named = true
	}
	condition := opensWithCondition(words)
	for i := range words {
		if named && i > 0 && i < 7 && vocabulary.HasDigit(words[i].Text[:1]) { // 140/90 too
			return true
		}
		q, ok := measurement.QuantityAt(words[i:])
		if !ok || i == 0 {
			continue
		}
		unit := q.Unit
		if n := measurement.UnitAt(words[i+q.Words:]); n > 0 {
			unit = vocabulary.Joined(words[i+q.Words : i+q.Words+n])
		}
		if strings.Contains(unit, "/") && !condition {
			return true
		}
	}
	return false
}
