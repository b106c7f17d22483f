package analysis

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/drugs.txt
var drugsFile string

//go:embed data/doses.tsv
var dosesFile string

// drug is a medicine of the vocabulary. high is 0 where no usual dose is given.
type drug struct {
	name      string
	low, high float64
	unit      string
}

// drugs are the known names of medicines.
var drugs = sync.OnceValue(func() *phrases[drug] {
	p := newPhrases[drug]()
	for line := range strings.Lines(drugsFile) {
		line, _, _ = strings.Cut(line, "#")
		name, usual, _ := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		d := drug{name: name}
		amount, unit, _ := strings.Cut(strings.TrimSpace(usual), " ")
		low, high, _ := strings.Cut(amount, "-")
		l, errLow := strconv.ParseFloat(low, 64)
		h, errHigh := strconv.ParseFloat(high, 64)
		if errLow == nil && errHigh == nil {
			d.low, d.high, d.unit = l, h, unit
		}
		p.add(name, d)
	}
	return p
})

// doseWords are the words of prescriptions by kind: "unit", "count", "route",
// "frequency", "form". A word may be of several kinds.
var doseWords = sync.OnceValue(func() kinds { return readKinds(dosesFile) })

// spells gives how many of the words spell a phrase of a kind exactly; 0 none.
func spells(kind string, words []token) int { return doseWords().at(kind, words) }

// drugAt looks for the name of a medicine at the start of words.
func drugAt(words []token) (match[drug], bool) {
	m, ok := drugs().find(words)
	if !ok || !m.sure {
		if both, ok := combination(words); ok {
			return both, true
		}
	}
	if !ok {
		return similarDrug(words)
	}
	for m.words > 1 && words[m.words-1].fold == "" {
		m.words--
	}
	switch m.meaning.name { // short names mean something else in small letters
	case "ms", "mst":
		if trimmed := trimPoints(words[0].Text); trimmed != strings.ToUpper(trimmed) {
			return match[drug]{}, false
		}
	}
	if !m.sure && len(words[0].fold) < 6 {
		return match[drug]{}, false
	}
	return m, true
}

// combination finds two medicines or more in one word:
// "hydrocodone-acetaminophen", "amoxicillin/clavulanate".
func combination(words []token) (match[drug], bool) {
	parts := strings.FieldsFunc(words[0].fold, func(r rune) bool { return r == '-' || r == '/' })
	if len(parts) < 2 {
		return match[drug]{}, false
	}
	for _, p := range parts {
		if _, known := drugs().exact[p]; !known || len(p) < 5 {
			return match[drug]{}, false
		}
	}
	return match[drug]{drug{name: words[0].fold}, 1, true}, true
}

// similarDrug finds single names with one misread letter that loosen does not
// explain. Only long words: short ones are near too many others.
func similarDrug(words []token) (match[drug], bool) {
	w := words[0].fold
	if len(w) < shortestSimilar || len(w) > 40 || hasDigit(w) {
		return match[drug]{}, false
	}
	near := drugsWithoutLetter()
	for i := 0; i <= len(w); i++ {
		for _, d := range near[withoutByte(w, i)] {
			if edits(w, d.name, 1) == 1 {
				return match[drug]{d, 1, false}, true
			}
		}
	}
	return match[drug]{}, false
}

const shortestSimilar = 8

// withoutByte drops the byte at i; at the end it drops none.
func withoutByte(s string, i int) string {
	if i == len(s) {
		return s
	}
	return s[:i] + s[i+1:]
}

// drugsWithoutLetter finds one-word names by what is left of them without any
// one letter: a word and a name one slip apart have such a rest in common.
var drugsWithoutLetter = sync.OnceValue(func() map[string][]drug {
	out := map[string][]drug{}
	for name, d := range drugs().exact {
		if len(name) < shortestSimilar || strings.Contains(name, " ") {
			continue
		}
		for i := 0; i <= len(name); i++ {
			key := withoutByte(name, i)
			out[key] = append(out[key], d)
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b drug) int { return strings.Compare(a.name, b.name) })
	}
	return out
})
