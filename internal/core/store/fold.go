package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold gives the form in which names are sorted and searched: lower case,
// without accents, apostrophes and full stops, with hyphens and any run of
// white space as one space. "O'Brien-Núñez" becomes "obrien nunez".
func fold(s string) string {
	if !isPlain(s) {
		s = norm.NFKD.String(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case r >= 0x300 && r <= 0x36f: // accents, split off by NFKD; marks of other scripts stay
		case strings.ContainsRune(".'`´ʼ‘’", r):
		case unicode.IsSpace(r) || r == '_' || unicode.Is(unicode.Pd, r):
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

// foldRune writes letters that Unicode does not take apart as people type them.
func foldRune(b *strings.Builder, r rune) {
	switch r {
	case 'ø':
		b.WriteByte('o')
	case 'ł':
		b.WriteByte('l')
	case 'đ', 'ð':
		b.WriteByte('d')
	case 'ħ':
		b.WriteByte('h')
	case 'ı':
		b.WriteByte('i')
	case 'ß':
		b.WriteString("ss")
	case 'æ':
		b.WriteString("ae")
	case 'œ':
		b.WriteString("oe")
	case 'þ':
		b.WriteString("th")
	default:
		b.WriteRune(r)
	}
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// searchKeys is what an assignment repeats of its patient, see 00002_people.sql.
type searchKeys struct {
	family, given, initials, mrnTail, sound string
}

func keysOf(last, first, mrn string) searchKeys {
	k := searchKeys{family: fold(last), given: fold(first), mrnTail: reverse(bareMRN(mrn))}
	k.initials = initial(k.family) + initial(k.given)
	k.sound = soundOf(k.family, k.given)
	return k
}

// initial gives the first letter of a folded name, "" when it has none.
func initial(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// bareMRN drops what people write between the digits.
func bareMRN(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, s)
}

func reverse(s string) string {
	b := []rune(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// after gives the smallest string that is greater than all that start with
// prefix, "" when there is none. prefix is not empty.
func after(prefix string) string {
	r := []rune(prefix)
	for i := len(r) - 1; i >= 0; i-- {
		if r[i] < utf8.MaxRune {
			next := r[i] + 1
			if next == 0xd800 { // surrogates are not characters
				next = 0xe000
			}
			return string(r[:i]) + string(next)
		}
	}
	return ""
}
