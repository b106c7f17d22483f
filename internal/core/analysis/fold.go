package analysis

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// foldWord gives the form words are compared in: lower case, no accents, no
// punctuation at either end. Digits and inner punctuation stay.
func foldWord(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x80 || c >= 'A' && c <= 'Z' || !isAlnum(c) {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r), r == 0x200b, r == 0xfeff, r == 0xad:
		case r == '’' || r == '‘' || r == '`':
			b.WriteByte('\'')
		case r >= 0x2010 && r <= 0x2015 || r == 0x2212:
			b.WriteByte('-')
		case r == 'ß':
			b.WriteString("ss")
		case r == 'μ' || r == 'µ':
			b.WriteRune('µ')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.TrimFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '%' && r != '+' })
}

func isAlnum(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// foldPhrase folds every word of s; words are divided by single spaces.
func foldPhrase(s string) string {
	var out []string
	for _, f := range strings.Fields(s) {
		if w := foldWord(f); w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// loosen maps what OCR confuses onto one form. For finding names only: a name
// found loosely is a doubt, and no value is ever read through it.
func loosen(folded string) string { return looser.Replace(folded) }

var looser = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "0", "o", "1", "l", "i", "l", "|", "l", "!", "l", "5", "s", "8", "b", "6", "b", "'", "", "-", "", ".", "", ",", "")

// phrases is a vocabulary of one or more words each, found in runs of words.
type phrases[T any] struct {
	exact, loose map[string]T
	firsts       map[string]bool // first words of both, as folded and as loosened
	longest      int             // words
}

func newPhrases[T any]() *phrases[T] {
	return &phrases[T]{exact: map[string]T{}, loose: map[string]T{}, firsts: map[string]bool{}}
}

// add enters a phrase; the first meaning given to a phrase stays. Phrases
// shorter than five letters are never matched loosely.
func (p *phrases[T]) add(phrase string, meaning T) {
	f := foldPhrase(phrase)
	if f == "" {
		return
	}
	if _, known := p.exact[f]; known {
		return
	}
	p.exact[f] = meaning
	p.longest = max(p.longest, strings.Count(f, " ")+1)
	first, _, _ := strings.Cut(f, " ")
	p.firsts[first] = true
	if l := loosen(f); len(f) >= 5 {
		if _, known := p.loose[l]; !known {
			p.loose[l] = meaning
			p.firsts[loosen(first)] = true
		}
	}
}

// match is what find found: the meaning and how many words spell it. Sure is
// false when it took tolerance for misread letters.
type match[T any] struct {
	meaning T
	words   int
	sure    bool
}

// find looks for the longest phrase that starts with the first of the words. A comparator
// behind it is not part of it: the "<" of "Hb < 70" is the number's.
func (p *phrases[T]) find(words []token) (match[T], bool) {
	if len(words) == 0 || !p.firsts[words[0].fold] && !p.firsts[words[0].loose] {
		return match[T]{}, false // nearly always
	}
	var parts []string
	keys := make([]string, 0, p.longest)
	for i := 0; i < len(words) && i < p.longest; i++ {
		if words[i].fold != "" {
			parts = append(parts, words[i].fold)
		}
		keys = append(keys, strings.Join(parts, " "))
		if endsPhrase(words[i].Text) {
			break
		}
	}
	if len(keys) == 0 || words[0].fold == "" {
		return match[T]{}, false
	}
	for n := len(keys); n > 0; n-- {
		if comparesOnly(words[n-1]) {
			continue
		}
		if m, ok := p.exact[keys[n-1]]; ok {
			return match[T]{m, n, true}, true
		}
	}
	for n := len(keys); n > 0; n-- {
		if comparesOnly(words[n-1]) {
			continue
		}
		if m, ok := p.loose[loosen(keys[n-1])]; ok {
			return match[T]{m, n, false}, true
		}
	}
	return match[T]{}, false
}

// comparesOnly reports whether a word is nothing but a comparator.
func comparesOnly(w token) bool {
	c, rest := cutComparator(w.Text)
	return c != "" && rest == ""
}

// lookup finds a whole phrase.
func (p *phrases[T]) lookup(phrase string) (T, bool) {
	m, ok := p.exact[foldPhrase(phrase)]
	return m, ok
}

// endsPhrase reports whether no phrase goes on after this word.
func endsPhrase(s string) bool {
	if s == "" {
		return false
	}
	switch s[len(s)-1] {
	case ':', ';', ',', '=':
		return true
	}
	return false
}

// kinds are phrases by what they say.
type kinds map[string]*phrases[bool]

// readKinds reads a file of kinds, each with its phrases, parted by ";".
func readKinds(file string) kinds {
	out := kinds{}
	for _, f := range table(file) {
		p := newPhrases[bool]()
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.add(phrase, true)
		}
		out[f[0]] = p
	}
	return out
}

// at gives how many words spell a phrase of a kind exactly; 0 none.
func (k kinds) at(kind string, words []token) int {
	if m, ok := k[kind].find(words); ok && m.sure {
		return m.words
	}
	return 0
}
