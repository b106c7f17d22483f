// Package measurement is what laboratory results and vital signs have in common: a
// number with comparator, unit and flag as printed (QuantityAt, UnitAt), what time it
// is of (ContextOf), and whether its own text takes it back (RemarkNumber).
//
// Start reading at QuantityAt.
package measurement

import (
	"strings"

	"clinician/internal/core/analysis/vocabulary"
)

// Quantity is a number as printed, with what stands before and after it.
type Quantity struct {
	Comparator string // "<", ">", "<=", ">=" or ""
	Text       string // verbatim, without comparator and unit
	Number     *float64
	Flag       string // printed onto the number: 6.8*
	Unit       string // printed onto the number: 82g/L
	Words      int    // how many words it takes
	Doubt      string // what is strange about it; ""
}

// Verbatim gives the number with its comparator, as Value.Text has it.
func (q Quantity) Verbatim() string { return q.Comparator + q.Text }

// QuantityAt reads a number that starts with the first of the words: "4.5",
// "<0.01", "> 90", "6.8*", "82g/L", "(139)". What is no number gives false.
func QuantityAt(ws []vocabulary.Token) (Quantity, bool) {
	q := Quantity{}
	if len(ws) == 0 {
		return q, false
	}
	text := strings.TrimLeft(ws[0].Text, "(['\"‘“")
	q.Words = 1
	q.Comparator, text = vocabulary.CutComparator(text)
	if text == "" && q.Comparator != "" && len(ws) > 1 {
		text, q.Words = strings.TrimLeft(ws[1].Text, "("), 2
	}
	end := digitsEnd(text)
	if end == 0 {
		return q, false
	}
	q.Text = text[:end]
	if note := raisedSigns(text[end:]); note != "" {
		return q.withNote(note, text[end+len(note):])
	}
	if rest := text[end:]; (rest == "." || rest == ",") && !strings.Contains(q.Text, ".") && q.Words < len(ws) && ws[q.Words].Text != "" && ws[q.Words].Text[0] >= '0' && ws[q.Words].Text[0] <= '9' && ws[q.Words].Row == ws[0].Row {
		q.Doubt = "the number may go on behind its point"
	}
	q.Number = vocabulary.Number(q.Text)
	if q.Doubt != "" {
		return q.finish("")
	}
	if strings.Contains(q.Text, ",") {
		q.Doubt = "a comma in the number may be a decimal point or divide thousands"
	} else if q.Number == nil {
		q.Doubt = "the number has an unusual form"
	}
	return q.finish(strings.TrimRight(text[end:], ".,;:)]'\"’”"))
}

// raisedSigns gives the raised and lowered signs and daggers that text starts with:
// 5.9² is 5.9 with a note, or a power of it.
func raisedSigns(text string) string {
	return text[:len(text)-len(strings.TrimLeft(text, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾₀₁₂₃₄₅₆₇₈₉ᵃᵇᶜᵈᵉªº†‡§¶"))]
}

// digitsEnd is where the number ends that text starts with.
func digitsEnd(text string) int {
	digit := func(i int) bool { return i < len(text) && text[i] >= '0' && text[i] <= '9' }
	end := 0
	for digit(end) || end < len(text) && (text[end] == '.' || text[end] == ',') && digit(end+1) {
		end++
	}
	return end
}

// withNote takes a number that raised signs stand behind; 10⁹/L is none.
func (q Quantity) withNote(note, rest string) (Quantity, bool) {
	if q.Text == "10" && strings.HasPrefix(rest, "/") {
		return q, false
	}
	q.Number, q.Doubt = vocabulary.Number(q.Text), "signs beside it may be a note or a power: "+note
	return q.finish(strings.TrimRight(rest, ".,;:)]'\"’”"))
}

// finish takes what is printed onto the number.
func (q Quantity) finish(rest string) (Quantity, bool) {
	switch {
	case rest == "":
	case flags[strings.ToUpper(rest)] != "" && strings.ToUpper(rest) == rest:
		q.Flag = rest
	case vocabulary.Laboratory().Units[vocabulary.UnitKey(rest)]:
		q.Unit = rest
	default:
		return q, false
	}
	return q, true
}

// StartsQuantity reports whether the words start with a number.
func StartsQuantity(ws []vocabulary.Token) bool {
	_, ok := QuantityAt(ws)
	return ok
}

// UnitAt finds the longest unit that starts with the first of the words, of
// up to four words.
func UnitAt(ws []vocabulary.Token) (n int) {
	text := ""
	for i := 0; i < len(ws) && i < 4; i++ {
		text += ws[i].Text
		trimmed := strings.TrimRight(text, ".,;:)")
		if key := vocabulary.UnitKey(trimmed); key != "" && vocabulary.Laboratory().Units[key] {
			n = i + 1
		}
		if trimmed != text && !strings.HasSuffix(text, ".") {
			break
		}
	}
	return n
}
