package assertion

import (
	_ "embed"
	"strings"
	"sync"

	"clinician/internal/core/analysis/vocabulary"
)

//go:embed data/remarks.tsv
var remarksFile string

// remarks are words by which a text says of a value beside them that it is not
// what it looks like: "spurious" of a number, "unsure" of what follows, "unsure
// behind" of what comes before, "ended" and "ended behind" of a medicine,
// "unmeasured" of a weight, and a "relative" whose it is.
var remarks = sync.OnceValue(func() vocabulary.Kinds { return vocabulary.ReadKinds(remarksFile) })

// RemarkAt gives how many words make a remark of a kind; 0 none.
func RemarkAt(kind string, words []vocabulary.Token) int { return remarks().At(kind, words) }

// RemarkIn finds the first remark of a kind that the words do not deny: "not
// haemolysed" is none, "not reliable" is one.
func RemarkIn(kind string, words []vocabulary.Token) (Reach, bool) {
	var found []Negation
	for i := range words {
		n := RemarkAt(kind, words[i:])
		if n == 0 {
			continue
		}
		if found == nil {
			found = Negations(words)
		}
		if _, no := Denied(found, i, i+n); no && !deniesItself(words[i].Fold) {
			continue
		}
		return Reach{i, i + n}, true
	}
	return Reach{}, false
}

// Quoted gives a remark without the punctuation around it.
func Quoted(words []vocabulary.Token) string {
	return strings.Trim(vocabulary.Joined(words), " .,;:()[]")
}

// deniesItself reports whether a remark starts with its own "no".
func deniesItself(first string) bool { return first == "not" || first == "cannot" }
