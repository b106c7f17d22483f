package measurement

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// flags are what laboratories print beside values that stand out, and what it
// means: HL7 interpretation codes, or "*" for out of range without a direction.
var flags = map[string]string{
	"H": "H", "L": "L", "HH": "HH", "LL": "LL", "A": "A", "N": "N", "*": "*", "**": "*", "***": "*", "HIGH": "H", "LOW": "L", "HI": "H", "LO": "L",
	"CH": "HH", "CL": "LL", "CRITICAL": "A", "ABN": "A", "ABNORMAL": "A", "NORMAL": "N", "↑": "H", "↓": "L", "↑↑": "HH", "↓↓": "LL", "H*": "H", "L*": "L", "*H": "H", "*L": "L",
	"(H)": "H", "(L)": "L", "[H]": "H", "[L]": "L", "(A)": "A", "HH*": "HH", "LL*": "LL", "⇈": "HH", "⇊": "LL", "▲": "H", "▼": "L", "!": "A",
}

// FlagOf gives the meaning of a word as a flag; "" it is none. Letters count
// only in capitals or as the words high and low.
func FlagOf(s string) string {
	if f := flags[s]; f != "" {
		return f
	}
	if r, _ := utf8.DecodeRuneInString(s); len(s) > 2 && unicode.IsLetter(r) {
		return flags[strings.ToUpper(s)]
	}
	return ""
}
