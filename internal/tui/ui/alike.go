package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold lowers letters and takes their accents away, for comparing what people
// type with what is written.
func Fold(s string) string {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] < 0x80
	}
	if ascii {
		return strings.ToLower(strings.TrimSpace(s))
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.TrimSpace(s)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// Alike reports whether two names are the same or sound alike (Soundex). A name of one letter
// has no sound, and one that is not known is like no other.
func Alike(a, b string) bool {
	a, b = Fold(a), Fold(b)
	if a == "" || b == "" {
		return false
	}
	return a == b || utf8.RuneCountInString(a) > 1 && utf8.RuneCountInString(b) > 1 && soundex(a) == soundex(b)
}

// soundex is the classic code; letters outside a-z keep their own sound.
func soundex(s string) string {
	const codes = "01230120022455012623010202"
	var out []rune
	last := byte('0')
	for i, r := range s {
		if r < 'a' || r > 'z' {
			if unicode.IsLetter(r) {
				out = append(out, r)
			}
			continue
		}
		c := codes[r-'a']
		switch {
		case i == 0:
			out = append(out, r)
		case c != '0' && c != last:
			out = append(out, rune(c))
		}
		if r != 'h' && r != 'w' {
			last = c
		}
		if len(out) == 4 {
			break
		}
	}
	return string(out)
}
