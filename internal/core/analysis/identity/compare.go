package identity

import (
	"fmt"

	"clinician/internal/core"
	"clinician/internal/core/text"
)

// CompareWithChart says for each page whether it belongs into chart, and for the
// whole document the gravest of it: CheckPatient when any page speaks of
// somebody else, CheckMatch when at least one fits and none conflicts,
// CheckNone when no page says who it is about.
//
// Names and numbers are compared as a person would who knows that scanners
// misread letters, that people marry and that some are called by another name.
// What cannot be explained so is for a person to decide.
//
// panel gives patients a page might be about, to suggest where a page belongs
// and to tell namesakes apart; it may give the chart's own patient too, and patients of
// whom only the number is known, who contradict and are never suggested. It is
// asked only for pages that do not fit beyond doubt. nil: nobody else is known.
func CompareWithChart(ids []core.PageIdentity, chart core.Patient, panel func(id core.PageIdentity) []core.Patient) ([]core.CheckedPage, core.PatientCheck) {
	if panel == nil {
		panel = func(core.PageIdentity) []core.Patient { return nil }
	}
	pages := make([]core.CheckedPage, 0, len(ids))
	var undecided []int
	for _, id := range ids {
		page, unsure := comparePage(id, chart, panel)
		contradict(&page, chart, panel)
		if unsure {
			undecided = append(undecided, len(pages))
		}
		pages = append(pages, page)
	}
	overall := gravest(pages)
	if overall == core.CheckNone { // nothing else in the document says whose it is
		for _, i := range undecided {
			pages[i].Verdict = core.CheckPatient
		}
		overall = gravest(pages)
	}
	return pages, overall
}

func gravest(pages []core.CheckedPage) core.PatientCheck {
	overall := core.CheckNone
	for _, p := range pages {
		switch {
		case p.Verdict == core.CheckPatient:
			return core.CheckPatient
		case p.Verdict == core.CheckMatch:
			overall = core.CheckMatch
		}
	}
	return overall
}

// comparePage compares one page. Unsure means that the page fits the chart and a
// namesake alike.
func comparePage(id core.PageIdentity, chart core.Patient, panel func(core.PageIdentity) []core.Patient) (page core.CheckedPage, unsure bool) {
	page = core.CheckedPage{PageIdentity: id}
	c := compare(id, chart)
	if c.empty() {
		if id.Name != "" && text.Script(id.Name) != "Latin" {
			page.Reason = fmt.Sprintf("The page says %s; a name in other letters than the chart's cannot be compared.", id.Name)
		}
		return page, false
	}
	page.Verdict = c.verdict(id)
	if page.Verdict == core.CheckMatch && c.certain() {
		return page, false
	}
	namesake := int64(0)
	for _, other := range panel(id) {
		if other.ID == chart.ID || byNumberOnly(other) {
			continue
		}
		o := compare(id, other)
		switch {
		case o.certain() || page.Verdict == core.CheckPatient && o.likely():
			page.Verdict, page.OtherPatientID = core.CheckPatient, other.ID
			page.Reason = difference(id, chart)
			return page, false
		case o.verdict(id) == core.CheckMatch:
			namesake = other.ID
		}
	}
	switch {
	case page.Verdict == core.CheckPatient:
		page.Reason = difference(id, chart)
	case namesake != 0:
		page.Verdict = core.CheckNone
		page.Reason = "What was read on the page fits this chart and another patient of the same name."
		return page, true
	default:
		page.Reason = c.remark(id, chart)
	}
	return page, false
}

// byNumberOnly reports whether nothing but a patient's number is known: the register
// knows them, and who reads the document need not.
func byNumberOnly(p core.Patient) bool {
	return p.User.LastName == "" && p.User.FirstName == "" && p.DateOfBirth.IsZero()
}

// comparison is how what a page says relates to a chart.
type comparison struct {
	name   nameFit
	born   fit
	number fit
}

// fit is how one item relates. The zero value means that one side says nothing.
type fit int

const (
	fitUnknown fit = iota
	fitSame
	fitNear   // explained by one misread character
	fitTurned // day and month may be meant the other way round
	fitDiffers
)

func compare(id core.PageIdentity, p core.Patient) comparison {
	return comparison{compareNames(id.Name, p), compareBirth(id.DateOfBirth, p.DateOfBirth), compareNumbers(id.Identifiers, p.MRN)}
}

func (c comparison) empty() bool {
	return c.name == nameUnknown && c.born == fitUnknown && c.number == fitUnknown
}

// certain means that two of three agree to the letter and the third does not
// speak against it.
func (c comparison) certain() bool {
	agree := 0
	for _, ok := range []bool{c.name == nameSame, c.born == fitSame, c.number == fitSame} {
		if ok {
			agree++
		}
	}
	return agree >= 2 && !c.name.conflicts() && c.born != fitDiffers && c.number != fitDiffers
}

// likely is enough to suggest a chart for a page that belongs elsewhere.
func (c comparison) likely() bool {
	named := c.name == nameSame || c.name == nameClose
	switch {
	case c.name == nameSame && c.born == fitSame:
		return true
	case c.number == fitSame:
		return !c.name.conflicts() && c.born != fitDiffers
	}
	return named && c.born != fitUnknown && c.born != fitDiffers && c.number != fitDiffers
}

// verdict weighs the three. It never gives CheckNone: empty() is asked first.
func (c comparison) verdict(id core.PageIdentity) core.PatientCheck {
	check := func(conflict bool) core.PatientCheck {
		if conflict {
			return core.CheckPatient
		}
		return core.CheckMatch
	}
	exact := c.number == fitSame
	switch {
	case c.born == fitDiffers, c.number == fitDiffers:
		return core.CheckPatient
	case c.name == nameDiffers:
		return check(!(exact && c.born == fitSame)) // a wrong name beside two right items is a misreading
	case c.name == nameFamilyDiffers: // married, or somebody else with this given name
		return check(c.born != fitSame && !exact)
	case c.name == nameGivenDiffers: // relatives, twins
		return check(!exact)
	case c.born == fitNear && sharp(id):
		return check(!exact) // nothing was misread: it is another day
	}
	return core.CheckMatch
}

// sharp reports whether the page was read so clearly that a wrong digit is not
// the reader's.
func sharp(id core.PageIdentity) bool { return id.Confidence == nil || *id.Confidence >= 95 }
