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

// MinUnitConfidence is how surely a unit without digits must be read that fits its
// analyte: that it fits says more than the engine. Words with digits are in doubt as
// core.Word.Unsure says. Measured with internal/eval/values on demo documents in eleven
// scanner profiles: of numbers read at 90 and above none in 1874 was wrong, at 80 to 89
// five in 108 (4.5 as 45 among them).
const MinUnitConfidence = 30

// NewValue starts a value of a page with the words that spell it. The words give
// boxes, the lowest confidence, the printed line, and a doubt for each word with
// digits that was not read clearly.
func NewValue(s *layout.Sheet, kind core.ValueKind, words ...[]vocabulary.Token) core.Value {
	v := core.Value{Page: s.Number, Kind: kind}
	for _, w := range words {
		Add(&v, s, w)
	}
	return v
}

// Add adds words that spell a part of v; digits that were not read clearly are a
// doubt.
func Add(v *core.Value, s *layout.Sheet, words []vocabulary.Token) {
	add(v, s, words, true)
}

// AddUnit is Add for the unit of a result: that it fits its analyte is checked
// elsewhere and says more than how clearly it was read.
func AddUnit(v *core.Value, s *layout.Sheet, words []vocabulary.Token) { add(v, s, words, false) }

func add(v *core.Value, s *layout.Sheet, words []vocabulary.Token, clearly bool) {
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
		if clearly && w.HasDigit() && w.ReadUnclearly() {
			Doubt(v, "%q was read with confidence %.0f%s", w.Text, *w.Confidence, w.SecondSays())
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
