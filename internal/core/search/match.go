package search

import (
	"slices"
	"strings"

	"clinician/internal/core"
)

// maxPlaces is how many matches of a page are told.
const maxPlaces = 50

// Match is what was found on a page.
type Match struct {
	Context string
	Spans   []core.TextSpan
	Places  []core.TextPlace
	Count   int
}

// In looks for the query in plain text; cheap, for most pages do not have it.
// The places count the fields of the text.
func (q Query) In(text string) (Match, bool) {
	lines := strings.Split(text, "\n")
	var words []core.Word
	for n, line := range lines {
		for _, f := range strings.Fields(line) {
			words = append(words, core.Word{Text: f, Line: n})
		}
	}
	return q.OnPage(words)
}

// OnPage looks for the query in the words of a page, in reading order.
func (q Query) OnPage(words []core.Word) (Match, bool) {
	texts := make([]string, len(words))
	broken := false
	for i, w := range words {
		texts[i] = w.Text
		broken = broken || lineEnds(words, i) && hyphenated(w.Text)
	}
	breaks := func(i int) bool { return lineEnds(words, i) }
	found, all := q.ranges(newStream(texts, breaks, false))
	if broken { // each half can be looked for, and the whole word too
		joined, allJoined := q.ranges(newStream(texts, breaks, true))
		for i := range found {
			found[i] = append(found[i], joined[i]...)
		}
		all = all || allJoined || !slices.ContainsFunc(found, func(r []wordRange) bool { return len(r) == 0 })
	}
	if !all {
		return Match{}, false
	}
	return newMatch(words, found), true
}

func lineEnds(words []core.Word, i int) bool {
	return i+1 < len(words) && words[i].Line != words[i+1].Line
}

// wordRange is the words [from, to) and the term they match.
type wordRange struct{ from, to, term int }

// ranges gives the places of each term, and whether each has one.
func (q Query) ranges(s stream) (found [][]wordRange, all bool) {
	found, all = make([][]wordRange, len(q.terms)), true
	for i, t := range q.terms {
		for _, h := range t.find(s.text, maxPlaces) {
			found[i] = append(found[i], wordRange{s.word(h.from), s.word(h.to-1) + 1, i})
		}
		all = all && len(found[i]) > 0
	}
	return found, all
}

func newMatch(words []core.Word, found [][]wordRange) Match {
	var flat []wordRange
	for _, list := range found {
		flat = append(flat, list...)
	}
	slices.SortFunc(flat, func(a, b wordRange) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	flat = slices.CompactFunc(flat, func(a, b wordRange) bool { return a.from == b.from && a.to == b.to })
	m := Match{Count: len(flat)}
	best := flat[0]
	most, least := 0, 0
	for i, r := range flat {
		if n, width := distinctNear(flat[i:]); n > most || n == most && width < least {
			best, most, least = r, n, width
		}
	}
	// The shown match first: whoever opens the hit lands where the line is from.
	for _, r := range append([]wordRange{best}, flat...) {
		if len(m.Places) > 0 && r == best || len(m.Places) == maxPlaces {
			continue
		}
		m.Places = append(m.Places, place(words, r))
	}
	m.Context, m.Spans = contextOf(words, flat, best)
	return m
}

// near is how many words further a line of context still shows.
const near = 12

// distinctNear counts the terms of the matches that begin near the first one,
// and gives how far one has to read to see them all.
func distinctNear(list []wordRange) (terms, width int) {
	var seen [maxTerms]bool
	for _, r := range list {
		if r.from >= list[0].from+near {
			break
		}
		if !seen[r.term] {
			seen[r.term] = true
			terms, width = terms+1, r.to-list[0].from
		}
	}
	return terms, width
}

func place(words []core.Word, r wordRange) core.TextPlace {
	p := core.TextPlace{Word: r.from, Words: r.to - r.from, Boxes: []core.Box{}}
	for _, w := range words[r.from:r.to] {
		if w.Box != (core.Box{}) {
			p.Boxes = append(p.Boxes, w.Box)
		}
	}
	return p
}
