package analysis

import (
	"slices"
	"strings"
	"unicode"

	"clinician/internal/core"
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
	switch whole := strings.Join(words, ""); whole {
	case strings.Join(slices.Concat(family, given), ""), strings.Join(slices.Concat(given, family), ""):
		return nameSame // also where nothing divides the names: 赵明宇
	}
	if script(printed) != script(p.User.LastName+p.User.FirstName) {
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

// script gives the letters a name is written in by the first of them that is not
// Latin: a name in two scripts is Latin as far as it can be compared.
func script(name string) string {
	other := ""
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Latin, r):
			return "Latin"
		case !unicode.IsLetter(r) || other != "":
		case unicode.Is(unicode.Cyrillic, r):
			other = "Cyrillic"
		case unicode.Is(unicode.Greek, r):
			other = "Greek"
		default:
			other = "other"
		}
	}
	return other
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

// nameWords splits a name into folded words without titles. Apostrophes join,
// hyphens and commas divide.
func nameWords(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool {
		return r == ' ' || r == ',' || r == '-' || r == '‐' || r == '(' || r == ')' || r == '.' || r == '\u00a0'
	}) {
		w = plainLetters(w)
		if w != "" && !isTitle(w) && !formerName(w) {
			out = append(out, w)
		}
	}
	return out
}

// plainLetters folds a word of a name to its base letters.
func plainLetters(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'ł':
			return 'l'
		case r == 'ø':
			return 'o'
		case r == 'đ' || r == 'ð':
			return 'd'
		case r == 'ı':
			return 'i'
		case r < 0x80 && (r < 'a' || r > 'z'):
			return -1
		case r == '\'' || r == '’':
			return -1
		}
		return r
	}, foldWord(s))
}

func isTitle(folded string) bool {
	switch folded {
	case "mr", "mrs", "ms", "miss", "mx", "dr", "sir", "dame", "lord", "lady", "prof", "professor", "rev", "reverend", "master", "mme", "mlle", "m", "herr", "frau", "sr", "sra", "jr", "patient", "baby", "infant":
		return true
	}
	return false
}

// spelled compares two folded words: fitSame, fitNear when what scanners confuse or
// one slip in five letters explains the difference, else fitUnknown.
func spelled(a, b string) fit {
	if a == b {
		return fitSame
	}
	if loosen(a) == loosen(b) {
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
	if allowed > 0 && edits(a, b, allowed) <= allowed {
		return fitNear
	}
	return fitUnknown
}

// edits counts insertions, deletions, replacements and swaps of neighbours that
// turn a into b; more than limit is given as limit+1.
func edits(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	before, last, now := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		now[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
			least = min(least, now[j])
		}
		if least > limit {
			return limit + 1
		}
		before, last, now = last, now, before
	}
	return min(last[len(y)], limit+1)
}

// compareBirth: fitNear is one digit of one part.
func compareBirth(page, chart core.Date) fit {
	switch {
	case page.IsZero() || chart.IsZero():
		return fitUnknown
	case page == chart:
		return fitSame
	case page.Year == chart.Year && page.Day == int(chart.Month) && int(page.Month) == chart.Day:
		return fitTurned
	}
	a, b := page.String(), chart.String()
	slips := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			slips++
		}
	}
	if slips == 1 && len(a) == len(b) {
		return fitNear
	}
	return fitDiffers
}

// compareNumbers compares with the printed numbers of the same length; others
// are of another kind (a hospital's own number, a laboratory's).
func compareNumbers(printed []string, mrn string) fit {
	mrn = digitsOf(mrn)
	if len(mrn) < 4 {
		return fitUnknown
	}
	best := fitUnknown
	for _, n := range printed {
		switch d := edits(n, mrn, 2); {
		case d == 0:
			return fitSame
		case d <= 2 && len(mrn) >= 6:
			best = fitNear
		case len(n) == len(mrn) && best == fitUnknown:
			best = fitDiffers
		}
	}
	return best
}

// digitsOf drops everything but digits.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
