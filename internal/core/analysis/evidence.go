package analysis

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clinician/internal/core"
)

// Below these confidences a word with digits is in doubt. They were measured with
// internal/eval/values on demo documents in eleven scanner profiles: of numbers
// read at 90 and above none in 1874 was wrong, at 80 to 89 five in 108 (4.5 as 45
// among them); of dates of a valid form none in 274 was wrong at any confidence.
const (
	minConfidence     = 90 // numbers
	minSideConfidence = 80 // digits that only stand beside the number: a range, a name
	minDateConfidence = 50
	minUnitConfidence = 30 // of a unit that fits its analyte
)

// newValue starts a value of a page with the words that spell it. The words give
// boxes, the lowest confidence, the printed line, and a doubt for each word with
// digits that was not read clearly.
func newValue(s *sheet, kind core.ValueKind, words ...[]token) core.Value {
	v := core.Value{Page: s.number, Kind: kind}
	for _, w := range words {
		addEvidence(&v, s, minConfidence, w)
	}
	return v
}

// addEvidence adds words that spell a part of v; digits read below least are a
// doubt.
func addEvidence(v *core.Value, s *sheet, least float64, words []token) {
	for _, w := range words {
		if s.boxed && !slices.Contains(v.Boxes, w.Box) {
			v.Boxes = append(v.Boxes, w.Box)
		}
		if w.Confidence != nil && (v.Confidence == nil || *w.Confidence < *v.Confidence) {
			c := *w.Confidence
			v.Confidence = &c
		}
		if w.Confidence != nil && *w.Confidence < least && hasDigit(w.Text) {
			doubt(v, "%q was read with confidence %.0f", w.Text, *w.Confidence)
		}
		if s.lostPoint(w) {
			doubt(v, "%q is wider than its digits: a point may be lost", w.Text)
		}
		if line := s.rows[w.row].text(); v.Source == "" {
			v.Source = line
		} else if !strings.Contains(v.Source, line) {
			v.Source += " / " + line
		}
	}
}

// doubt notes once why a person has to look.
func doubt(v *core.Value, format string, args ...any) {
	if d := fmt.Sprintf(format, args...); !slices.Contains(v.Doubts, d) {
		v.Doubts = append(v.Doubts, d)
	}
}

// number parses a plain decimal number: digits with at most one point. Commas,
// signs, spaces and exponents are not plain.
func number(s string) *float64 {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Trim(s, "0123456789.") != "" || strings.Count(s, ".") > 1 {
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &f
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// joined gives the words as printed, divided by single spaces; a word torn over
// two lines is whole.
func joined(words []token) string {
	var b []byte
	for i, w := range words {
		switch {
		case i > 0 && w.rest:
			b = bytes.TrimSuffix(b, []byte("-"))
		case i > 0:
			b = append(b, ' ')
		}
		b = append(b, w.Text...)
	}
	return string(b)
}
