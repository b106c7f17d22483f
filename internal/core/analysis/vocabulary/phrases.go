package vocabulary

import (
	"strings"
)

// Phrases is a vocabulary of one or more words each, found in runs of words.
type Phrases[T any] struct {
	exact, loose map[string]T
	firsts       map[string]bool // first words of both, as folded and as loosened
	Longest      int             // words
}

// NewPhrases makes an empty vocabulary.
func NewPhrases[T any]() *Phrases[T] {
	return &Phrases[T]{exact: map[string]T{}, loose: map[string]T{}, firsts: map[string]bool{}}
}

// Add enters a phrase; the first meaning given to a phrase stays. Phrases
// shorter than five letters are never matched loosely.
func (p *Phrases[T]) Add(phrase string, meaning T) {
	f := FoldPhrase(phrase)
	if f == "" {
		return
	}
	if _, known := p.exact[f]; known {
		return
	}
	p.exact[f] = meaning
	p.Longest = max(p.Longest, strings.Count(f, " ")+1)
	first, _, _ := strings.Cut(f, " ")
	p.firsts[first] = true
	if l := Loosen(f); len(f) >= 5 {
		if _, known := p.loose[l]; !known {
			p.loose[l] = meaning
			p.firsts[Loosen(first)] = true
		}
	}
}

// Match is what find found: the meaning and how many words spell it. Sure is
// false when it took tolerance for misread letters.
type Match[T any] struct {
	Meaning T
	Words   int
	Sure    bool
}

// Find looks for the longest phrase that starts with the first of the words. A comparator
// behind it is not part of it: the "<" of "Hb < 70" is the number's.
func (p *Phrases[T]) Find(words []Token) (Match[T], bool) {
	if len(words) == 0 || !p.firsts[words[0].Fold] && !p.firsts[words[0].Loose] {
		return Match[T]{}, false // nearly always
	}
	var parts []string
	keys := make([]string, 0, p.Longest)
	for i := 0; i < len(words) && i < p.Longest; i++ {
		if words[i].Fold != "" {
			parts = append(parts, words[i].Fold)
		}
		keys = append(keys, strings.Join(parts, " "))
		if EndsPhrase(words[i].Text) {
			break
		}
	}
	if len(keys) == 0 || words[0].Fold == "" {
		return Match[T]{}, false
	}
	for n := len(keys); n > 0; n-- {
		if ComparesOnly(words[n-1]) {
			continue
		}
		if m, ok := p.exact[keys[n-1]]; ok {
			return Match[T]{m, n, true}, true
		}
	}
	for n := len(keys); n > 0; n-- {
		if ComparesOnly(words[n-1]) {
			continue
		}
		if m, ok := p.loose[Loosen(keys[n-1])]; ok {
			return Match[T]{m, n, false}, true
		}
	}
	return Match[T]{}, false
}

// Lookup finds a whole phrase.
func (p *Phrases[T]) Lookup(phrase string) (T, bool) {
	m, ok := p.exact[FoldPhrase(phrase)]
	return m, ok
}

// Has reports whether a folded phrase is in the vocabulary to the letter.
func (p *Phrases[T]) Has(folded string) bool {
	_, ok := p.exact[folded]
	return ok
}

// Kinds are phrases by what they say.
type Kinds map[string]*Phrases[bool]

// ReadKinds reads a file of kinds, each with its phrases, parted by ";".
func ReadKinds(file string) Kinds {
	out := Kinds{}
	for _, f := range ReadTable(file) {
		p := NewPhrases[bool]()
		for phrase := range strings.SplitSeq(f[1], ";") {
			p.Add(phrase, true)
		}
		out[f[0]] = p
	}
	return out
}

// At gives how many words spell a phrase of a kind exactly; 0 none.
func (k Kinds) At(kind string, words []Token) int {
	if m, ok := k[kind].Find(words); ok && m.Sure {
		return m.Words
	}
	return 0
}

// WordSet makes a set of the folded words in s, which spaces divide.
func WordSet(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// ReadTable reads a data file: tab-separated fields, # starts a comment line.
func ReadTable(file string) [][]string {
	var out [][]string
	for line := range strings.Lines(file) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && line[0] != '#' {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}
