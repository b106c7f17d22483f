package problems

import (
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/vocabulary"
)

// qualify notes what a sentence says of a condition it names in words[from:to]:
// that a relative has it, that it is a question, that it is over.
func qualify(v *core.Value, words []vocabulary.Token, from, to int) {
	who, sure := assertion.RelativeBefore(words, from)
	if who == nil {
		who, sure = assertion.RelativeBehind(words[to:]), true
	}
	ofRelative(v, who, sure)
	if v.Negated {
		return
	}
	if by := unsureAround(words, from, to); by != nil {
		evidence.Doubt(v, "the text says %q of it", assertion.Quoted(by))
	}
	state := stateBehind(words[to:])
	if state == "" && from > 0 {
		state = stateBefore(words[:from])
	}
	addState(v, state)
}

// qualifyItem notes the same of an entry of a list.
func qualifyItem(v *core.Value, words []vocabulary.Token) {
	for k := range words {
		if n := assertion.RemarkAt("relative", words[k:]); n > 0 {
			who, sure := assertion.RelativeBefore(words[:k+n], k+n)
			if who == nil { // in brackets: "(mother)"
				who, sure = words[k:k+n], true
			}
			ofRelative(v, who, sure)
			break
		}
	}
	if v.Negated {
		return
	}
	by := unsureAround(words, len(words), len(words))
	for k := 0; k < len(words) && by == nil; k++ {
		if n := assertion.RemarkAt("unsure behind", words[k:]); n > 0 || strings.Contains(words[k].Text, "?") {
			by = words[k : k+max(1, n)]
		}
	}
	if by != nil {
		evidence.Doubt(v, "the text says %q of it", assertion.Quoted(by))
	}
}

// ofRelative makes a condition that of a relative.
func ofRelative(v *core.Value, who []vocabulary.Token, sure bool) {
	if who == nil {
		return
	}
	if v.Context = "family history"; !sure {
		evidence.Doubt(v, "it may be the patient's: the text speaks of %q", assertion.Quoted(who))
	}
}

// addState adds the state of a condition to where it stands.
func addState(v *core.Value, state string) {
	if state != "" {
		v.Context = strings.TrimPrefix(v.Context+", "+state, ", ")
	}
}

// unsureAround gives the words that make a question of words[from:to]: before it
// in its clause, or soon behind it; nil none.
func unsureAround(words []vocabulary.Token, from, to int) []vocabulary.Token {
	start := from
	for start > 0 && !strings.HasSuffix(words[start-1].Text, ";") {
		start--
	}
	for i := from - 1; i >= start && !certain[words[i].Fold]; i-- {
		if n := assertion.RemarkAt("unsure", words[i:from]); n > 0 {
			return words[i : i+n]
		}
		if strings.HasPrefix(words[i].Text, "?") {
			return words[i : i+1]
		}
	}
	for i := to; i < len(words) && i < to+6; i++ {
		n := assertion.RemarkAt("unsure behind", words[i:])
		comma := i > to && vocabulary.EndsPhrase(words[i-1].Text) || i == to && to > 0 && vocabulary.EndsPhrase(words[to-1].Text)
		switch {
		case n > 0 && (!comma || i+n == len(words)):
			return words[i : i+n]
		case n > 0, strings.HasSuffix(words[i].Text, ";"):
			return nil
		}
	}
	if to > from && strings.Contains(words[to-1].Text, "?") {
		return words[to-1 : to]
	}
	return nil
}

// certain are words behind which a question is over: "likely viral illness with
// known asthma".
var certain = vocabulary.WordSet("known background with but however although")

// stateBehind reads what words right behind a condition say of its state: "has
// resolved", "no longer active".
func stateBehind(words []vocabulary.Token) string {
	for i := 0; i < len(words) && i < 4; i++ {
		if n, state := lapsed(words[i:]); n > 0 {
			return state
		}
		switch f := words[i].Fold; {
		case f == "resolved" || f == "inactive":
			return f
		case f != "" && !linking[f]:
			return ""
		}
	}
	return ""
}

var linking = vocabulary.WordSet("has have had is was are were now been completely fully since")

// stateBefore reads the same from words right before it: "resolution of".
func stateBefore(words []vocabulary.Token) string {
	if len(words) > 1 && words[len(words)-1].Fold == "the" {
		words = words[:len(words)-1]
	}
	last := words[len(words)-1].Fold
	before := ""
	if len(words) > 1 {
		before = words[len(words)-2].Fold
	}
	switch {
	case last == "resolved" || last == "inactive":
		return last
	case last == "of" && before == "resolution", before == "longer" && (last == "any" || last == "has" || last == "have"):
		return "resolved"
	}
	return ""
}

// lapsed reads "no longer active", "no longer a problem", "no longer seen", "not
// active": how many words, and the state they give. "No longer treated" gives none.
func lapsed(words []vocabulary.Token) (n int, state string) {
	switch {
	case len(words) > 2 && words[0].Fold == "no" && words[1].Fold == "longer":
		n = 2
	case len(words) > 1 && words[0].Fold == "not":
		if n = 1; words[1].Fold != "active" && words[1].Fold != "currently" {
			return 0, ""
		}
	default:
		return 0, ""
	}
	for n < len(words)-1 && (words[n].Fold == "a" || words[n].Fold == "an" || words[n].Fold == "currently" || words[n].Fold == "clinically") {
		n++
	}
	switch words[n].Fold {
	case "active", "problem", "issue", "concern", "symptomatic", "troublesome":
		return n + 1, "inactive"
	case "present", "seen", "evident", "visible", "identified", "demonstrated", "detectable", "detected", "apparent":
		return n + 1, "resolved"
	}
	return 0, ""
}
