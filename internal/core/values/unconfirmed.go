package values

import (
	"fmt"
	"slices"

	"clinician/internal/core"
)

// doubtUnconfirmed adds a doubt to each value with a number that came without a
// confidence and that no second engine read: what a language model makes of a
// page looks as good where it is wrong. A day from such a number is no
// suggestion.
func doubtUnconfirmed(f *core.Findings, pages []core.Page) {
	open := map[int][]string{}
	for _, p := range pages {
		for _, w := range p.Words {
			if w.Unconfirmed {
				open[p.Number] = append(open[p.Number], core.Numbers(w.Text)...)
			}
		}
	}
	if len(open) == 0 {
		return
	}
	for i := range f.Values {
		v := &f.Values[i]
		for _, text := range []string{v.Comparator + v.Text, v.Text, v.Range, v.Dose} {
			for _, n := range core.Numbers(text) {
				doubt := fmt.Sprintf("%q is not confirmed by a second reading", n)
				if slices.Contains(open[v.Page], n) && !slices.Contains(v.Doubts, doubt) {
					v.Doubts = append(v.Doubts, doubt)
				}
			}
		}
		if v.Kind == core.ValueDate && len(v.Doubts) > 0 && v.Date == f.DocumentDate {
			f.DocumentDate = core.Date{}
		}
	}
}
