package layout

import (
	"slices"
	"strings"

	"clinician/internal/core/analysis/assertion"
	"clinician/internal/core/analysis/vocabulary"
)

// Lines at the end and at the beginning of a page between which a footer and a
// header may lie.
const (
	lastLines  = 4
	FirstLines = 6
)

// LineOf gives the line near the top of a page that holds the first word of a
// name; FirstLines when none does.
func (s *Sheet) LineOf(name string) int {
	first, _, _ := strings.Cut(vocabulary.FoldPhrase(name), " ")
	for i, r := range s.Rows[:min(FirstLines, len(s.Rows))] {
		if slices.ContainsFunc(r.Words, func(w vocabulary.Token) bool { return w.Fold == first }) {
			return i
		}
	}
	return FirstLines
}

// LeftOpen gives the words that end a line near the foot of a page and deny what
// goes on in the line given; nil for none.
func (s *Sheet) LeftOpen(next []vocabulary.Token) []vocabulary.Token {
	for _, r := range s.Rows[max(0, len(s.Rows)-lastLines):] {
		if open := openWords(r.Words, next); open != nil {
			return open
		}
	}
	return nil
}

// DeniedAround gives the words that deny a word from across a gap in its row, or
// from the end of the row above, where that left a "no" open; nil for none.
func (s *Sheet) DeniedAround(w vocabulary.Token) []vocabulary.Token {
	words := s.Rows[w.Row].Words
	at := slices.IndexFunc(words, func(o vocabulary.Token) bool { return o.X0 == w.X0 && o.Text == w.Text })
	if at < 0 {
		return nil
	}
	if trigger, ok := assertion.Denied(assertion.Negations(words), at, at+1); ok {
		return words[trigger.From:trigger.To]
	}
	if at > 1 || at == 1 && itemMark(words[0]) || !s.follows(w.Row) {
		return nil
	}
	return openWords(s.Rows[w.Row-1].Words, words)
}

// MayDeny gives the line above a word when that denies to its end and stops at a
// comma: the word may be the next of the list that is denied, or an item of its
// own. A person has to see; nil for none.
func (s *Sheet) MayDeny(w vocabulary.Token) []vocabulary.Token {
	if r := s.Rows[w.Row]; !s.follows(w.Row) || itemMark(r.Words[0]) || slices.ContainsFunc(r.Words, func(o vocabulary.Token) bool { return o.X0 < w.X0 && vocabulary.EndsClause(o.Text) }) {
		return nil
	}
	if above := s.Rows[w.Row-1].Words; strings.HasSuffix(above[len(above)-1].Text, ",") && deniesOn(above) {
		return above
	}
	return nil
}

// DeniedAbove gives the words that deny a cell of row i and end the cell over it;
// nil for none.
func (s *Sheet) DeniedAbove(i int, c Cell) []vocabulary.Token {
	if !s.follows(i) || itemMark(c.Words[0]) {
		return nil
	}
	for _, above := range s.Rows[i-1].Cells {
		if min(above.X1(), c.X1()) > max(above.X0(), c.X0()) {
			return openWords(above.Words, c.Words)
		}
	}
	return nil
}

// follows reports whether a row belongs to the one above: no gap lies between,
// and it is no heading.
func (s *Sheet) follows(i int) bool {
	return i > 0 && s.Rows[i].Top-s.Rows[i-1].Bottom <= 1.6*s.Rows[i].Height() && !s.Rows[i].Heading && !UnknownHeading(s.Rows[i])
}

// itemMark reports whether a word is the number or bullet of an item.
func itemMark(w vocabulary.Token) bool { return w.Fold == "" || vocabulary.NumbersItem(w.Text) }

// openWords gives the words at the end of a line that deny the next.
func openWords(line, next []vocabulary.Token) []vocabulary.Token {
	if n := openCue(line, next); n > 0 {
		return line[len(line)-n:]
	}
	if leadsToSubstance(line) && deniesOn(line) {
		return line
	}
	return nil
}
