package analysis

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core"
)

// runsOn reports whether a line that is not full goes on in the next all the
// same, because what it denies, or what denies it, stands there: "No evidence of"
// over "pulmonary embolism". The next item of a list stays one of its own.
func runsOn(line, next []token) bool {
	last := line[len(line)-1]
	switch lower := startsLower(next[0].Text); {
	case unknownHeading(row{words: next}), !strings.HasSuffix(last.Text, ",") && endsPhrase(last.Text), endsClause(last.Text):
		return false
	case openCue(line, next) > 0, leadsToSubstance(line):
		return true
	case lower:
		return tornCue(line, next) || deniedBy(next) || torn(last, next[0]) || deniesOn(line) && listGoesOn(line, next)
	}
	return deniesOn(line) && (unended[last.fold] || strings.HasSuffix(last.Text, ",") && shorthand(next[0].Text) && orFollows(next))
}

// shorthand reports whether a word is an abbreviation, which has capitals wherever
// it stands: "DVT".
func shorthand(s string) bool {
	s = strings.TrimRight(s, ",.;")
	return len(s) > 1 && len(s) < 7 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// orFollows reports whether a line goes on with a list that ends in "or".
func orFollows(line []token) bool {
	for _, w := range line {
		if w.fold == "or" || w.fold == "nor" {
			return true
		}
		if endsClause(w.Text) {
			break
		}
	}
	return false
}

// openCue gives how many words at the end of a line deny what comes first on the
// next, 0 for none. Words that may be an answer ("Smoker no") deny only what does
// not start like an item of its own.
func openCue(line, next []token) int {
	for n := min(negators().longest, len(line)); n > 0; n-- {
		cue := line[len(line)-n:]
		m, ok := negators().find(cue)
		if !ok || !m.sure || m.words != n {
			continue
		}
		opens := slices.Contains(m.meaning, "opens") && startsClause(line, len(line)-n)
		if !opens && !slices.Contains(m.meaning, "before") || endsClause(cue[n-1].Text) {
			return 0
		}
		if _, answer := answered(line, len(line)-n); answer {
			return 0
		}
		if startsLower(next[0].Text) || n > 1 && (opens || asks[cue[n-1].fold]) || n == 1 && asks[cue[0].fold] && cue[0].fold != "no" {
			return n
		}
		return 0
	}
	return 0
}

// asks are last words of a cue that is not complete without what it denies.
var asks = wordSet("of for from to without denies denying exclude excludes suggest have has had any reveal see lack lacks known no out")

// unended are words no line of a list ends with.
var unended = wordSet("or nor and of any the to for with in")

// describing are words that a name still follows, where it starts small.
var describing = wordSet("acute active new recent other further significant definite obvious focal large underlying residual recurrent previous left right suspicious known")

// tornCue reports whether a cue starts on a line and ends on the next.
func tornCue(line, next []token) bool {
	from := max(0, len(line)-negators().longest)
	both := slices.Concat(line[from:], next[:min(len(next), negators().longest)])
	for i := range line[from:] {
		if m, ok := negators().find(both[i:]); ok && m.sure && i+m.words > len(line)-from && !slices.Contains(m.meaning, "ends") {
			return true
		}
	}
	return false
}

// deniedBy reports whether a line starts with words that deny, or expressly do
// not deny, what stands before them: "was excluded".
func deniedBy(next []token) bool {
	for i := 0; i < len(next) && i < 2; i++ {
		m, ok := negators().find(next[i:])
		if !ok || !m.sure {
			continue
		}
		after, before := slices.Contains(m.meaning, "after"), slices.Contains(m.meaning, "before")
		alone := i+m.words == len(next) || endsClause(next[i+m.words-1].Text) || endsPhrase(next[i+m.words-1].Text)
		return after && (!before || alone) || slices.Contains(m.meaning, "pseudo") && strings.HasSuffix(next[i+m.words-1].fold, "excluded")
	}
	return false
}

// deniesOn reports whether a denial reaches to the end of a line.
func deniesOn(line []token) bool {
	return slices.ContainsFunc(negations(line), func(n negation) bool { return n.scope.from == n.trigger.to && n.scope.to == len(line) })
}

// listGoesOn reports whether what a line denies goes on in small letters on the
// next: after a comma, "or" or an adjective, or with the rest of a name.
func listGoesOn(line, next []token) bool {
	last := line[len(line)-1]
	switch {
	case strings.HasSuffix(last.Text, ","), strings.HasSuffix(last.Text, "-"), strings.HasSuffix(last.Text, "/"), unended[last.fold], describing[last.fold]:
		return true
	}
	switch next[0].fold {
	case "or", "nor", "and", "of", "to":
		return true
	}
	from := max(0, len(line)-4)
	both := slices.Concat(line[from:], next[:min(len(next), 4)])
	for i := range line[from:] {
		if m, ok := conditions().find(both[i:]); ok && m.sure && i+m.words > len(line)-from {
			return true
		}
		if n, sure := substanceAt(both[i:]); sure && i+n > len(line)-from {
			return true
		}
	}
	return false
}

// leadsToSubstance reports whether a line ends before what somebody is allergic
// to.
func leadsToSubstance(line []token) bool {
	n := len(line)
	return n > 1 && speaksOfAllergy(line[n-2], line[n-1])
}

// torn reports whether two words are one, divided by a hyphen at the end of a
// line. Only words of the vocabularies are mended: a hyphen may be a word's own.
func torn(word, rest token) bool {
	head, cut := strings.CutSuffix(word.Text, "-")
	if last, _ := utf8.DecodeLastRuneInString(head); !cut || !unicode.IsLetter(last) || !startsLower(rest.Text) {
		return false
	}
	whole := token{fold: foldWord(head + rest.Text)}
	_, sure := substanceAt([]token{whole})
	return conditionWords()[whole.fold] || sure
}

// conditionWords are the single words of names of conditions.
var conditionWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for name := range conditions().exact {
		for word := range strings.FieldsSeq(name) {
			out[word] = true
		}
	}
	return out
})

