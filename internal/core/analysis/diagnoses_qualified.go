package analysis

import (
	"strings"

	"clinician/internal/core"
)

// qualify notes what a sentence says of a condition it names in words[from:to]:
// that a relative has it, that it is a question, that it is over.
func qualify(v *core.Value, words []token, from, to int) {
	who, sure := relativeBefore(words, from)
	if who == nil {
		who, sure = relativeBehind(words[to:]), true
	}
	ofRelative(v, who, sure)
	if v.Negated {
		return
	}
	if by := unsureAround(words, from, to); by != nil {
		doubt(v, "the text says %q of it", quoted(by))
	}
	state := stateBehind(words[to:])
	if state == "" && from > 0 {
		state = stateBefore(words[:from])
	}
	addState(v, state)
}

// qualifyItem notes the same of an entry of a list.
func qualifyItem(v *core.Value, words []token) {
	for k := range words {
		if n := remarkAt("relative", words[k:]); n > 0 {
			who, sure := relativeBefore(words[:k+n], k+n)
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
		if n := remarkAt("unsure behind", words[k:]); n > 0 || strings.Contains(words[k].Text, "?") {
			by = words[k : k+max(1, n)]
		}
	}
	if by != nil {
		doubt(v, "the text says %q of it", quoted(by))
	}
}

// ofRelative makes a condition that of a relative.
func ofRelative(v *core.Value, who []token, sure bool) {
	if who == nil {
		return
	}
	if v.Context = "family history"; !sure {
		doubt(v, "it may be the patient's: the text speaks of %q", quoted(who))
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
func unsureAround(words []token, from, to int) []token {
	start := from
	for start > 0 && !strings.HasSuffix(words[start-1].Text, ";") {
		start--
	}
	for i := from - 1; i >= start && !certain[words[i].fold]; i-- {
		if n := remarkAt("unsure", words[i:from]); n > 0 {
			return words[i : i+n]
		}
		if strings.HasPrefix(words[i].Text, "?") {
			return words[i : i+1]
		}
	}
	for i := to; i < len(words) && i < to+6; i++ {
		n := remarkAt("unsure behind", words[i:])
		comma := i > to && endsPhrase(words[i-1].Text) || i == to && to > 0 && endsPhrase(words[to-1].Text)
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
var certain = wordSet("known background with but however although")

// stateBehind reads what words right behind a condition say of its state: "has
// resolved", "no longer active".
func stateBehind(words []token) string {
	for i := 0; i < len(words) && i < 4; i++ {
		if n, state := lapsed(words[i:]); n > 0 {
			return state
		}
		switch f := words[i].fold; {
		case f == "resolved" || f == "inactive":
			return f
		case f != "" && !linking[f]:
			return ""
		}
	}
	return ""
}

var linking = wordSet("has have had is was are were now been completely fully since")

// stateBefore reads the same from words right before it: "resolution of".
func stateBefore(words []token) string {
	if len(words) > 1 && words[len(words)-1].fold == "the" {
		words = words[:len(words)-1]
	}
	last := words[len(words)-1].fold
	before := ""
	if len(words) > 1 {
		before = words[len(words)-2].fold
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
func lapsed(words []token) (n int, state string) {
	switch {
	case len(words) > 2 && words[0].fold == "no" && words[1].fold == "longer":
		n = 2
	case len(words) > 1 && words[0].fold == "not":
		if n = 1; words[1].fold != "active" && words[1].fold != "currently" {
			return 0, ""
		}
	default:
		return 0, ""
	}
	for n < len(words)-1 && (words[n].fold == "a" || words[n].fold == "an" || words[n].fold == "currently" || words[n].fold == "clinically") {
		n++
	}
	switch words[n].fold {
	case "active", "problem", "issue", "concern", "symptomatic", "troublesome":
		return n + 1, "inactive"
	case "present", "seen", "evident", "visible", "identified", "demonstrated", "detectable", "detected", "apparent":
		return n + 1, "resolved"
	}
	return 0, ""
}
