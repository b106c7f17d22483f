package store

import (
	"strings"
	"unicode"
)

// soundOf gives what the names of a person sound like: Soundex in its idea, but
// without a cut after four signs, which throws long names together, and with
// first letters by sound, so that Catherine meets Katherine. A name of one letter
// is like the same letter only, and names in scripts
// without such rules sound like themselves. family and given are folded.
func soundOf(family, given string) string {
	first, _, _ := strings.Cut(given, " ") // further given names are left out as often as not
	return sound(strings.ReplaceAll(family, " ", "")) + "," + sound(first)
}

// silent are beginnings that are written in more than one way.
var silent = strings.NewReplacer("ph", "f", "kn", "n", "gn", "n", "wr", "r", "ck", "k", "sch", "s", "sh", "s", "cz", "s", "tz", "s", "dt", "t", "th", "t", "wh", "w", "dg", "g")

func sound(s string) string {
	if !isPlain(s) {
		return s
	}
	if letter := strings.Trim(s, ".'-"); len(letter) == 1 {
		return "=" + letter // no sound has this sign
	}
	s = silent.Replace(s)
	var b strings.Builder
	last := byte(0)
	for i := range len(s) {
		next := byte(0)
		if i+1 < len(s) {
			next = s[i+1]
		}
		class := classOf(s[i], next)
		switch {
		case class == 0 && i == 0 && unicode.IsLetter(rune(s[i])):
			b.WriteByte('a') // any vowel
		case class != 0 && class != last:
			b.WriteByte(class)
		}
		if s[i] != 'h' && s[i] != 'w' || i == 0 { // Soundex: letters of a class stay one across them
			last = class
		}
	}
	return b.String()
}

// classOf groups consonants that are taken for each other; 0 is a vowel.
func classOf(c, next byte) byte {
	switch c {
	case 'b', 'p':
		return 'b'
	case 'f', 'v':
		return 'f'
	case 'c':
		if next == 'e' || next == 'i' || next == 'y' {
			return 's'
		}
		return 'k'
	case 'k', 'q', 'x':
		return 'k'
	case 'g', 'j':
		return 'g'
	case 's', 'z':
		return 's'
	case 'd', 't':
		return 't'
	case 'l', 'm', 'n', 'r':
		return c
	}
	if c >= '0' && c <= '9' {
		return c
	}
	return 0
}
