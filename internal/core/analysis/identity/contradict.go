package identity

import (
	"fmt"
	"slices"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/analysis/vocabulary"
)

// contradict looks for anybody else on a page, also on one that fits the chart: a
// second person who is named as its patient, or the number of another patient of the
// register. One is enough for CheckPatient.
func contradict(page *core.CheckedPage, chart core.Patient, panel func(core.PageIdentity) []core.Patient) {
	var strangers []core.PageIdentity
	for _, o := range page.Others {
		if stranger(o, chart, panel) {
			strangers = append(strangers, o)
		}
	}
	if page.Verdict == core.CheckPatient && len(page.Others) > 0 {
		own := page.PageIdentity
		own.Others = nil
		page.Strangers = append(page.Strangers, own)
	}
	loose := page.Loose
	if page.Verdict != core.CheckPatient {
		loose = append(ownNumbers(page.PageIdentity, chart), loose...)
	}
	page.Loose = nil
	for _, o := range loose {
		if o.Identifiers[0] != vocabulary.DigitsOf(chart.MRN) && owner(o, chart, panel) && page.OtherPatientID == 0 {
			strangers = append(strangers, o)
		}
	}
	if len(strangers) == 0 {
		return
	}
	page.Strangers = append(page.Strangers, strangers...)
	slices.SortStableFunc(page.Strangers, func(a, b core.PageIdentity) int { return a.Row - b.Row })
	if page.Verdict != core.CheckPatient {
		page.Verdict, page.Reason = core.CheckPatient, ""
	}
	page.Reason = strings.TrimSpace(page.Reason + " " + alsoSays(strangers[0], page.PageIdentity, chart))
}

// stranger reports whether a further identity of a page is not the chart's patient.
func stranger(o core.PageIdentity, chart core.Patient, panel func(core.PageIdentity) []core.Patient) bool {
	c := compare(o, chart)
	switch {
	case o.Name == "" && o.DateOfBirth.IsZero():
		return c.number != fitSame && owner(o, chart, panel)
	case c.empty():
		return false
	case o.Name == "" && c.born == fitNear:
		return sharp(o)
	case o.Name == "" && c.born == fitTurned:
		return false
	}
	return c.verdict(o) == core.CheckPatient
}

// ownNumbers are the numbers of the page's own identity that are not the chart's.
func ownNumbers(id core.PageIdentity, chart core.Patient) []core.PageIdentity {
	var out []core.PageIdentity
	for _, n := range id.Identifiers {
		if n != vocabulary.DigitsOf(chart.MRN) {
			out = append(out, core.PageIdentity{Page: id.Page, Identifiers: []string{n}, Boxes: id.Boxes, Row: id.Row, Line: id.Line})
		}
	}
	return out
}

// owner reports whether a number is that of another patient.
func owner(o core.PageIdentity, chart core.Patient, panel func(core.PageIdentity) []core.Patient) bool {
	return slices.ContainsFunc(panel(o), func(p core.Patient) bool {
		mrn := vocabulary.DigitsOf(p.MRN)
		return p.ID != chart.ID && len(mrn) >= 4 && slices.Contains(o.Identifiers, mrn)
	})
}

// alsoSays tells people who else is on a page, and where.
func alsoSays(o, own core.PageIdentity, chart core.Patient) string {
	var says []string
	if o.Name != "" {
		says = append(says, o.Name)
	}
	if !o.DateOfBirth.IsZero() {
		says = append(says, "born "+o.DateOfBirth.Display())
	}
	for _, n := range o.Identifiers {
		says = append(says, "number "+core.DisplayMRN(n))
	}
	where := "The page"
	if o.Line > 0 {
		where = fmt.Sprintf("In line %d the page", o.Line)
	}
	also := "also says"
	if own.Name == "" && own.DateOfBirth.IsZero() && len(own.Identifiers) == 0 {
		also = "says"
	}
	if len(says) == 1 && len(o.Identifiers) == 1 {
		return fmt.Sprintf("%s %s %s, which is another patient's; this chart is %s, number %s.", where, also, says[0],
			core.DisplayName(chart.User.LastName, chart.User.FirstName, ""), core.DisplayMRN(chart.MRN))
	}
	return fmt.Sprintf("%s %s %s; this chart is %s, born %s.", where, also, strings.Join(says, ", "),
		core.DisplayName(chart.User.LastName, chart.User.FirstName, ""), chart.DateOfBirth.Display())
}
