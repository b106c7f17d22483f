// Package vocabulary is the ground of the analysis: printed words in the form they
// are compared in, and the names they are looked up in (analytes, units, vital
// signs, medicines, allergens, conditions), from the files in data/.
//
// Start reading at Token, a word with its place, and Phrases, a vocabulary that is
// looked for in a run of tokens. It knows nothing of lines and sections.
package vocabulary

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"clinician/internal/core"
)

// Token is a word with its place on the straightened, upright page.
type Token struct {
	core.Word
	Fold, Loose    string // as FoldWord and Loosen give it
	X0, Y0, X1, Y1 float64
	Row            int  // index of its row on the page: layout.Sheet.Rows
	Rest           bool // the second half of the word before it, which a line break tore
}

// NewToken makes a token that has no place yet.
func NewToken(w core.Word) Token {
	f := FoldWord(w.Text)
	return Token{Word: w, Fold: f, Loose: Loosen(f)}
}

// StartsUpper reports whether s starts with anything but a small letter, behind
// brackets and quotation marks.
func StartsUpper(s string) bool { return s != "" && !StartsLower(strings.TrimLeft(s, "(\"'")) }

// Joined gives the words as printed, divided by single spaces; a word torn over
// two lines is whole.
func Joined(words []Token) string {
	var b []byte
	for i, w := range words {
		switch {
		case i > 0 && w.Rest:
			b = bytes.TrimSuffix(b, []byte("-"))
		case i > 0:
			b = append(b, ' ')
		}
		b = append(b, w.Text...)
	}
	return string(b)
}

// EndsPhrase reports whether no phrase goes on after this word.
func EndsPhrase(s string) bool {
	if s == "" {
		return false
	}
	switch s[len(s)-1] {
	case ':', ';', ',', '=':
		return true
	}
	return false
}

// ReadClearly reports whether the machine was sure of all words.
func ReadClearly(ws []Token) bool {
	return !slices.ContainsFunc(ws, func(w Token) bool { return w.Unsure() })
}

// Height of the box on the straightened page; never 0.
func (t Token) Height() float64 { return max(1, t.Y1-t.Y0) }

// Middle is the height at which the word stands.
func (t Token) Middle() float64 { return (t.Y0 + t.Y1) / 2 }

// TrimPoints drops punctuation and list marks around a word; full stops stay.
func TrimPoints(s string) string { return strings.Trim(s, ",;:()[]\"'*•‘’“”|»«~_") }

// EndsClause reports whether a clause or sentence ends with this word.
func EndsClause(s string) bool {
	return strings.HasSuffix(s, ";") || strings.HasSuffix(s, ":") || strings.HasSuffix(s, ".") && len(s) > 2
}

// StartsLower reports whether s starts with a small letter.
func StartsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

// AllCapitals reports whether words are in capitals.
func AllCapitals(words []Token) bool {
	letters := 0
	for _, w := range words {
		for _, r := range w.Text {
			if unicode.IsLower(r) {
				return false
			}
			if unicode.IsLetter(r) {
				letters++
			}
		}
	}
	return letters > 3
}

// NumbersItem reports whether a word numbers an item of a list.
func NumbersItem(s string) bool {
	n := strings.TrimRight(s, ".)")
	return len(n) < len(s) && len(n) > 0 && len(n) < 3 && strings.Trim(n, "0123456789") == ""
}
