// Package assertion says what a run of words claims of the things it names: that
// they are denied (Negations, after NegEx), in question or taken back (RemarkAt), a
// relative's (RelativeBefore), a condition or target only (Hypothetical), or what
// became of a medicine (StateWord). It sees one sentence or line at a time; what
// holds over lines and sections is decided in package layout.
//
// Start reading at Negations. The words are in data/negation.tsv and data/remarks.tsv.
package assertion

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"clinician/internal/core/analysis/vocabulary"
)

//go:embed data/negation.tsv
var negationFile string

// Negators are the triggers of NegEx: "before" negates what follows it, "after"
// what precedes it, "opens" what follows it where it starts a clause, "pseudo"
// nothing, "ends" ends the reach of either.
var Negators = sync.OnceValue(func() *vocabulary.Phrases[[]string] {
	kinds := map[string][]string{}
	var order []string
	for _, f := range vocabulary.ReadTable(negationFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			phrase = vocabulary.FoldPhrase(phrase)
			if kinds[phrase] == nil {
				order = append(order, phrase)
			}
			kinds[phrase] = append(kinds[phrase], f[0])
		}
	}
	p := vocabulary.NewPhrases[[]string]()
	for _, phrase := range order {
		p.Add(phrase, kinds[phrase])
	}
	return p
})

// Reach is part of a sentence: words from up to but not including to.
type Reach struct{ From, To int }

// Negation is a trigger and what it negates, as indices of a sentence's words.
type Negation struct {
	Trigger Reach
	Scope   Reach
}

// Negations finds what a sentence denies. It errs on the side of keeping a "no":
// a comma does not end the reach, only words that start something else do.
func Negations(words []vocabulary.Token) []Negation {
	var out []Negation
	last := 0 // where an "after" trigger may reach back to
	for i := 0; i < len(words); {
		if from, ok := Answered(words, i); ok { // "Fever: no"
			out = append(out, Negation{Reach{i, i + 1}, Reach{from, i}})
			i++
			continue
		}
		m, ok := Negators().Find(words[i:])
		if !ok || !m.Sure {
			if vocabulary.EndsClause(words[i].Text) {
				last = i + 1
			}
			i++
			continue
		}
		trigger := Reach{i, i + m.Words}
		for _, kind := range m.Meaning {
			switch kind {
			case "before":
				if scope := (Reach{trigger.To, scopeEnd(words, trigger.To)}); scope.To > scope.From {
					out = append(out, Negation{trigger, scope})
				}
			case "after":
				if trigger.From > last {
					out = append(out, Negation{trigger, Reach{last, trigger.From}})
				}
			case "opens":
				if scope := (Reach{trigger.To, scopeEnd(words, trigger.To)}); StartsClause(words, trigger.From) && scope.To > scope.From {
					out = append(out, Negation{trigger, scope})
				}
			case "ends":
				last = trigger.To
			}
		}
		if vocabulary.EndsClause(words[trigger.To-1].Text) {
			last = trigger.To
		}
		i += m.Words
	}
	return out
}

// Answered reports whether the word at i answers an item of a form with no
// ("Fever: no", "Fever - no", "Fever -ve"), and where that item starts.
func Answered(words []vocabulary.Token, i int) (int, bool) {
	switch words[i].Fold {
	case "no", "none", "nil", "negative", "absent", "excluded":
	default:
		if words[i].Text == "-ve" && i > 0 {
			return itemStart(words, i), true
		}
		return 0, false
	}
	if i == 0 || !strings.HasSuffix(words[i-1].Text, ":") && (words[i-1].Fold != "" || i == 1) || i+1 < len(words) && !vocabulary.EndsPhrase(words[i].Text) && !strings.HasSuffix(words[i].Text, ".") {
		return 0, false
	}
	return itemStart(words, i), true
}

// itemStart gives where the item of a form starts that is answered at word i.
func itemStart(words []vocabulary.Token, i int) int {
	from := i - 1
	for from > 0 && !vocabulary.EndsPhrase(words[from-1].Text) && i-from < 6 {
		from--
	}
	return from
}

// scopeEnd gives where the reach of a trigger ends.
func scopeEnd(words []vocabulary.Token, from int) int {
	for i := from; i < len(words); i++ {
		if i > from {
			m, ok := Negators().Find(words[i:])
			if ok && m.Sure && (slices.Contains(m.Meaning, "ends") || slices.Contains(m.Meaning, "before") && !slices.Contains(m.Meaning, "after")) {
				return i
			}
		}
		if vocabulary.EndsClause(words[i].Text) {
			return i + 1
		}
		if strings.HasSuffix(words[i].Text, ",") && newClause(words[i+1:]) {
			return i + 1
		}
	}
	return len(words)
}

// newClause reports whether words after a comma say something of their own: a
// verb comes within a few words.
func newClause(words []vocabulary.Token) bool {
	for i := 0; i < len(words) && i < 5; i++ {
		switch words[i].Fold {
		case "is", "was", "are", "were", "has", "have", "had", "shows", "showed", "measures", "contains", "remains", "appears", "demonstrates", "confirmed", "noted":
			return i > 0 || len(words) > 1
		case "no", "not", "or", "nor":
			return false
		}
		if vocabulary.EndsPhrase(words[i].Text) {
			return false
		}
	}
	return false
}

// Denied reports whether the words from..to of a sentence lie in the reach of a
// negation, and gives the trigger.
func Denied(found []Negation, from, to int) (Reach, bool) {
	for _, n := range found {
		if from >= min(n.Scope.From, n.Trigger.From) && to <= n.Scope.To {
			return n.Trigger, true
		}
	}
	return Reach{}, false
}

// StartsClause reports whether the word at i is the first of a clause or item.
func StartsClause(words []vocabulary.Token, i int) bool {
	return i == 0 || vocabulary.EndsClause(words[i-1].Text) || vocabulary.EndsPhrase(words[i-1].Text) || vocabulary.NumbersItem(words[i-1].Text) || words[i-1].Fold == ""
}
