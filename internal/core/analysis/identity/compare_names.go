package identity

import (
	"strings"
	"unicode"

	"clinician/internal/core"
	"clinician/internal/core/analysis/vocabulary"
	"clinician/internal/core/text"
)

// nameFit is how a printed name relates to a patient's.
type nameFit int

const (
	nameUnknown       nameFit = iota
	nameSame                  // family and given name, to the letter
	nameClose                 // the same but for misread letters, an initial, a preferred name, or no given name at all
	nameGivenDiffers          // the family, somebody else of it
	nameFamilyDiffers         // the given name with another family name
	nameDiffers
)

func (f nameFit) conflicts() bool { return f >= nameGivenDiffers }

// compareNames finds the patient's names among the printed ones, in any order.
func compareNames(printed string, p core.Patient) nameFit {
	words := nameWords(printed)
	family := nameWords(p.User.LastName)
	given := nameWords(p.User.FirstName)
	if len(words) == 0 || len(family) == 0 && len(given) == 0 {
		return nameUnknown
	}
	whole, last, first := strings.Join(words, " "), strings.Join(family, " "), strings.Join(given, " ")
	if text.SameName(whole, last+" "+first) || text.SameName(whole, first+" "+last) {
		return nameSame // also where nothing divides the names: 赵明宇
	}
	if text.Script(printed) != text.Script(p.User.LastName+p.User.FirstName) {
		return nameUnknown // a name in other letters can be spelled in many ways
	}
	rest, familyFit := takeName(words, family)
	if familyFit == fitUnknown {
		if givenIn(words, given, p.PreferredName) != fitUnknown {
			return nameFamilyDiffers
		}
		return nameDiffers
	}
	if len(rest) == 0 {
		return nameClose
	}
	switch givenIn(rest, given, p.PreferredName) {
	case fitUnknown:
		if len(given) == 0 {
			return nameClose
		}
		return nameGivenDiffers
	case fitSame:
		return map[bool]nameFit{true: nameSame, false: nameClose}[familyFit == fitSame]
	}
	return nameClose
}

// takeName looks for a run of words that spells the name, together or apart
// ("Mbeki Stone", "O Rourke"), and gives the words without it. Of a double
// name one half is enough.
func takeName(words, name []string) ([]string, fit) {
	whole := strings.Join(name, "")
	if whole == "" {
		return words, fitNear
	}
	bestFit, bestFrom, bestTo := fitUnknown, 0, 0
	for from := range words {
		for to := from + 1; to <= len(words) && to <= from+len(name)+1; to++ {
			if f := spelled(strings.Join(words[from:to], ""), whole); f != fitUnknown && (bestFit == fitUnknown || f < bestFit) {
				bestFit, bestFrom, bestTo = f, from, to
			}
		}
	}
	if bestFit == fitUnknown && len(name) > 1 {
		for i, w := range words {
			for _, half := range name {
				if len(half) >= 4 && spelled(w, half) != fitUnknown {
					bestFit, bestFrom, bestTo = fitNear, i, i+1
				}
			}
		}
	}
	if bestFit == fitUnknown {
		return words, fitUnknown
	}
	rest := append([]string{}, words[:bestFrom]...)
	return append(rest, words[bestTo:]...), bestFit
}

// givenIn looks for any of the given names, the preferred one, or an initial.
func givenIn(words, given []string, preferred string) fit {
	best := fitUnknown
	better := func(f fit) {
		if f != fitUnknown && (best == fitUnknown || f < best) {
			best = f
		}
	}
	for _, w := range words {
		for _, g := range given {
			better(spelled(w, g))
			if len(w) == 1 && w[0] == g[0] || len(w) >= 3 && strings.HasPrefix(g, w) {
				better(fitNear)
			}
		}
		for _, g := range nameWords(preferred) {
			if spelled(w, g) != fitUnknown {
				better(fitNear)
			}
		}
	}
	if _, f := takeName(words, given); len(given) > 0 {
		better(f)
	}
	return best
}

// nameWords splits a name into words as text.Key folds them, without titles.
// Apostrophes join, hyphens and commas divide.
func nameWords(s string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '(' || r == ')' || r == '.' }) {
		for _, w := range text.Words(part) {
			if w = onlyLetters(w); w != "" && !text.Title(w) && !text.FormerName(w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// onlyLetters drops what scanners put into names: figures, signs, marks over letters.
func onlyLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mc, r) {
			return -1
		}
		return r
	}, s)
}

// spelled compares two folded words: fitSame, fitNear when what scanners confuse or
// one slip in five letters explains the difference, else fitUnknown.
func spelled(a, b string) fit {
	if a == b {
		return fitSame
	}
	if vocabulary.Loosen(a) == vocabulary.Loosen(b) {
		return fitNear
	}
	n := min(len([]rune(a)), len([]rune(b)))
	allowed := 0
	switch {
	case n >= 12:
		allowed = 3
	case n >= 8:
		allowed = 2
	case n >= 4:
		allowed = 1
	}
	if allowed > 0 && vocabulary.Edits(a, b, allowed) <= allowed {
		return fitNear
	}
	return fitUnknown
}
