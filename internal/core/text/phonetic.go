package text

import (
	"strings"
	"unicode"
)

// PersonSound gives what the names of a person sound like: two people with the
// same PersonSound are worth a name alert. Of the given names only the first
// counts, for further ones are left out as often as not. "Breitenberg, Bryan"
// and "Breitenburg, Brian Paul" sound alike; "Roberts, Ann" and
// "Robertson, Ann" do not: that a longer name begins like another is no
// likeness.
func PersonSound(family, given string) string {
	first, _, _ := strings.Cut(Key(given), " ")
	return Sound(family) + "," + Sound(first)
}

// respelled are beginnings and clusters that are written in more than one way.
var respelled = strings.NewReplacer("ph", "f", "kn", "n", "gn", "n", "wr", "r", "ck", "k", "sch", "s", "sh", "s", "cz", "s", "tz", "s", "dt", "t", "th", "t", "wh", "w", "dg", "g")

// Sound gives what one name sounds like: Soundex in its idea, but without a cut
// after four letters, which throws long names together, and with first letters by
// sound, so that Catherine meets Katherine. A name of one letter is like the
// same letter only, and names in scripts without such rules sound like
// themselves.
func Sound(name string) string {
	s := strings.ReplaceAll(Key(name), " ", "")
	if !plain(s) {
		return s
	}
	if len(s) == 1 {
		return "=" + s // no sound has this sign
	}
	s = respelled.Replace(s)
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
