package vocabulary

import (
	"strconv"
	"strings"
)

// DigitsOf drops everything but digits.
func DigitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// Number parses a plain decimal number: digits with at most one point. Commas,
// signs, spaces and exponents are not plain.
func Number(s string) *float64 {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Trim(s, "0123456789.") != "" || strings.Count(s, ".") > 1 {
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &f
}

// HasDigit reports whether there is a digit of 0 to 9 in s.
func HasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// ComparesOnly reports whether a word is nothing but a comparator.
func ComparesOnly(w Token) bool {
	c, rest := CutComparator(w.Text)
	return c != "" && rest == ""
}

// RepairDigits undoes letters read for digits in a word that is mostly digits.
// It serves comparing identities only.
func RepairDigits(s string) string {
	count := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			count++
		}
	}
	if 2*count < len(s) {
		return s
	}
	return LettersAsDigits(s)
}

// LettersAsDigits reads letters that scanners take digits for as those digits.
func LettersAsDigits(s string) string { return digitRepair.Replace(s) }

var digitRepair = strings.NewReplacer("O", "0", "o", "0", "D", "0", "Q", "0", "l", "1", "I", "1", "|", "1", "i", "1", "Z", "2", "z", "2", "S", "5", "s", "5", "B", "8", "g", "9", "G", "6")

// RangeWord reports whether a word may stand between the two ends of a range.
func RangeWord(s string) bool { return s == "to" || s == "-" || s == "–" || s == "or" }

// NumberWord reports whether a folded word is a small number: "two" tablets.
func NumberWord(folded string) bool {
	switch folded {
	case "one", "two", "three", "four", "five", "six", "half":
		return true
	}
	return false
}

// CutComparator divides a comparator from what follows it.
func CutComparator(s string) (comparator, rest string) {
	for _, c := range [][2]string{{"<=", "<="}, {">=", ">="}, {"=<", "<="}, {"=>", ">="}, {"≤", "<="}, {"≥", ">="}, {"<", "<"}, {">", ">"}, {"＜", "<"}, {"＞", ">"}} {
		if rest, ok := strings.CutPrefix(s, c[0]); ok {
			return c[1], rest
		}
	}
	return "", s
}
