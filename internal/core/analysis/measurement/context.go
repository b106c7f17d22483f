package measurement

import (
	"clinician/internal/core/analysis/vocabulary"
)

// ContextOf says of which time a number in prose is, where the words say so.
func ContextOf(before, after []vocabulary.Token, section string) string {
	if section == "comparison" {
		return "comparison"
	}
	for i := max(0, len(before)-4); i < len(before); i++ {
		if earlier[before[i].Fold] {
			return "comparison"
		}
	}
	for i := 0; i+1 < len(after) && i < 2; i++ {
		if after[i].Fold == "on" && (after[i+1].Fold == "admission" || after[i+1].Fold == "discharge") {
			return "on " + after[i+1].Fold
		}
	}
	if len(after) > 0 && (earlier[after[0].Fold] && !numberFollows(after[1:]) || after[0].Fold == "yesterday" || after[0].Fold == "last") { // "last" before a name is the latest
		return "comparison"
	}
	for i := 1; i < len(after) && i < 5; i++ {
		if after[i].Fold == "ago" { // "two weeks ago"
			return "comparison"
		}
		if vocabulary.EndsPhrase(after[i].Text) {
			break
		}
	}
	return ""
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
