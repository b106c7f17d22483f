package problems

import (
	"clinician/internal/core"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// deny notes of a value that words on another line, if any, deny it.
func deny(s *layout.Sheet, v *core.Value, by []vocabulary.Token) {
	if by == nil || v.Negated {
		return
	}
	if v.Negated = true; v.Kind == core.ValueDiagnosis { // the text of an allergy is its reaction
		v.Text = tidyEnd(vocabulary.Joined(by) + " " + v.Text)
	}
	evidence.Add(v, s, by)
	evidence.Doubt(v, "the line is broken before %q", v.Name)
}

// doubtDenied doubts a value that starts with a word, where the line above may
// deny it.
func doubtDenied(s *layout.Sheet, v *core.Value, w vocabulary.Token) {
	if above := s.MayDeny(w); above != nil && !v.Negated {
		evidence.Doubt(v, "the line above may deny it: %q", vocabulary.Joined(above))
	}
}
