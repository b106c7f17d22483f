package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core"
)

// Limits of a query.
const (
	maxQuery = 200 // characters
	maxTerms = 10
)

// Query is what must all be on a page.
type Query struct {
	terms []term
}

// term is a word or a phrase, folded, without spaces at its ends.
type term struct {
	text   string
	whole  bool   // it must end where a word ends: too short to be the beginning of one
	number bool   // a number, which must end where the term ends
	bare   string // a number's digits when it is nothing else and long enough to be printed in groups
	free   bool   // begins in a script without spaces between words: found anywhere
}

// Parse reads what a person typed: words, and phrases in quotes. CodeInvalid
// when there is nothing in it that can be searched for.
func Parse(s string) (Query, error) {
	if utf8.RuneCountInString(s) > maxQuery {
		return Query{}, invalid("Search for less: at most 200 characters.")
	}
	var q Query
	for i, part := range strings.Split(quotes.Replace(s), `"`) {
		if i%2 == 1 { // within quotes; an unfinished phrase is one as well
			q.add(part)
			continue
		}
		for _, w := range strings.Fields(part) {
			q.add(w)
		}
	}
	switch {
	case len(q.terms) == 0:
		return Query{}, invalid("Type a word to search for.")
	case len(q.terms) > maxTerms:
		return Query{}, invalid("Search for less: at most ten words or phrases.")
	}
	return q, nil
}

var quotes = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`)

func invalid(message string) error {
	e := core.Errorf(core.CodeInvalid, "%s", message)
	e.Fields = map[string][]string{"q": {message}}
	return e
}

func (q *Query) add(s string) {
	var b buffer
	foldInto(&b, s)
	t := term{text: strings.TrimSpace(string(b))}
	if t.text == "" {
		return
	}
	first, _ := utf8.DecodeRuneInString(t.text)
	t.free = spaceless(first)
	t.whole = !t.free && utf8.RuneCountInString(t.text) <= 2
	last := t.text[len(t.text)-1]
	t.number = last >= '0' && last <= '9'
	if digitsOnly := strings.ReplaceAll(t.text, " ", ""); len(digitsOnly) >= 4 && strings.Trim(digitsOnly, "0123456789") == "" {
		t.bare = digitsOnly
	}
	q.terms = append(q.terms, t)
}

// spaceless reports whether r is of a script that does not divide its words.
func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// hit is where a term is in a stream: [from, to).
type hit struct{ from, to int }

// find gives every place of t, at most limit of them.
func (t term) find(text string, limit int) []hit {
	var out []hit
	needle := " " + t.text
	if t.free {
		needle = t.text
	}
	for from := 0; len(out) < limit; {
		i := strings.Index(text[from:], needle)
		if i < 0 {
			break
		}
		start := from + i + len(needle) - len(t.text)
		end := start + len(t.text)
		if (!t.number || ends(text[end:])) && (!t.whole || strings.HasPrefix(text[end:], " ")) {
			out = append(out, hit{from: start, to: end})
		}
		from = start + 1
	}
	if t.bare != "" && len(out) == 0 {
		out = grouped(text, t.bare, limit)
	}
	return out
}

// ends reports whether a number is over where rest begins: 4.5 is not in 4.55,
// and 10 is not in 10.2.
func ends(rest string) bool {
	rest, _ = strings.CutPrefix(rest, ".")
	return rest == "" || !digits(rune(rest[0]))
}

// grouped finds a long number that is printed in groups: 412 887 0031.
func grouped(text, number string, limit int) []hit {
	var out []hit
	for i := 1; i < len(text) && len(out) < limit; i++ {
		if text[i-1] != ' ' || text[i] != number[0] {
			continue
		}
		n, j := 0, i
		for j < len(text) && n < len(number) {
			if text[j] == number[n] {
				n++
			} else if text[j] != ' ' || n == 0 {
				break
			}
			j++
		}
		if n == len(number) && ends(text[j:]) {
			out = append(out, hit{from: i, to: j})
		}
	}
	return out
}
