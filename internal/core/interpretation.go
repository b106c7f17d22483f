package core

import (
	"strconv"
	"strings"
)

// Interpretation says where v lies as it counts: HH H N L LL A (HL7), "" when that
// is not certain. Of a corrected value it is that of the corrected number, with
// what the report prints beside it: a misread number says nothing.
func (v Value) Interpretation() string {
	if v.Review == nil || v.Review.Status != ReviewCorrected {
		return v.Interpret
	}
	computed := interpret(v.Review.Text, v.Range)
	switch {
	case v.Flag == "":
		return computed
	case computed == "" || strings.HasPrefix(v.Interpret, computed): // a printed HH stays one
		return v.Interpret
	case computed == "N" || v.Interpret != "A":
		return "" // the printed flag says otherwise
	}
	return computed
}

// Critical reports whether the report marks v as needing action at once, and
// nobody has said that it does not.
func (v Value) Critical() bool {
	is := v.Interpretation()
	return (is == "HH" || is == "LL") && (v.Review == nil || v.Review.Status != ReviewRejected)
}

// interpret says where a number lies against the range of its report.
func interpret(text, printed string) string {
	comparator, n := PlainNumber(text)
	low, high := RangeBounds(printed)
	switch {
	case n == nil || comparator != "" || low == nil && high == nil:
		return ""
	case low != nil && *n < *low:
		return "L"
	case high != nil && *n > *high:
		return "H"
	}
	return "N"
}

// PlainNumber takes "<0.01" apart; the number is nil when the rest is none.
func PlainNumber(text string) (comparator string, number *float64) {
	text = strings.NewReplacer("≤", "<=", "≥", ">=", "−", "-").Replace(strings.TrimSpace(text))
	for _, c := range []string{"<=", ">=", "<", ">"} {
		if rest, ok := strings.CutPrefix(text, c); ok {
			comparator, text = c, strings.TrimSpace(rest)
			break
		}
	}
	if whole, _, _ := strings.Cut(text, "."); strings.Contains(whole, ",") {
		groups := strings.Split(whole, ",")
		for _, g := range groups[1:] {
			if len(g) != 3 {
				return comparator, nil // may be a decimal comma: not ours to decide
			}
		}
		text = strings.ReplaceAll(text, ",", "")
	}
	if text == "" || strings.Trim(text, "-0123456789.") != "" {
		return comparator, nil // ParseFloat takes more than people mean
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return comparator, nil
	}
	return comparator, &n
}

// RangeBounds reads a printed range as far as it is plain: "3.5 - 5.3", "<5.2", "(> 60)".
func RangeBounds(text string) (low, high *float64) {
	text = strings.Trim(strings.TrimSpace(text), "()[]")
	comparator, n := PlainNumber(text)
	switch {
	case n == nil:
	case comparator == "<" || comparator == "<=":
		return nil, n
	case comparator == ">" || comparator == ">=":
		return n, nil
	}
	text = strings.NewReplacer("–", "-", "—", "-", "−", "-", " to ", "-").Replace(text)
	from, to, ok := strings.Cut(text, "-")
	if !ok || strings.TrimSpace(from) == "" {
		return nil, nil
	}
	c1, low := PlainNumber(from)
	c2, high := PlainNumber(to)
	if low == nil || high == nil || c1+c2 != "" || *low >= *high {
		return nil, nil
	}
	return low, high
}
