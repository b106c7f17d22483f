package measurement

import (
	"slices"

	"clinician/internal/core/analysis/vocabulary"
)

// ContextOf says of which time a number in prose is, where the words say so.
func ContextOf(before, after []vocabulary.Token, section string) string {
	if section == "comparison" || slices.ContainsFunc(before[max(0, len(before)-4):], func(w vocabulary.Token) bool { return earlier[w.Fold] }) {
		return "comparison"
	}
	for i := 0; i+1 < len(after) && i < 2; i++ {
		if after[i].Fold == "on" && (after[i+1].Fold == "admission" || after[i+1].Fold == "discharge") {
			return "on " + after[i+1].Fold
		}
	}
	if datedBack(after) {
		return "comparison"
	}
	return ""
}

// datedBack reports whether the words behind a number say that it is of another
// time: "previously", "last week", "two weeks ago".
func datedBack(after []vocabulary.Token) bool {
	if len(after) == 0 {
		return false
	}
	switch first := after[0].Fold; {
	case first == "yesterday", first == "last": // "last" before a name is the latest
		return true
	case earlier[first] && !numberFollows(after[1:]):
		return true
	}
	for _, w := range after[1:min(len(after), 5)] {
		if w.Fold == "ago" {
			return true
		}
		if vocabulary.EndsPhrase(w.Text) {
			return false
		}
	}
	return false
}

// numberFollows reports whether a number of its own follows an "earlier": "88
// µmol/L, previously 120" says 88 of today.
func numberFollows(ws []vocabulary.Token) bool {
	for i := 0; i < len(ws) && i < 5; i++ {
		if StartsQuantity(ws[i:]) {
			return true
		}
		if vocabulary.EndsClause(ws[i].Text) {
			return false
		}
	}
	return false
}

var earlier = vocabulary.WordSet("previously previous prior earlier formerly preoperatively usual usually baseline")
