package analysis

import (
	"slices"
	"strings"

	"clinician/internal/core"
)

// noneKnown recognises the statement that no allergy is known, and where it
// stands. Where the sentence names a substance all the same, or an exception, the
// statement is in doubt.
func (s *sheet) noneKnown(words []token, listed bool) (core.Value, reach, bool) {
	for i, w := range words {
		f := strings.ReplaceAll(w.fold, ".", "")
		n := 0
		switch {
		case f == "nkda" || f == "nka":
			n = 1
		case f == "allergic" && i+2 < len(words) && words[i+1].fold == "to" && words[i+2].fold == "nothing":
			n = 3
			if i+3 < len(words) && words[i+3].fold == "known" {
				n = 4
			}
		case f == "no" || f == "nil" || f == "none" || f == "denies":
			n = noneRun(words[i:], listed)
		}
		if n > 0 {
			v := newValue(s, core.ValueAllergy, words[i:i+n])
			v.Name, v.Text, v.Negated = tidyEnd(joined(words[i:i+n])), tidyEnd(joined(words[i:i+n])), true
			if but := excepted(words[:i], words[i+n:]); but != nil {
				doubt(&v, "more is said beside it: %q", quoted(but))
			}
			if who, sure := relativeBefore(words, i); who != nil {
				ofRelative(&v, who, sure)
			}
			return v, reach{i, i + n}, true
		}
	}
	return core.Value{}, reach{}, false
}

// excepted gives the words beside a denial of allergies that limit it: a
// substance, or an exception; nil none.
func excepted(before, behind []token) []token {
	for _, words := range [][]token{before, behind} {
		for i, w := range words {
			switch w.fold {
			case "except", "but", "apart", "other", "however", "allergic", "intolerant", "intolerance", "sensitive":
				return words[i:]
			}
			if n, sure := substanceAt(words[i:]); sure {
				return words[i : i+n]
			}
		}
	}
	return nil
}

// aboutRecords follow a "no" that speaks of what is on file, not of the patient.
var aboutRecords = wordSet("data information info record records entries documentation recorded section")

// noneRun gives how many words, from a "no" on, deny allergies: "no known drug
// allergies", "denies any allergies", and in a list of allergies "none known".
func noneRun(words []token, listed bool) int {
	for i := 1; i < len(words) && i < 6; i++ {
		switch f := words[i].fold; {
		case f == "allergies" || f == "allergy" || f == "sensitivities":
			if i+1 < len(words) && aboutRecords[words[i+1].fold] {
				return 0 // "No allergy data is applicable": nothing is known
			}
			if i+1 < len(words) && words[i+1].fold == "to" {
				return 0 // of one substance only
			}
			return i + 1
		case slices.Contains([]string{"known", "drug", "any", "medication", "medicine", "food", "or", "latex", "environmental", "active", "history", "of"}, f):
		default:
			return 0
		}
	}
	if listed && len(words) <= 3 && (words[0].fold == "none" || words[0].fold == "nil" || len(words) > 1 && words[1].fold == "known") {
		return len(words)
	}
	return 0
}
