package problems

import (
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// noneKnown recognises the statement that no allergy is known, and where it
// stands. Where the sentence names a substance all the same, or an exception, the
// statement is in doubt.
func noneKnown(s *layout.Sheet, words []vocabulary.Token, listed bool) (core.Value, assertion.Reach, bool) {
	for i, w := range words {
		f := strings.ReplaceAll(w.Fold, ".", "")
		n := 0
		switch {
		case f == "nkda" || f == "nka":
			n = 1
		case f == "allergic" && i+2 < len(words) && words[i+1].Fold == "to" && words[i+2].Fold == "nothing":
			n = 3
			if i+3 < len(words) && words[i+3].Fold == "known" {
				n = 4
			}
		case f == "no" || f == "nil" || f == "none" || f == "denies":
			n = noneRun(words[i:], listed)
		}
		if n > 0 {
			v := evidence.NewValue(s, core.ValueAllergy, words[i:i+n])
			v.Name, v.Text, v.Negated = tidyEnd(vocabulary.Joined(words[i:i+n])), tidyEnd(vocabulary.Joined(words[i:i+n])), true
			if but := excepted(words[:i], words[i+n:]); but != nil {
				evidence.Doubt(&v, "more is said beside it: %q", assertion.Quoted(but))
			}
			if who, sure := assertion.RelativeBefore(words, i); who != nil {
				ofRelative(&v, who, sure)
			}
			return v, assertion.Reach{From: i, To: i + n}, true
		}
	}
	return core.Value{}, assertion.Reach{}, false
}

// excepted gives the words beside a denial of allergies that limit it: a
// substance, or an exception; nil none.
func excepted(before, behind []vocabulary.Token) []vocabulary.Token {
	for _, words := range [][]vocabulary.Token{before, behind} {
		for i, w := range words {
			switch w.Fold {
			case "except", "but", "apart", "other", "however", "allergic", "intolerant", "intolerance", "sensitive":
				return words[i:]
			}
			if n, sure := vocabulary.SubstanceAt(words[i:]); sure {
				return words[i : i+n]
			}
		}
	}
	return nil
}

// aboutRecords follow a "no" that speaks of what is on file, not of the patient.
var aboutRecords = vocabulary.WordSet("data information info record records entries documentation recorded section")

// noneRun gives how many words, from a "no" on, deny allergies: "no known drug
// allergies", "denies any allergies", and in a list of allergies "none known".
func noneRun(words []vocabulary.Token, listed bool) int {
	for i := 1; i < len(words) && i < 6; i++ {
		switch f := words[i].Fold; {
		case f == "allergies" || f == "allergy" || f == "sensitivities":
			if i+1 < len(words) && aboutRecords[words[i+1].Fold] {
				return 0 // "No allergy data is applicable": nothing is known
			}
			if i+1 < len(words) && words[i+1].Fold == "to" {
				return 0 // of one substance only
			}
			return i + 1
		case slices.Contains([]string{"known", "drug", "any", "medication", "medicine", "food", "or", "latex", "environmental", "active", "history", "of"}, f):
		default:
			return 0
		}
	}
	if listed && len(words) <= 3 && (words[0].Fold == "none" || words[0].Fold == "nil" || len(words) > 1 && words[1].Fold == "known") {
		return len(words)
	}
	return 0
}
