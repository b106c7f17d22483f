package written

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeUTF16 reads UTF-16 that says so by its first bytes, or by every other byte
// of plain letters being zero.
func decodeUTF16(b []byte) (string, bool) {
	switch {
	case len(b) >= 2 && b[0] == 0xff && b[1] == 0xfe:
		return utf16String(b[2:], binary.LittleEndian), true
	case len(b) >= 2 && b[0] == 0xfe && b[1] == 0xff:
		return utf16String(b[2:], binary.BigEndian), true
	}
	var zeros [2]int
	head := b[:min(len(b), 4096)]
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case half < 4:
	case zeros[1]*10 >= half*4 && zeros[0]*20 < half:
		return utf16String(b, binary.LittleEndian), true
	case zeros[0]*10 >= half*4 && zeros[1]*20 < half:
		return utf16String(b, binary.BigEndian), true
	}
	return "", false
}

func utf16String(b []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// mostlyUTF8 reports whether text is UTF-8, perhaps with a byte that is none here
// and there: then those are unknown signs.
func mostlyUTF8(b []byte) bool {
	if utf8.Valid(b) {
		return true
	}
	good, bad := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return good > 10*bad
}

// guessed are the code pages that old programs write, the likeliest first.
var guessed = [...]int{1252, 850, 437, 1250, 1251, 866}

// pageName names a code page for people.
func pageName(number int) string {
	if number > 1000 {
		return fmt.Sprintf("Windows-%d", number)
	}
	return fmt.Sprintf("DOS %d", number)
}

// guessPage chooses the code page in which the bytes beyond ASCII make the most
// likely letters and signs.
func guessPage(b []byte) int {
	best, most := guessed[0], -1<<30
	for _, number := range guessed {
		if score := likelihood([]rune(decodeBytes(b, number))); score > most {
			best, most = number, score
		}
	}
	return best
}

// alphabets are the letters beyond ASCII of languages written in these code pages.
var alphabets = [...]string{"äöüßÄÖÜ", "éèàçêâîôûùëïœæÉÈÀÇÊ", "ñáéíóúüÑÁÉÍÓÚ", "åæøäöéÅÆØÄÖ", "áčďéěíňóřšťúůýžľĺŕôäÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ",
	"ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "áéíóöőúüűÁÉÍÓÖŐÚÜŰ", "čćžšđČĆŽŠĐ", "áâãàçéêíóôõúÁÂÃÇÉÊÍÓÔÕÚ", "ăâîşţșțĂÂÎŞŢ", "àèéìíòóùúÀÈÉÌÒÙ"}

// likelihood weighs what text says in a code page: each character between its
// neighbours, and the letters by the one language they fit best.
func likelihood(text []rune) int {
	score, letters := 0, map[rune]int{}
	at := func(i int) rune {
		if i < 0 || i >= len(text) {
			return ' '
		}
		return text[i]
	}
	for i, r := range text {
		if r >= 0x80 {
			score += likely(at(i-1), r, at(i+1))
			if unicode.Is(unicode.Latin, r) {
				letters[r]++
			}
		}
	}
	best := 0
	for k, alphabet := range alphabets {
		fit := 0
		for r, n := range letters {
			if strings.ContainsRune(alphabet, r) {
				fit += 3 * n
			} else {
				fit -= 2 * n
			}
		}
		if k == 0 || fit > best {
			best = fit
		}
	}
	return score + best
}

// likely weighs a character beyond ASCII between its neighbours.
func likely(before, r, after rune) int {
	switch {
	case r == unicode.ReplacementChar || control(r):
		return -12
	case r == before && unicode.IsLetter(r): // a ruled line is none of letters
		return -8
	case unicode.Is(unicode.Cyrillic, r):
		if unicode.Is(unicode.Cyrillic, before) || unicode.Is(unicode.Cyrillic, after) {
			return likelyCase(before, r, after, 3)
		}
		return -5
	case unicode.IsLetter(r) && r != 'µ' && r != 'μ' && r != 'º':
		return likelyLetter(before, r, after)
	}
	return likelySign(before, r, after)
}

func likelyLetter(before, r, after rune) int {
	if !unicode.Is(unicode.Latin, r) {
		return -6
	}
	if !unicode.IsLetter(before) && !unicode.IsLetter(after) {
		return -4
	}
	return likelyCase(before, r, after, 0)
}

func likelySign(before, r, after rune) int {
	left, right := unicode.IsLetter(before), unicode.IsLetter(after)
	for _, k := range signWeights {
		if !strings.ContainsRune(k.signs, r) {
			continue
		}
		if k.fits(left, right, before, after) {
			return k.good
		}
		return k.bad
	}
	switch {
	case left || right:
		return -6
	case ruled(r): // lines of tables
		return 2
	}
	return -1
}

// signWeights say how likely a sign is where it stands: beside letters or not.
var signWeights = [...]struct {
	signs     string
	good, bad int
	fits      func(left, right bool, before, after rune) bool
}{
	{"µμ", 6, -4, func(left, _ bool, _, after rune) bool { return strings.ContainsRune("gmlLkIuUM", after) && !left }},
	{"°º", 5, -3, func(left, _ bool, _, after rune) bool {
		return !left && (after == 'C' || after == 'F' || unicode.IsSpace(after))
	}},
	{"²³", 3, -3, func(left, right bool, before, _ rune) bool { return !right && (left || unicode.IsDigit(before)) }},
	{"±≤≥", 3, -3, func(_, right bool, _, _ rune) bool { return !right }},
	{"’", 2, 2, func(_, _ bool, _, _ rune) bool { return true }},
	{"–—‘“”•…", 2, -1, func(left, right bool, _, _ rune) bool { return !left || !right }},
}

// likelyCase lowers the weight of a capital within small letters, and of a small
// letter between capitals.
func likelyCase(before, r, after rune, weight int) int {
	switch {
	case unicode.IsUpper(r) && unicode.IsLower(before):
		return -6
	case unicode.IsLower(r) && unicode.IsUpper(before) && unicode.IsUpper(after):
		return -4
	}
	return weight
}
