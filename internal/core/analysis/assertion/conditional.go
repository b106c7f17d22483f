package assertion

import (
	"strings"

	"clinician/internal/core/analysis/vocabulary"
)

// Hypothetical reports whether words make what follows them a condition, a target
// or advice instead of a finding. What "if" and its like say ends at a semicolon,
// unless "and" or "or" goes on with it: "If dizzy, stop ramipril; potassium 3.0".
// Targets and advice hold for the whole sentence.
func Hypothetical(ws []vocabulary.Token) bool {
	condition := false
	for i, w := range ws {
		if i > 0 && strings.HasSuffix(ws[i-1].Text, ";") && w.Fold != "and" && w.Fold != "or" && w.Fold != "nor" {
			condition = false
		}
		if advice[w.Fold] {
			return true
		}
		condition = condition || conditions[w.Fold]
	}
	return condition && !endsWithClause(ws)
}

// endsWithClause reports whether what follows the words is a clause of its own.
func endsWithClause(ws []vocabulary.Token) bool {
	return strings.HasSuffix(ws[len(ws)-1].Text, ";")
}

var (
	conditions = vocabulary.WordSet("if when unless until whenever once provided")
	advice     = vocabulary.WordSet("expected predicted target targets aim aiming goal keep maintain should threshold required requires")
)
