package identity

import (
	"strings"
	"unicode"

	"clinician/internal/core/analysis/vocabulary"
)

// identifierOf joins the digits that follow a label: "412 887 0031",
// "412-887-0031". Letters before the digits are dropped.
func identifierOf(value []vocabulary.Token) (string, []vocabulary.Token) {
	digits, n := "", 0
	for i, w := range value {
		text := strings.Trim(w.Text, ",.;:()[]#")
		part := vocabulary.RepairDigits(text)
		bare := strings.ReplaceAll(part, "-", "")
		if i == 0 {
			bare = strings.TrimLeftFunc(bare, func(r rune) bool { return unicode.IsLetter(r) || r == '/' })
		}
		if bare == "" || vocabulary.DigitsOf(bare) != bare || len(digits)+len(bare) > 12 {
			break
		}
		if digits += bare; len(digits) >= 4 {
			n = i + 1
		}
		if len(digits) >= 10 || text != strings.TrimRight(w.Text, ")]") {
			break
		}
	}
	if n == 0 || len(digits) < 4 {
		return "", nil
	}
	return digits, value[:n]
}
