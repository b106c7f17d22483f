package store

import (
	"unicode/utf8"

	"clinician/internal/core/text"
)

// searchKeys is what an assignment repeats of its patient, see 00002_people.sql.
type searchKeys struct {
	family, given, initials, mrnTail, sound string
}

func keysOf(last, first, mrn string) searchKeys {
	k := searchKeys{family: text.Key(last), given: text.Key(first), mrnTail: reverse(text.MRN(shownMRN(mrn)))}
	k.initials = initial(k.family) + initial(k.given)
	k.sound = text.PersonSound(k.family, k.given)
	return k
}

// initial gives the first letter of a folded name, "" when it has none.
func initial(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
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
