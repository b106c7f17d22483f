package search

import (
	"bytes"
	"sort"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// buffer is what a text is folded into.
type buffer []byte

func (b *buffer) addByte(c byte)     { *b = append(*b, c) }
func (b *buffer) addString(s string) { *b = append(*b, s...) }
func (b *buffer) addRune(r rune)     { *b = utf8.AppendRune(*b, r) }

// stream is a text folded into tokens with single spaces between them, and one
// at either end. at[i] is where word i of the text begins in it; words without
// a token begin where the next one does.
type stream struct {
	text string
	at   []int
}

// newStream folds words. A word that ends in a hyphen at the end of its line
// is put together with the next one when join is set.
func newStream(words []string, breaks func(i int) bool, join bool) stream {
	b := make(buffer, 0, 8*len(words))
	at := make([]int, len(words))
	b.addByte(' ')
	glued := false
	for i, w := range words {
		if glued { // the other half begins inside the token
			b = b[:len(bytes.TrimSuffix(b, []byte(" ")))]
		}
		at[i] = len(b)
		foldInto(&b, w)
		glued = join && breaks(i) && hyphenated(w)
	}
	return stream{string(b), at}
}

// word gives the word that covers the position.
func (s stream) word(pos int) int {
	return max(0, sort.SearchInts(s.at, pos+1)-1)
}

// hyphenated reports whether a word breaks off: letters and a hyphen at the end.
func hyphenated(w string) bool {
	r, n := utf8.DecodeLastRuneInString(w)
	if !unicode.Is(unicode.Pd, r) && r != 0xad {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(w[:len(w)-n])
	return unicode.IsLetter(before)
}

// foldInto writes the tokens of s, each with a space behind it.
func foldInto(b *buffer, s string) {
	if !plain(s) {
		s = norm.NFKD.String(s)
	}
	start := len(*b)
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
			foldLetter(b, unicode.ToLower(r))
		case unicode.IsDigit(r):
			b.addRune(digit(r))
		case unicode.Is(unicode.Mn, r), r == 0xad, r == 0x200b, r == 0x200c, r == 0x200d, r == 0xfeff:
			// accents and what is not seen
		case inside(b, start, s, i, r):
		default:
			space(b, start)
		}
	}
	space(b, start)
}

// space ends a token, if one was begun since start.
func space(b *buffer, start int) {
	if n := len(*b); n > start && (*b)[n-1] != ' ' {
		b.addByte(' ')
	}
}

// inside handles signs that belong to the token around them: separators of
// thousands go, a decimal comma becomes a point, as does an apostrophe's or a
// hyphen's gap between a letter and a digit; a plus stays with what it follows.
func inside(b *buffer, start int, s string, i int, r rune) bool {
	before := rune(0)
	if n := len(*b); n > start {
		before, _ = utf8.DecodeLastRune(*b)
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	after, _ := utf8.DecodeRuneInString(s[i+size:])
	switch {
	case r == '+':
		if before != 0 && before != ' ' {
			b.addByte('+')
		}
		return before != 0 && before != ' '
	case r == '\'' || r == '’' || r == '‘' || r == '`':
		return unicode.IsLetter(before) && unicode.IsLetter(after) || digits(before) && thousands(s[i+size:])
	case r == ',' && digits(before) && thousands(s[i+size:]):
		return true
	case (r == '.' || r == ',' || r == '·') && digits(before) && digits(after):
		b.addByte('.')
		return true
	case unicode.Is(unicode.Pd, r):
		return unicode.IsLetter(before) && unicode.IsDigit(after) // HER-2
	}
	return false
}

func digits(r rune) bool { return r >= '0' && r <= '9' }

// thousands reports whether s begins with exactly three digits.
func thousands(s string) bool {
	n := 0
	for n < len(s) && digits(rune(s[n])) {
		n++
	}
	return n == 3
}

// digit gives 0..9 for the decimal digits of all scripts.
func digit(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	// Decimal digits come in runs of ten, from zero up.
	for zero := r; zero > r-10; zero-- {
		if !unicode.IsDigit(zero - 1) {
			return '0' + r - zero
		}
	}
	return '0' + (r-0x0660)%10
}

// foldLetter writes letters that Unicode does not take apart as people type them.
func foldLetter(b *buffer, r rune) {
	switch r {
	case 'ø':
		b.addByte('o')
	case 'ł':
		b.addByte('l')
	case 'đ', 'ð':
		b.addByte('d')
	case 'ı':
		b.addByte('i')
	case 'ß':
		b.addString("ss")
	case 'æ':
		b.addString("ae")
	case 'œ':
		b.addString("oe")
	case 'þ':
		b.addString("th")
	default:
		b.addRune(r)
	}
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
