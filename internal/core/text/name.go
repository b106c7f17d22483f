package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// KeyVersion counts the changes of Key, Sound and PersonSound that give other keys for
// names that are stored already. Whoever stores keys works them out again when
// it has grown.
const KeyVersion = 1

// Key gives the form in which names are sorted and compared, and in which what
// people type is looked for in what is written:
//
//   - lower case, in composed and decomposed Unicode forms alike: "Å" is "a"
//   - without accents; the vowel signs of other scripts stay
//   - letters that Unicode does not take apart, as people type them:
//     "Jørgensen" is "jorgensen", "Wałęsa" "walesa", "Groß" "gross", "Ægir" "aegir"
//   - without apostrophes of any kind and full stops: "O'Brien", "O’Brien"
//     and "Oʼbrien" are "obrien", "St. John" is "st john"
//   - hyphens, and any run of white space, as one space, none at the ends:
//     "O'Brien-Jørgensen" is "obrien jorgensen"
//   - without characters that are not seen (soft hyphen, zero width, direction)
//
// Everything else stays as it is. A key is its own key: Key(Key(s)) == Key(s).
func Key(s string) string {
	if !plain(s) {
		// Behind bytes that are no character norm leaves letters as they are. NFKD would make a
		// space of the marks.
		s = norm.NFKD.String(spacingMarks.Replace(strings.ToValidUTF8(s, "\uFFFD")))
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case dropped(r):
		case divides(r):
			space = b.Len() > 0
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			foldRune(&b, unicode.ToLower(r))
		}
	}
	return b.String()
}

// spacingMarks are accents that stand alone: typed for an apostrophe.
var spacingMarks = strings.NewReplacer("´", "'", "΄", "'", "᾽", "'", "᾿", "'", "῾", "'", "ŉ", "'n")

// dropped reports whether a letter of a decomposed text is not part of a key.
func dropped(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '.' || r == '\'' || r == '`'
	}
	switch {
	case r >= 0x300 && r <= 0x36f: // accents, split off by NFKD; marks of other scripts stay
		return true
	case r >= 0x2018 && r <= 0x201b, r == 0x2032, r == 0x2035: // quotation marks and primes
		return true
	case r >= 0x2b9 && r <= 0x2bf, r == 0x2c8, r == 0x2ca, r == 0x2cb, r == 0xa78b, r == 0xa78c: // modifier letters
		return true
	case r == '·' || r == '‧': // Gal·la
		return true
	case r == 0xad, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069, r == 0xfeff:
		return true
	}
	return false
}

// divides reports whether a letter parts the words of a name.
func divides(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '-' || r == ' ' || r == '_' || r >= '\t' && r <= '\r'
	}
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '−' || r == '⁃'
}

// foldRune writes a lower-case letter as people type it.
func foldRune(b *strings.Builder, r rune) {
	if r < utf8.RuneSelf {
		b.WriteByte(byte(r))
		return
	}
	if typed := FoldLetter(r); typed != "" {
		b.WriteString(typed)
		return
	}
	b.WriteRune(r)
}

// FoldLetter gives how people type a lower-case letter that Unicode does not
// take apart: "o" for 'ø', "ss" for 'ß'; "" for all others.
func FoldLetter(r rune) string {
	switch r {
	case 'ø', 'ɵ':
		return "o"
	case 'ł', 'ƚ':
		return "l"
	case 'đ', 'ð', 'ɖ', 'ɗ':
		return "d"
	case 'ħ':
		return "h"
	case 'ı', 'ɨ':
		return "i"
	case 'ŧ':
		return "t"
	case 'ŋ':
		return "n"
	case 'ə', 'ɛ':
		return "e"
	case 'ɓ':
		return "b"
	case 'ƙ', 'ĸ':
		return "k"
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	case 'ς':
		return "σ"
	}
	return ""
}

// Letters is the key without its spaces: what is left of a name when nobody
// knows whether its parts are written together. "Mc Donald" is "mcdonald".
func Letters(s string) string { return strings.ReplaceAll(Key(s), " ", "") }

// SameName reports whether two spellings are the same name: their letters are,
// whatever stands for case, accents, apostrophes, hyphens and spaces.
// "O'Brien-Jørgensen", "O’BRIEN JORGENSEN" and "obrienjorgensen" are; "Doe" and
// "Doe-Łuczak" are not. A name that is not known is the same as none.
//
// It decides about family names, given names and whole names alike, wherever
// "is this the name?" is asked: the check of two identifiers, an alert, a page's
// comparison with its chart.
func SameName(a, b string) bool {
	a, b = Letters(a), Letters(b)
	return a != "" && a == b
}

// Spellings gives the other keys under which a name with this key may be
// stored, for SameName does not look at spaces: all of it together, or with
// particles in front by themselves. "o brien" gives "obrien", "mcdonald" gives
// "mc donald". At most three.
func Spellings(key string) []string {
	if together := strings.ReplaceAll(key, " ", ""); together != key {
		return []string{together}
	}
	var out []string
	for _, particle := range particles {
		rest, ok := strings.CutPrefix(key, strings.ReplaceAll(particle, " ", ""))
		if ok && len(rest) > 2 && len(out) < mostSpellings {
			out = append(out, particle+" "+rest)
		}
	}
	return out
}

// Contains reports whether what a person typed is in a text, by their keys.
// Nothing typed is in every text.
func Contains(text, typed string) bool { return strings.Contains(Key(text), Key(typed)) }

// Words gives the parts of a name by which it can be found:
// "O'Brien-Jørgensen" gives "obrien" and "jorgensen".
func Words(s string) []string { return strings.Fields(Key(s)) }

// MRN gives a record number as it is stored and compared: without what people
// write between its digits.
func MRN(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, s)
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
