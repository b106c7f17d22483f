package layout

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/vocabulary"
)

// runsOn reports whether a line that is not full goes on in the next all the
// same, because what it denies, or what denies it, stands there: "No evidence of"
// over "pulmonary embolism". The next item of a list stays one of its own.
func runsOn(line, next []vocabulary.Token) bool {
	last := line[len(line)-1]
	switch lower := vocabulary.StartsLower(next[0].Text); {
	case UnknownHeading(Row{Words: next}), !strings.HasSuffix(last.Text, ",") && vocabulary.EndsPhrase(last.Text), vocabulary.EndsClause(last.Text):
		return false
	case openCue(line, next) > 0, leadsToSubstance(line):
		return true
	case lower:
		return tornCue(line, next) || deniedBy(next) || torn(last, next[0]) || deniesOn(line) && listGoesOn(line, next)
	}
	return deniesOn(line) && (unended[last.Fold] || strings.HasSuffix(last.Text, ",") && shorthand(next[0].Text) && orFollows(next))
}

// shorthand reports whether a word is an abbreviation, which has capitals wherever
// it stands: "DVT".
func shorthand(s string) bool {
	s = strings.TrimRight(s, ",.;")
	return len(s) > 1 && len(s) < 7 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// orFollows reports whether a line goes on with a list that ends in "or".
func orFollows(line []vocabulary.Token) bool {
	for _, w := range line {
		if w.Fold == "or" || w.Fold == "nor" {
			return true
		}
		if vocabulary.EndsClause(w.Text) {
			break
		}
	}
	return false
}

// openCue gives how many words at the end of a line deny what comes first on the
// next, 0 for none. Words that may be an answer ("Smoker no") deny only what does
// not start like an item of its own.
func openCue(line, next []vocabulary.Token) int {
	for n := min(assertion.Negators().Longest, len(line)); n > 0; n-- {
		cue := line[len(line)-n:]
		m, ok := assertion.Negators().Find(cue)
		if !ok || !m.Sure || m.Words != n {
			continue
		}
		opens := slices.Contains(m.Meaning, "opens") && assertion.StartsClause(line, len(line)-n)
		if !opens && !slices.Contains(m.Meaning, "before") || vocabulary.EndsClause(cue[n-1].Text) {
			return 0
		}
		if _, answer := assertion.Answered(line, len(line)-n); answer {
			return 0
		}
		if vocabulary.StartsLower(next[0].Text) || n > 1 && (opens || asks[cue[n-1].Fold]) || n == 1 && asks[cue[0].Fold] && cue[0].Fold != "no" {
			return n
		}
		return 0
	}
	return 0
}

// asks are last words of a cue that is not complete without what it denies.
var asks = vocabulary.WordSet("of for from to without denies denying exclude excludes suggest have has had any reveal see lack lacks known no out")

// unended are words no line of a list ends with.
var unended = vocabulary.WordSet("or nor and of any the to for with in")

// describing are words that a name still follows, where it starts small.
var describing = vocabulary.WordSet("acute active new recent other further significant definite obvious focal large underlying residual recurrent previous left right suspicious known")

// tornCue reports whether a cue starts on a line and ends on the next.
func tornCue(line, next []vocabulary.Token) bool {
	from := max(0, len(line)-assertion.Negators().Longest)
	both := slices.Concat(line[from:], next[:min(len(next), assertion.Negators().Longest)])
	for i := range line[from:] {
		if m, ok := assertion.Negators().Find(both[i:]); ok && m.Sure && i+m.Words > len(line)-from && !slices.Contains(m.Meaning, "ends") {
			return true
		}
	}
	return false
}

// deniedBy reports whether a line starts with words that deny, or expressly do
// not deny, what stands before them: "was excluded".
func deniedBy(next []vocabulary.Token) bool {
	for i := 0; i < len(next) && i < 2; i++ {
		m, ok := assertion.Negators().Find(next[i:])
		if !ok || !m.Sure {
			continue
		}
		after, before := slices.Contains(m.Meaning, "after"), slices.Contains(m.Meaning, "before")
		alone := i+m.Words == len(next) || vocabulary.EndsClause(next[i+m.Words-1].Text) || vocabulary.EndsPhrase(next[i+m.Words-1].Text)
		return after && (!before || alone) || slices.Contains(m.Meaning, "pseudo") && strings.HasSuffix(next[i+m.Words-1].Fold, "excluded")
	}
	return false
}

// deniesOn reports whether a denial reaches to the end of a line.
func deniesOn(line []vocabulary.Token) bool {
	return slices.ContainsFunc(assertion.Negations(line), func(n assertion.Negation) bool { return n.Scope.From == n.Trigger.To && n.Scope.To == len(line) })
}

// listGoesOn reports whether what a line denies goes on in small letters on the
// next: after a comma, "or" or an adjective, or with the rest of a name.
func listGoesOn(line, next []vocabulary.Token) bool {
	last := line[len(line)-1]
	switch {
	case strings.HasSuffix(last.Text, ","), strings.HasSuffix(last.Text, "-"), strings.HasSuffix(last.Text, "/"), unended[last.Fold], describing[last.Fold]:
		return true
	}
	switch next[0].Fold {
	case "or", "nor", "and", "of", "to":
		return true
	}
	from := max(0, len(line)-4)
	both := slices.Concat(line[from:], next[:min(len(next), 4)])
	for i := range line[from:] {
		if m, ok := vocabulary.Conditions().Find(both[i:]); ok && m.Sure && i+m.Words > len(line)-from {
			return true
		}
		if n, sure := vocabulary.SubstanceAt(both[i:]); sure && i+n > len(line)-from {
			return true
		}
	}
	return false
}

// leadsToSubstance reports whether a line ends before what somebody is allergic
// to.
func leadsToSubstance(line []vocabulary.Token) bool {
	n := len(line)
	return n > 1 && vocabulary.SpeaksOfAllergy(line[n-2], line[n-1])
}

// torn reports whether two words are one, divided by a hyphen at the end of a
// line. Only words of the vocabularies are mended: a hyphen may be a word's own.
func torn(word, rest vocabulary.Token) bool {
	head, cut := strings.CutSuffix(word.Text, "-")
	if last, _ := utf8.DecodeLastRuneInString(head); !cut || !unicode.IsLetter(last) || !vocabulary.StartsLower(rest.Text) {
		return false
	}
	whole := vocabulary.Token{Fold: vocabulary.FoldWord(head + rest.Text)}
	_, sure := vocabulary.SubstanceAt([]vocabulary.Token{whole})
	return vocabulary.ConditionWords()[whole.Fold] || sure
}

// mend appends the words of the next line to those of a paragraph. A torn word
// is compared as the whole it is, in the place of its first half.
func mend(words, next []vocabulary.Token) []vocabulary.Token {
	if len(words) == 0 || !torn(words[len(words)-1], next[0]) {
		return append(words, next...)
	}
	words, next = slices.Clone(words), slices.Clone(next)
	head := &words[len(words)-1]
	head.Fold = vocabulary.FoldWord(strings.TrimSuffix(head.Text, "-") + next[0].Text)
	head.Loose = vocabulary.Loosen(head.Fold)
	next[0].Fold, next[0].Loose, next[0].Rest = "", "", true
	return append(words, next...)
}
