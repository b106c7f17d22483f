package app

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"clinician/internal/core"
)

// otherTests is the group of tests that no vocabulary knows.
const otherTests = "Other results"

// PatientResults gives what trends follow as one table of tests by days.
func (s *Session) PatientResults(ctx context.Context, patientID int64) (core.PatientResults, error) {
	groups, of, err := s.trendGroups(ctx, patientID)
	if err != nil {
		return core.PatientResults{}, err
	}
	rows := resultTable(groups, s.KnownTest)
	return core.PatientResults{PatientID: patientID, Days: daysOf(rows), Count: len(rows), Results: rows, Coverage: of, AsAt: s.now()}, nil
}

// resultTable makes rows of the groups, in the order in which clinicians read them.
func resultTable(groups []*trendGroup, known func(core.ValueKind, string) (core.KnownTest, bool)) []core.ResultRow {
	type placed struct {
		core.ResultRow
		order int
	}
	var list []placed
	for _, g := range groups {
		test, ok := core.KnownTest{}, false
		if known != nil {
			test, ok = known(g.points[0].kind, g.summary().Name)
		}
		if !ok {
			test.Group, test.Order = otherTests, math.MaxInt
		}
		for _, r := range g.rows(test) {
			list = append(list, placed{r, test.Order})
		}
	}
	slices.SortStableFunc(list, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	rows := make([]core.ResultRow, len(list))
	for i, p := range list {
		rows[i] = p.ResultRow
	}
	return rows
}

// daysOf gives each day that has a value once, oldest first.
func daysOf(rows []core.ResultRow) []core.Date {
	days := []core.Date{}
	for _, r := range rows {
		for _, v := range r.Values {
			days = append(days, v.Date)
		}
	}
	slices.SortFunc(days, compareDays)
	return slices.Compact(days)
}

// compareDays puts no day first: nobody is to take it for the newest.
func compareDays(a, b core.Date) int {
	if a.IsZero() != b.IsZero() {
		return cmp.Compare(a.String(), b.String())
	}
	return a.Time().Compare(b.Time())
}

// rows makes one row of the group, and others for codes that its name alone does not
// mean: creatinine of urine is no creatinine of blood.
func (g *trendGroup) rows(test core.KnownTest) []core.ResultRow {
	byCode := map[string][]labPoint{}
	var codes []string
	for _, p := range g.points {
		code := p.code
		if slices.ContainsFunc(test.Codes, func(c string) bool { return strings.HasSuffix(code, " "+c) }) {
			code = ""
		}
		if byCode[code] == nil {
			codes = append(codes, code)
		}
		byCode[code] = append(byCode[code], p)
	}
	slices.Sort(codes)
	about := g.summary()
	var out []core.ResultRow
	for _, c := range codes {
		r := core.ResultRow{Group: test.Group, Name: about.Name, Code: g.coding(c, byCode[c]), Unit: rowUnit(byCode[c], test)}
		for _, p := range byCode[c] {
			r.Values = append(r.Values, resultValue(p, r.Unit, test))
		}
		slices.SortStableFunc(r.Values, func(a, b core.ResultValue) int {
			return cmp.Or(compareDays(a.Date, b.Date), cmp.Compare(a.RecordID, b.RecordID), cmp.Compare(a.Page, b.Page))
		})
		r.Change, r.NoChange = change(r.Values)
		out = append(out, r)
	}
	return out
}

// coding gives the code that all of some points have; nil when they have none or several.
func (g *trendGroup) coding(code string, points []labPoint) *core.Coding {
	for _, p := range points {
		switch {
		case p.code == "" || p.code == code:
		case code == "":
			code = p.code
		default:
			return nil
		}
	}
	i := slices.IndexFunc(g.codes, func(c core.Coding) bool { return c.System+" "+c.Code == code })
	if i < 0 {
		return nil
	}
	return &g.codes[i]
}

// rowUnit is the unit of the newest certain value: of those the test can be converted in,
// when there are any.
func rowUnit(points []labPoint, test core.KnownTest) string {
	best := func(takes func(labPoint) bool) (labPoint, bool) {
		var newest labPoint
		found := false
		for _, p := range points {
			if takes(p) && (!found || compareDays(newest.Date, p.Date) < 0) {
				newest, found = p, true
			}
		}
		return newest, found
	}
	convertible := func(p labPoint) bool { _, ok := test.In(p.Unit); return ok && p.Number != nil }
	for _, takes := range []func(labPoint) bool{
		func(p labPoint) bool { return convertible(p) && !p.doubted() },
		convertible,
		func(p labPoint) bool { return p.Number != nil && !p.doubted() && !p.refused },
		func(p labPoint) bool { return !p.refused },
	} {
		if p, ok := best(takes); ok {
			return test.Spelling(strings.TrimSpace(p.Unit))
		}
	}
	return strings.TrimSpace(points[0].Unit)
}

// resultValue is p in a row of that unit: converted where the test is known in both.
func resultValue(p labPoint, unit string, test core.KnownTest) core.ResultValue {
	v := core.ResultValue{TrendPoint: p.TrendPoint, Lab: p.lab}
	if p.Number == nil || core.UnitKey(p.Unit) == core.UnitKey(unit) {
		v.AsPrinted = p.refused
		return v
	}
	from, known := test.In(p.Unit)
	to, too := test.In(unit)
	if known && too && from.Same(to) {
		return v
	}
	in, ok := test.Convert(*p.Number, p.Unit, unit)
	if !ok {
		v.AsPrinted = true
		return v
	}
	in.Text = p.Comparator + in.Text
	v.InUnit = &in
	return v
}

// change compares the last value with the certain one of the day before.
func change(values []core.ResultValue) (*core.ResultChange, core.NoChange) {
	last := values[len(values)-1]
	switch {
	case last.Date.IsZero():
		return nil, core.NoChangeDay
	case last.Doubtful():
		return nil, core.NoChangeDoubt
	case last.AsPrinted:
		return nil, core.NoChangeUnit
	case last.Number == nil || last.Comparator != "":
		return nil, core.NoChangeNumber
	case !alike(values, last):
		return nil, core.NoChangeSame
	}
	for i := len(values) - 1; i >= 0; i-- {
		before := values[i]
		if before.Date == last.Date || before.Date.IsZero() || !mayCompare(before) {
			continue
		}
		if !alike(values, before) {
			return nil, core.NoChangeSame
		}
		to, decimals := inUnit(last)
		from, more := inUnit(before)
		decimals = max(decimals, more)
		by, text := difference(from, to, decimals)
		return &core.ResultChange{By: by, Text: text, Since: before.Date, From: shownAs(before), OtherLab: otherLab(before, last)}, ""
	}
	return nil, core.NoChangeOnly
}

// mayCompare reports whether a value may be compared with others of its row.
func mayCompare(v core.ResultValue) bool {
	return v.Number != nil && v.Comparator == "" && !v.AsPrinted && !v.Doubtful()
}

// alike reports whether the certain values of v's day are one number.
func alike(values []core.ResultValue, v core.ResultValue) bool {
	is, _ := inUnit(v)
	return !slices.ContainsFunc(values, func(o core.ResultValue) bool {
		if o.Date != v.Date || !mayCompare(o) {
			return false
		}
		n, _ := inUnit(o)
		return n != is
	})
}

// inUnit is the number of a value in the unit of its row, and its decimals.
func inUnit(v core.ResultValue) (n float64, decimals int) {
	text := strconv.FormatFloat(*v.Number, 'f', -1, 64)
	n = *v.Number
	if v.InUnit != nil {
		n, text = v.InUnit.Number, v.InUnit.Text
	} else if _, printed := core.PlainNumber(v.Text); printed != nil && *printed == n {
		text = v.Text
	}
	_, behind, _ := strings.Cut(text, ".")
	return n, len(behind)
}

func shownAs(v core.ResultValue) string {
	if v.InUnit != nil {
		return v.InUnit.Text
	}
	return v.Text
}

// difference is exact to the decimals that were printed, and signed.
func difference(from, to float64, decimals int) (float64, string) {
	scale := math.Pow10(decimals)
	by := (math.Round(to*scale) - math.Round(from*scale)) / scale
	text := strconv.FormatFloat(by, 'f', decimals, 64)
	switch {
	case by > 0:
		text = "+" + text
	case by == 0:
		return 0, "0"
	}
	return by, text
}

// otherLab reports whether two values may have been measured in different ways: by two
// laboratories or, where those are not known, against different ranges.
func otherLab(a, b core.ResultValue) bool {
	if a.Lab != b.Lab {
		return true
	}
	return a.Lab == "" && (limit(a.Low) != limit(b.Low) || limit(a.High) != limit(b.High)) && a.InUnit == nil && b.InUnit == nil
}
