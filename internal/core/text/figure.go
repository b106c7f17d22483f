package text

import (
	"regexp"
	"strings"
	"unicode"
)

// SameFigure reports whether two people would say that a and b are one figure: "4,5" and
// "4.5", "<= 14" and "≤14", "5 MG" and "5 mg". Case does not count, and spaces do not,
// but between digits, where a point may have been lost. A comma is a point where it can
// be nothing else: "1,234" may be more than a thousand, and is not "1.234". Zeros
// count: "4.50" says more than "4.5".
func SameFigure(a, b string) bool { return figure(a) == figure(b) }

var (
	signs    = strings.NewReplacer("≤", "<=", "≥", ">=", "−", "-", "–", "-")
	grouped  = regexp.MustCompile(`\d+(?:[.,]\d+)+`)
	decimals = regexp.MustCompile(`^(\d+),(\d+)$`)
)

func figure(s string) string {
	words := strings.Fields(signs.Replace(strings.ToLower(s)))
	var b strings.Builder
	last := ' '
	for _, w := range words {
		if unicode.IsDigit(last) && unicode.IsDigit([]rune(w)[0]) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
		last = []rune(w)[len([]rune(w))-1]
	}
	return grouped.ReplaceAllStringFunc(b.String(), func(number string) string {
		parts := decimals.FindStringSubmatch(number)
		if parts == nil || len(parts[2]) == 3 && len(parts[1]) <= 3 && parts[1] != "0" {
			return number
		}
		return parts[1] + "." + parts[2]
	})
}
