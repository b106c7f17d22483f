package problems

import (
	"clinician/internal/core"
	"clinician/internal/core/analysis/evidence"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// DoubtOverPages doubts the first condition or substance at the top of a page when
// the page before ends in words that may deny it: "No evidence of". Whether the
// two belong together, a person has to see.
func DoubtOverPages(d *layout.Document, found []core.Value) {
	for k := 1; k < len(d.Sheets); k++ {
		s, top := d.Sheets[k], layout.FirstLines
		var first []*core.Value
		for i := range found {
			v := &found[i]
			if v.Page != s.Number || v.Kind != core.ValueDiagnosis && v.Kind != core.ValueAllergy {
				continue
			}
			switch at := s.LineOf(v.Name); {
			case at < top:
				top, first = at, []*core.Value{v}
			case at == top:
				first = append(first, v)
			}
		}
		if top == layout.FirstLines {
			continue
		}
		open := d.Sheets[k-1].LeftOpen(s.Rows[top].Words)
		for _, v := range first {
			if open != nil && !v.Negated {
				evidence.Doubt(v, "the page before ends with %q", vocabulary.Joined(open))
			}
		}
	}
}
