package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core"
)

// How much of the text around a match is shown, in words, and how long a
// sentence can be.
const (
	wordsBefore = 8
	wordsAfter  = 12
	sentence    = 40
	longestWord = 80 // characters; longer ones are no words and would hide the match
)

// negations turn a finding into its absence. Where one stands in the sentence
// of the match it is shown, whatever else has to go.
var negations = []string{"no", "not", "non", "nor", "none", "never", "nil", "without", "denies", "denied", "deny", "negative", "absent", "absence",
	"excluded", "exclude", "excludes", "unlikely", "neither", "cannot"}

// abbreviations end in a full stop that ends no sentence.
var abbreviations = []string{"dr", "mr", "mrs", "ms", "prof", "st", "no", "nos", "approx", "vs", "fig", "ca", "cf", "i.v", "p.o", "s.c", "i.m", "e.g", "i.e", "tel", "ref"}

func negation(word string) bool {
	var b buffer
	foldInto(&b, word)
	w, _, _ := strings.Cut(string(b), " ")
	return slices.Contains(negations, w) || strings.HasSuffix(w, "nt") && len(w) > 4 && strings.ContainsAny(word, "'’") // wasn't
}

// contextOf writes one line around the match best, with all matches in it.
func contextOf(words []core.Word, all []wordRange, best wordRange) (string, []core.TextSpan) {
	from, to := bounds(words, best)
	first, last := max(from, best.from-wordsBefore), min(to, best.to+wordsAfter)
	var l line
	if i := negationIn(words, from, first); i >= 0 {
		l.gap(from < i)
		l.words(words, i, i+1, all)
		l.gap(i+1 < first)
	} else {
		l.gap(from < first)
	}
	l.words(words, first, last, all)
	if i := negationIn(words, last, to); i >= 0 {
		l.gap(last < i)
		l.words(words, i, i+1, all)
		l.gap(i+1 < to)
	} else {
		l.gap(last < to)
	}
	return l.b.String(), l.spans
}

// bounds gives the sentence of a match, or what could be it. Where there is no
// full stop far and wide it is a table or a list, and the line is what counts:
// a negation in the row above is none of this one's.
func bounds(words []core.Word, r wordRange) (from, to int) {
	for from = r.from; from > 0 && r.from-from < sentence && !stops(words, from-1); {
		from--
	}
	for to = r.to; to < len(words) && to-r.to < sentence && !stops(words, to-1); {
		to++
	}
	if from > 0 && stops(words, from-1) || stops(words, to-1) {
		return from, to
	}
	for from = r.from; from > 0 && words[from-1].Line == words[r.from].Line; {
		from--
	}
	for to = r.to; to < len(words) && words[to].Line == words[r.to-1].Line; {
		to++
	}
	return from, to
}

// stops reports whether a sentence ends with word i.
func stops(words []core.Word, i int) bool {
	word := strings.TrimRight(words[i].Text, `"')]”’`)
	switch {
	case strings.HasSuffix(word, "!"), strings.HasSuffix(word, "?"), strings.HasSuffix(word, ";"), strings.HasSuffix(word, "。"):
		return true
	}
	bare, ok := strings.CutSuffix(word, ".")
	if !ok || utf8.RuneCountInString(bare) < 2 || slices.Contains(abbreviations, strings.ToLower(strings.TrimLeft(bare, `"'([“‘`))) {
		return false
	}
	if i+1 == len(words) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(words[i+1].Text, `"'([“‘`))
	return !unicode.IsLower(next)
}

// negationIn gives the negation in [from, to) that is nearest to the match: the
// last before it, which is also the first after it when there is one only.
func negationIn(words []core.Word, from, to int) int {
	for i := to - 1; i >= from; i-- {
		if negation(words[i].Text) {
			return i
		}
	}
	return -1
}

// line is a line of context in the making.
type line struct {
	b     strings.Builder
	chars int
	spans []core.TextSpan
}

func (l *line) write(s string) {
	if l.b.Len() > 0 {
		l.b.WriteByte(' ')
		l.chars++
	}
	l.b.WriteString(s)
	l.chars += utf8.RuneCountInString(s)
}

// gap marks what was left out.
func (l *line) gap(left bool) {
	if left && !strings.HasSuffix(l.b.String(), "…") {
		l.write("…")
	}
}

func (l *line) words(words []core.Word, from, to int, all []wordRange) {
	for i := from; i < to; i++ {
		text := oneLine(words[i].Text)
		if text == "" {
			continue
		}
		before := l.chars
		l.write(text)
		start := l.chars - utf8.RuneCountInString(text)
		if !slices.ContainsFunc(all, func(r wordRange) bool { return r.from <= i && i < r.to }) {
			continue
		}
		if n := len(l.spans); n > 0 && l.spans[n-1].End == before && sameRange(all, i) {
			l.spans[n-1].End = l.chars
			continue
		}
		l.spans = append(l.spans, core.TextSpan{Start: start, End: l.chars})
	}
}

// sameRange reports whether a match covers word i and the one before it.
func sameRange(all []wordRange, i int) bool {
	return slices.ContainsFunc(all, func(r wordRange) bool { return r.from < i && i < r.to })
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	if utf8.RuneCountInString(s) > longestWord {
		s = string([]rune(s)[:longestWord]) + "…"
	}
	return s
}
