package vocabulary

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/allergens.txt
var allergensFile string

// allergens are substances people react to that are no medicines by name.
var allergens = sync.OnceValue(func() *Phrases[bool] {
	p := NewPhrases[bool]()
	for line := range strings.Lines(allergensFile) {
		line, _, _ = strings.Cut(line, "#")
		p.Add(line, true)
	}
	return p
})

// SubstanceAt finds a known substance at the start of words.
func SubstanceAt(words []Token) (n int, sure bool) {
	if m, ok := allergens().Find(words); ok {
		n, sure = m.Words, m.Sure
	}
	if m, ok := DrugAt(words); ok && m.Words > n {
		n, sure = m.Words, m.Sure
	}
	return n, sure
}

// SpeaksOfAllergy reports whether two words lead to a substance: "allergic to".
func SpeaksOfAllergy(word, to Token) bool {
	switch word.Fold {
	case "allergic", "allergy", "allergies", "intolerant", "intolerance", "anaphylaxis":
		return to.Fold == "to" || to.Fold == "of"
	}
	return false
}

//go:embed data/drugs.txt
var drugsFile string

//go:embed data/doses.tsv
var dosesFile string

// Drug is a medicine of the vocabulary. high is 0 where no usual dose is given.
type Drug struct {
	Name      string
	Low, High float64
	Unit      string
}

// drugs are the known names of medicines.
var drugs = sync.OnceValue(func() *Phrases[Drug] {
	p := NewPhrases[Drug]()
	for line := range strings.Lines(drugsFile) {
		line, _, _ = strings.Cut(line, "#")
		name, usual, _ := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		d := Drug{Name: name}
		amount, unit, _ := strings.Cut(strings.TrimSpace(usual), " ")
		low, high, _ := strings.Cut(amount, "-")
		l, errLow := strconv.ParseFloat(low, 64)
		h, errHigh := strconv.ParseFloat(high, 64)
		if errLow == nil && errHigh == nil {
			d.Low, d.High, d.Unit = l, h, unit
		}
		p.Add(name, d)
	}
	return p
})

// DoseWords are the words of prescriptions by kind: "unit", "count", "route",
// "frequency", "form". A word may be of several kinds.
var DoseWords = sync.OnceValue(func() Kinds { return ReadKinds(dosesFile) })

// DoseWordAt gives how many of the words spell a phrase of a kind exactly; 0 none.
func DoseWordAt(kind string, words []Token) int { return DoseWords().At(kind, words) }

// DrugAt looks for the name of a medicine at the start of words.
func DrugAt(words []Token) (Match[Drug], bool) {
	m, ok := drugs().Find(words)
	if !ok || !m.Sure {
		if both, ok := combination(words); ok {
			return both, true
		}
	}
	if !ok {
		return similarDrug(words)
	}
	for m.Words > 1 && words[m.Words-1].Fold == "" {
		m.Words--
	}
	switch m.Meaning.Name { // short names mean something else in small letters
	case "ms", "mst":
		if trimmed := TrimPoints(words[0].Text); trimmed != strings.ToUpper(trimmed) {
			return Match[Drug]{}, false
		}
	}
	if !m.Sure && len(words[0].Fold) < 6 {
		return Match[Drug]{}, false
	}
	return m, true
}

// combination finds two medicines or more in one word:
// "hydrocodone-acetaminophen", "amoxicillin/clavulanate".
func combination(words []Token) (Match[Drug], bool) {
	parts := strings.FieldsFunc(words[0].Fold, func(r rune) bool { return r == '-' || r == '/' })
	if len(parts) < 2 {
		return Match[Drug]{}, false
	}
	for _, p := range parts {
		if _, known := drugs().exact[p]; !known || len(p) < 5 {
			return Match[Drug]{}, false
		}
	}
	return Match[Drug]{Drug{Name: words[0].Fold}, 1, true}, true
}

// similarDrug finds single names with one misread letter that Loosen does not
// explain. Only long words: short ones are near too many others.
func similarDrug(words []Token) (Match[Drug], bool) {
	w := words[0].Fold
	if len(w) < shortestSimilar || len(w) > 40 || HasDigit(w) {
		return Match[Drug]{}, false
	}
	near := drugsWithoutLetter()
	for i := 0; i <= len(w); i++ {
		for _, d := range near[withoutByte(w, i)] {
			if Edits(w, d.Name, 1) == 1 {
				return Match[Drug]{d, 1, false}, true
			}
		}
	}
	return Match[Drug]{}, false
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
var drugsWithoutLetter = sync.OnceValue(func() map[string][]Drug {
	out := map[string][]Drug{}
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
		slices.SortFunc(list, func(a, b Drug) int { return strings.Compare(a.Name, b.Name) })
	}
	return out
})