// mend appends the words of the next line to those of a paragraph. A torn word
// is compared as the whole it is, in the place of its first half.
func mend(words, next []token) []token {
	if len(words) == 0 || !torn(words[len(words)-1], next[0]) {
		return append(words, next...)
	}
	words, next = slices.Clone(words), slices.Clone(next)
	head := &words[len(words)-1]
	head.fold = foldWord(strings.TrimSuffix(head.Text, "-") + next[0].Text)
	head.loose = loosen(head.fold)
	next[0].fold, next[0].loose, next[0].rest = "", "", true
	return append(words, next...)
}

// Lines at the end and at the beginning of a page between which a footer and a
// header may lie.
const (
	lastLines  = 4
	firstLines = 6
)

// doubtOverPages doubts the first condition or substance at the top of a page when
// the page before ends in words that may deny it: "No evidence of". Whether the
// two belong together, a person has to see.
func (d *document) doubtOverPages(found []core.Value) {
	for k := 1; k < len(d.sheets); k++ {
		s, top := d.sheets[k], firstLines
		var first []*core.Value
		for i := range found {
			v := &found[i]
			if v.Page != s.number || v.Kind != core.ValueDiagnosis && v.Kind != core.ValueAllergy {
				continue
			}
			switch at := s.lineOf(v.Name); {
			case at < top:
				top, first = at, []*core.Value{v}
			case at == top:
				first = append(first, v)
			}
		}
		if top == firstLines {
			continue
		}
		open := d.sheets[k-1].leftOpen(s.rows[top].words)
		for _, v := range first {
			if open != nil && !v.Negated {
				doubt(v, "the page before ends with %q", joined(open))
			}
		}
	}
}

// lineOf gives the line near the top of a page that holds the first word of a
// name; firstLines when none does.
func (s *sheet) lineOf(name string) int {
	first, _, _ := strings.Cut(foldPhrase(name), " ")
	for i, r := range s.rows[:min(firstLines, len(s.rows))] {
		if slices.ContainsFunc(r.words, func(w token) bool { return w.fold == first }) {
			return i
		}
	}
	return firstLines
}

// leftOpen gives the words that end a line near the foot of a page and deny what
// goes on in the line given; nil for none.
func (s *sheet) leftOpen(next []token) []token {
	for _, r := range s.rows[max(0, len(s.rows)-lastLines):] {
		if open := openWords(r.words, next); open != nil {
			return open
		}
	}
	return nil
}
