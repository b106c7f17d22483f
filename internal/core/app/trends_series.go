package app

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"clinician/internal/core"
)

// method is what makes values comparable: unit however it is spelled, laboratory and, where a name has
// several, the code. Where the laboratory is not known, the printed range tells
// them apart.
type method struct{ unit, lab, rng, code string }

// methodOf gives the method of a point. One without a code has that of the others
// of its unit, if they have one only.
func (g *trendGroup) methodOf(p labPoint) method {
	m := method{unit: core.UnitKey(p.Unit), lab: p.lab}
	if len(g.codes) > 1 {
		m.code = p.code
		if m.code == "" {
			m.code = g.onlyCodeOf(m.unit)
		}
	}
	if m.lab == "" && (p.Low != nil || p.High != nil) {
		m.rng = limit(p.Low) + ".." + limit(p.High)
	}
	return m
}

// onlyCodeOf gives the code of the values of a unit, "" when they have several.
func (g *trendGroup) onlyCodeOf(unit string) string {
	code := ""
	for _, p := range g.points {
		if p.code == "" || core.UnitKey(p.Unit) != unit {
			continue
		}
		if code != "" && code != p.code {
			return ""
		}
		code = p.code
	}
	return code
}

func limit(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'g', -1, 64)
}

// series parts the points by method. Points whose report has no range that can
// be read go with the others of their unit when those are all of one method, and so
// do points in doubt, whose range or unit may be misread.
func (g *trendGroup) series() []core.TrendSeries {
	certain := map[method]bool{}
	for _, p := range g.points {
		if !p.doubted() {
			certain[g.methodOf(p)] = true
		}
	}
	byKind := map[method]*core.TrendSeries{}
	var order []method
	for _, p := range g.points {
		m := g.placeOf(p, certain)
		s := byKind[m]
		if s == nil {
			s = &core.TrendSeries{Lab: m.lab}
			byKind[m], order = s, append(order, m)
		}
		s.Points = append(s.Points, p.TrendPoint)
	}
	slices.SortStableFunc(order, func(a, b method) int {
		return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.lab, b.lab), cmp.Compare(a.rng, b.rng), cmp.Compare(a.code, b.code))
	})
	out := make([]core.TrendSeries, 0, len(order))
	for _, k := range order {
		slices.SortStableFunc(byKind[k].Points, func(a, b core.TrendPoint) int {
			if a.Date.IsZero() != b.Date.IsZero() {
				return cmp.Compare(a.Date.String(), b.Date.String()) // no day comes first: nobody is to take it for the newest
			}
			return cmp.Or(a.Date.Time().Compare(b.Date.Time()), cmp.Compare(a.RecordID, b.RecordID), cmp.Compare(a.Page, b.Page))
		})
		byKind[k].Unit = unitOf(byKind[k].Points)
		out = append(out, *byKind[k])
	}
	return out
}

// doubted reports whether nobody has looked at a point that is in doubt.
func (p labPoint) doubted() bool { return len(p.Doubts) > 0 && p.Review == nil }

// placeOf gives the series of a point: that of its method, or the only one of the
// certain points that it may belong to.
func (g *trendGroup) placeOf(p labPoint, certain map[method]bool) method {
	own := g.methodOf(p)
	bare := own.rng == "" && own.lab == ""
	if !bare && (certain[own] || !p.doubted()) {
		return own
	}
	only := p.mayBelong(own, certain)
	switch {
	case len(only) == 1 && !(p.refused && certain[own]):
		return only[0]
	case p.doubted():
		own.rng = ""
	}
	return own
}

// mayBelong gives the series of certain points that a point may belong to: of its unit
// and laboratory, or any where nobody knows its unit.
func (p labPoint) mayBelong(own method, certain map[method]bool) []method {
	var out []method
	for m := range certain {
		alike := m.unit == own.unit && m.code == own.code && (m.lab == own.lab || own.lab == "")
		if m != own && (alike || p.refused) {
			out = append(out, m)
		}
	}
	return out
}

// unitOf is the unit of a series as its first point that is certain prints it.
func unitOf(points []core.TrendPoint) string {
	for _, p := range points {
		if !p.Probably && len(p.Doubts) == 0 {
			return strings.TrimSpace(p.Unit)
		}
	}
	return strings.TrimSpace(points[0].Unit)
}
