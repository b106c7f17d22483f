package analysis

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/negation.tsv
var negationFile string

// negators are the triggers of NegEx: "before" negates what follows it, "after"
// what precedes it, "opens" what follows it where it starts a clause, "pseudo"
// nothing, "ends" ends the reach of either.
var negators = sync.OnceValue(func() *phrases[[]string] {
	kinds := map[string][]string{}
	var order []string
	for _, f := range table(negationFile) {
		for phrase := range strings.SplitSeq(f[1], ";") {
			phrase = foldPhrase(phrase)
			if kinds[phrase] == nil {
				order = append(order, phrase)
			}
			kinds[phrase] = append(kinds[phrase], f[0])
		}
	}
	p := newPhrases[[]string]()
	for _, phrase := range order {
		p.add(phrase, kinds[phrase])
	}
	return p
})

// reach is part of a sentence: words from up to but not including to.
type reach struct{ from, to int }

// negation is a trigger and what it negates, as indices of a sentence's words.
type negation struct {
	trigger reach
	scope   reach
}

// negations finds what a sentence denies. It errs on the side of keeping a "no":
// a comma does not end the reach, only words that start something else do.
func negations(words []token) []negation {
	var out []negation
	last := 0 // where an "after" trigger may reach back to
	for i := 0; i < len(words); {
		if from, ok := answered(words, i); ok { // "Fever: no"
			out = append(out, negation{reach{i, i + 1}, reach{from, i}})
			i++
			continue
		}
		m, ok := negators().find(words[i:])
		if !ok || !m.sure {
			if endsClause(words[i].Text) {
				last = i + 1
			}
			i++
			continue
		}
		trigger := reach{i, i + m.words}
		for _, kind := range m.meaning {
			switch kind {
			case "before":
				if scope := (reach{trigger.to, scopeEnd(words, trigger.to)}); scope.to > scope.from {
					out = append(out, negation{trigger, scope})
				}
			case "after":
				if trigger.from > last {
					out = append(out, negation{trigger, reach{last, trigger.from}})
				}
			case "opens":
				if scope := (reach{trigger.to, scopeEnd(words, trigger.to)}); startsClause(words, trigger.from) && scope.to > scope.from {
					out = append(out, negation{trigger, scope})
				}
			case "ends":
				last = trigger.to
			}
		}
		if endsClause(words[trigger.to-1].Text) {
			last = trigger.to
		}
		i += m.words
	}
	return out
}

// answered reports whether the word at i answers an item of a form with no
// ("Fever: no", "Fever - no", "Fever -ve"), and where that item starts.
func answered(words []token, i int) (int, bool) {
	switch words[i].fold {
	case "no", "none", "nil", "negative", "absent", "excluded":
	default:
		if words[i].Text == "-ve" && i > 0 {
			return itemStart(words, i), true
		}
		return 0, false
	}
	if i == 0 || !strings.HasSuffix(words[i-1].Text, ":") && (words[i-1].fold != "" || i == 1) || i+1 < len(words) && !endsPhrase(words[i].Text) && !strings.HasSuffix(words[i].Text, ".") {
		return 0, false
	}
	return itemStart(words, i), true
}

// itemStart gives where the item of a form starts that is answered at word i.
func itemStart(words []token, i int) int {
	from := i - 1
	for from > 0 && !endsPhrase(words[from-1].Text) && i-from < 6 {
		from--
	}
	return from
}

// scopeEnd gives where the reach of a trigger ends.
func scopeEnd(words []token, from int) int {
	for i := from; i < len(words); i++ {
		if i > from {
			m, ok := negators().find(words[i:])
			if ok && m.sure && (slices.Contains(m.meaning, "ends") || slices.Contains(m.meaning, "before") && !slices.Contains(m.meaning, "after")) {
				return i
			}
		}
		if endsClause(words[i].Text) {
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
func newClause(words []token) bool {
	for i := 0; i < len(words) && i < 5; i++ {
		switch words[i].fold {
		case "is", "was", "are", "were", "has", "have", "had", "shows", "showed", "measures", "contains", "remains", "appears", "demonstrates", "confirmed", "noted":
			return i > 0 || len(words) > 1
		case "no", "not", "or", "nor":
			return false
		}
		if endsPhrase(words[i].Text) {
			return false
		}
	}
	return false
}

func endsClause(s string) bool {
	return strings.HasSuffix(s, ";") || strings.HasSuffix(s, ":") || strings.HasSuffix(s, ".") && len(s) > 2
}

// denied reports whether the words from..to of a sentence lie in the reach of a
// negation, and gives the trigger.
func denied(found []negation, from, to int) (reach, bool) {
	for _, n := range found {
		if from >= min(n.scope.from, n.trigger.from) && to <= n.scope.to {
			return n.trigger, true
		}
	}
	return reach{}, false
}

// startsClause reports whether the word at i is the first of a clause or item.
func startsClause(words []token, i int) bool {
	return i == 0 || endsClause(words[i-1].Text) || endsPhrase(words[i-1].Text) || numbered(words[i-1].Text) || words[i-1].fold == ""
}

// deniedAround gives the words that deny a word from across a gap in its row, or
// from the end of the row above, where that left a "no" open; nil for none.
func (s *sheet) deniedAround(w token) []token {
	words := s.rows[w.row].words
	at := slices.IndexFunc(words, func(o token) bool { return o.x0 == w.x0 && o.Text == w.Text })
	if at < 0 {
		return nil
	}
	if trigger, ok := denied(negations(words), at, at+1); ok {
		return words[trigger.from:trigger.to]
	}
	if at > 1 || at == 1 && itemMark(words[0]) || !s.follows(w.row) {
		return nil
	}
	return openWords(s.rows[w.row-1].words, words)
}

// mayDeny gives the line above a word when that denies to its end and stops at a
// comma: the word may be the next of the list that is denied, or an item of its
// own. A person has to see; nil for none.
func (s *sheet) mayDeny(w token) []token {
	if r := s.rows[w.row]; !s.follows(w.row) || itemMark(r.words[0]) || slices.ContainsFunc(r.words, func(o token) bool { return o.x0 < w.x0 && endsClause(o.Text) }) {
		return nil
	}
	if above := s.rows[w.row-1].words; strings.HasSuffix(above[len(above)-1].Text, ",") && deniesOn(above) {
		return above
	}
	return nil
}

// deniedAbove gives the words that deny a cell of row i and end the cell over it;
// nil for none.
func (s *sheet) deniedAbove(i int, c cell) []token {
	if !s.follows(i) || itemMark(c.words[0]) {
		return nil
	}
	for _, above := range s.rows[i-1].cells {
		if min(above.x1(), c.x1()) > max(above.x0(), c.x0()) {
			return openWords(above.words, c.words)
		}
	}
	return nil
}

// follows reports whether a row belongs to the one above: no gap lies between,
// and it is no heading.
func (s *sheet) follows(i int) bool {
	return i > 0 && s.rows[i].top-s.rows[i-1].bottom <= 1.6*s.rows[i].height() && !s.rows[i].heading && !unknownHeading(s.rows[i])
}

// itemMark reports whether a word is the number or bullet of an item.
func itemMark(w token) bool { return w.fold == "" || numbered(w.Text) }

// openWords gives the words at the end of a line that deny the next.
func openWords(line, next []token) []token {
	if n := openCue(line, next); n > 0 {
		return line[len(line)-n:]
	}
	if leadsToSubstance(line) && deniesOn(line) {
		return line
	}
	return nil
}
