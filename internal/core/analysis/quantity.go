package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// quantity is a number as printed, with what stands before and after it.
type quantity struct {
	comparator string // "<", ">", "<=", ">=" or ""
	text       string // verbatim, without comparator and unit
	number     *float64
	flag       string // printed onto the number: 6.8*
	unit       string // printed onto the number: 82g/L
	words      int    // how many words it takes
	odd        string // what is strange about it; ""
}

// verbatim gives the number with its comparator, as Value.Text has it.
func (q quantity) verbatim() string { return q.comparator + q.text }

// quantityAt reads a number that starts with the first of the words: "4.5",
// "<0.01", "> 90", "6.8*", "82g/L", "(139)". What is no number gives false.
func quantityAt(ws []token) (quantity, bool) {
	q := quantity{}
	if len(ws) == 0 {
		return q, false
	}
	text := strings.TrimLeft(ws[0].Text, "(['\"‘“")
	q.words = 1
	q.comparator, text = cutComparator(text)
	if text == "" && q.comparator != "" && len(ws) > 1 {
		text, q.words = strings.TrimLeft(ws[1].Text, "("), 2
	}
	end := 0
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || (text[end] == '.' || text[end] == ',') && end+1 < len(text) && text[end+1] >= '0' && text[end+1] <= '9') {
		end++
	}
	if end == 0 {
		return q, false
	}
	q.text = text[:end]
	if rest := text[end:]; (rest == "." || rest == ",") && !strings.Contains(q.text, ".") && q.words < len(ws) && ws[q.words].Text != "" && ws[q.words].Text[0] >= '0' && ws[q.words].Text[0] <= '9' && ws[q.words].row == ws[0].row {
		q.odd = "the number may go on behind its point"
	}
	q.number = number(q.text)
	if q.odd != "" {
		return q.finish("")
	}
	if strings.Contains(q.text, ",") {
		q.odd = "a comma in the number may be a decimal point or divide thousands"
	} else if q.number == nil {
		q.odd = "the number has an unusual form"
	}
	return q.finish(strings.TrimRight(text[end:], ".,;:)]'\"’”"))
}

// finish takes what is printed onto the number.
func (q quantity) finish(rest string) (quantity, bool) {
	switch {
	case rest == "":
	case flags[strings.ToUpper(rest)] != "" && strings.ToUpper(rest) == rest:
		q.flag = rest
	case words().units[unitKey(rest)]:
		q.unit = rest
	default:
		return q, false
	}
	return q, true
}

// cutComparator divides a comparator from what follows it.
func cutComparator(s string) (comparator, rest string) {
	for _, c := range [][2]string{{"<=", "<="}, {">=", ">="}, {"=<", "<="}, {"=>", ">="}, {"≤", "<="}, {"≥", ">="}, {"<", "<"}, {">", ">"}, {"＜", "<"}, {"＞", ">"}} {
		if rest, ok := strings.CutPrefix(s, c[0]); ok {
			return c[1], rest
		}
	}
	return "", s
}

// flags are what laboratories print beside values that stand out, and what it
// means: HL7 interpretation codes, or "*" for out of range without a direction.
var flags = map[string]string{
	"H": "H", "L": "L", "HH": "HH", "LL": "LL", "A": "A", "N": "N", "*": "*", "**": "*", "***": "*", "HIGH": "H", "LOW": "L", "HI": "H", "LO": "L",
	"CH": "HH", "CL": "LL", "CRITICAL": "A", "ABN": "A", "ABNORMAL": "A", "NORMAL": "N", "↑": "H", "↓": "L", "↑↑": "HH", "↓↓": "LL", "H*": "H", "L*": "L", "*H": "H", "*L": "L",
	"(H)": "H", "(L)": "L", "[H]": "H", "[L]": "L", "(A)": "A", "HH*": "HH", "LL*": "LL", "⇈": "HH", "⇊": "LL", "▲": "H", "▼": "L", "!": "A",
}

// flagOf gives the meaning of a word as a flag; "" it is none. Letters count
// only in capitals or as the words high and low.
func flagOf(s string) string {
	if f := flags[s]; f != "" {
		return f
	}
	if r, _ := utf8.DecodeRuneInString(s); len(s) > 2 && unicode.IsLetter(r) {
		return flags[strings.ToUpper(s)]
	}
	return ""
}

// startsQuantity reports whether the words start with a number.
func startsQuantity(ws []token) bool {
	_, ok := quantityAt(ws)
	return ok
}
