package vocabulary

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"clinician/internal/core/text"
)

// FoldWord gives the form printed words are compared in: lower case, no accents,
// letters as text.FoldLetter gives them, no punctuation at either end. Digits and
// inner punctuation stay, by which names are not compared: text.Key is for those.
func FoldWord(s string) string {
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
	s = withoutNote(s)
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r), r == 0x200b, r == 0xfeff, r == 0xad:
		case r == '’' || r == '‘' || r == '`':
			b.WriteByte('\'')
		case r >= 0x2010 && r <= 0x2015 || r == 0x2212:
			b.WriteByte('-')
		case r == 'μ' || r == 'µ':
			b.WriteRune('µ')
		default:
			r = unicode.ToLower(r)
			if typed := text.FoldLetter(r); typed != "" {
				b.WriteString(typed)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return strings.TrimFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '%' && r != '+' })
}

// withoutNote drops the raised number of a note behind a word: "Potassium¹". Units
// (cm², mm³) have fewer letters, and formulas (HCO₃) lower theirs.
func withoutNote(s string) string {
	word := strings.TrimRight(s, "¹²³⁴⁵⁶⁷⁸⁹")
	if word == s || len([]rune(word)) < 4 || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return s
	}
	return word
}

func isAlnum(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// FoldPhrase folds every word of s; words are divided by single spaces.
func FoldPhrase(s string) string {
	var out []string
	for _, f := range strings.Fields(s) {
		if w := FoldWord(f); w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// Loosen maps what OCR confuses onto one form. For finding names only: a name
// found loosely is a doubt, and no value is ever read through it.
func Loosen(folded string) string { return looser.Replace(folded) }

var looser = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "0", "o", "1", "l", "i", "l", "|", "l", "!", "l", "5", "s", "8", "b", "6", "b", "'", "", "-", "", ".", "", ",", "")
