package assertion

import (
	"slices"

	"clinician/internal/core/analysis/vocabulary"
)

// Hypothetical reports whether words make what follows a condition, a target or
// advice instead of a finding.
func Hypothetical(ws []vocabulary.Token) bool {
	return slices.ContainsFunc(ws, func(w vocabulary.Token) bool { return hypothetical[w.Fold] })
}

var hypothetical = vocabulary.WordSet("expected predicted if when unless until target targets aim aiming goal keep maintain should threshold whenever once provided required requires")
