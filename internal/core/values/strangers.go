package values

import (
	"fmt"
	"slices"

	"clinician/internal/core"
)

// anotherPatient is the context of values that stand under somebody else's name,
// which keeps them out of trends.
const anotherPatient = "another patient"

// doubtStrangers doubts the values that stand under the name of somebody who is not
// the chart's patient, to the next name, also on pages that name nobody.
func doubtStrangers(f *core.Findings, pages []core.CheckedPage) {
	last := ""
	for _, p := range pages {
		if len(p.Others) == 0 && len(p.Strangers) == 0 {
			if p.Name != "" || !p.DateOfBirth.IsZero() || len(p.Identifiers) > 0 {
				last = ""
			}
			for i := range f.Values {
				if v := &f.Values[i]; v.Page == p.Page && last != "" {
					doubtStranger(v, last)
				}
			}
			continue
		}
		for i := range f.Values {
			if v := &f.Values[i]; v.Page == p.Page {
				doubtStranger(v, above(p, v.Row))
			}
		}
		last = above(p, 1<<30)
	}
}

func doubtStranger(v *core.Value, who string) {
	if who == "" {
		return
	}
	v.Context = anotherPatient
	v.Doubts = append(v.Doubts, fmt.Sprintf("it stands under %s: it may be of another patient", who))
}

// above gives the stranger a row stands under, "" for none: of those who stand
// nearest above it; at the top of the page, of the first.
func above(p core.CheckedPage, row int) string {
	all := append([]core.PageIdentity{p.PageIdentity}, p.Others...)
	for _, s := range p.Strangers {
		if !slices.ContainsFunc(all, func(o core.PageIdentity) bool { return o.Row == s.Row }) {
			all = append(all, s)
		}
	}
	nearest, first := 0, 1<<30
	for _, o := range all {
		if o.Row > 0 {
			first = min(first, o.Row)
		}
		if o.Row <= row {
			nearest = max(nearest, o.Row)
		}
	}
	if nearest == 0 {
		nearest = first
	}
	for _, s := range p.Strangers {
		if s.Row >= nearest-1 && s.Row <= nearest { // side by side: of either
			return named(s)
		}
	}
	return ""
}

func named(id core.PageIdentity) string {
	switch {
	case id.Name != "":
		return id.Name
	case !id.DateOfBirth.IsZero():
		return "born " + id.DateOfBirth.Display()
	case len(id.Identifiers) > 0:
		return "number " + core.DisplayMRN(id.Identifiers[0])
	}
	return "somebody else"
}
