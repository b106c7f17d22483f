// Package evidence ties a value to the words that spell it: their boxes, the lowest
// confidence, the printed lines, and a doubt for each number that was not read
// clearly. Start reading at NewValue.
package evidence

import (
	"fmt"
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// Below these confidences a word with digits is in doubt. They were measured with
// internal/eval/values on demo documents in eleven scanner profiles: of numbers
// read at 90 and above none in 1874 was wrong, at 80 to 89 five in 108 (4.5 as 45
// among them); of dates of a valid form none in 274 was wrong at any confidence.
const (
	MinConfidence     = 90 // numbers
	MinSideConfidence = 80 // digits that only stand beside the number: a range, a name
	MinDateConfidence = 50
	MinUnitConfidence = 30 // of a unit that fits its analyte
)

// NewValue starts a value of a page with the words that spell it. The words give
// boxes, the lowest confidence, the printed line, and a doubt for each word with
// digits that was not read clearly.
func NewValue(s *layout.Sheet, kind core.ValueKind, words ...[]vocabulary.Token) core.Value {
	v := core.Value{Page: s.Number, Kind: kind}
	for _, w := range words {
		Add(&v, s, MinConfidence, w)
	}
	return v
}

// Add adds words that spell a part of v; digits read below least are a
// doubt.
func Add(v *core.Value, s *layout.Sheet, least float64, words []vocabulary.Token) {
	for _, w := range words {
		if v.Row == 0 {
			v.Row = w.Row + 1
		}
		if s.Boxed && !slices.Contains(v.Boxes, w.Box) {
			v.Boxes = append(v.Boxes, w.Box)
		}
		if w.Confidence != nil && (v.Confidence == nil || *w.Confidence < *v.Confidence) {
			c := *w.Confidence
			v.Confidence = &c
		}
		if w.Confidence != nil && *w.Confidence < least && vocabulary.HasDigit(w.Text) {
			Doubt(v, "%q was read with confidence %.0f", w.Text, *w.Confidence)
		}
		if s.LostPoint(w) {
			Doubt(v, "%q is wider than its digits: a point may be lost", w.Text)
		}
		doubtForm(v, s, w)
		if line := s.Rows[w.Row].Text(); v.Source == "" {
			v.Source = line
		} else if !strings.Contains(v.Source, line) {
			v.Source += " / " + line
		}
	}
}

const inLine = "in its line: "

// Shorten drops what is said of the line of a value where it is said of the value
// itself.
func Shorten(v *core.Value) {
	all := slices.Clone(v.Doubts)
	v.Doubts = slices.DeleteFunc(v.Doubts, func(d string) bool {
		why, ok := strings.CutPrefix(d, inLine)
		return ok && slices.Contains(all, why)
	})
}

// doubtForm notes what the form of a word, and of others of its row, leaves open.
func doubtForm(v *core.Value, s *layout.Sheet, w vocabulary.Token) {
	if w.Doubt != "" {
		Doubt(v, "%s", w.Doubt)
	}
	for _, why := range s.FormDoubts(w.Row) {
		if why != w.Doubt {
			Doubt(v, inLine+"%s", why)
		}
	}
}

// Doubt notes once why a person has to look.
func Doubt(v *core.Value, format string, args ...any) {
	if d := fmt.Sprintf(format, args...); !slices.Contains(v.Doubts, d) {
		v.Doubts = append(v.Doubts, d)
	}
}
