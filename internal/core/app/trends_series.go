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
// be read go with the others of their unit when those are all of one method.
func (g *trendGroup) series() []core.TrendSeries {
	byKind := map[method]*core.TrendSeries{}
	ranged := map[method]map[method]bool{} // by the method without its range
	for _, p := range g.points {
		if m := g.methodOf(p); m.rng != "" {
			bare := method{unit: m.unit, code: m.code}
			if ranged[bare] == nil {
				ranged[bare] = map[method]bool{}
			}
			ranged[bare][m] = true
		}
	}
	var order []method
	for _, p := range g.points {
		m := g.methodOf(p)
		if with := ranged[m]; len(with) == 1 {
			for only := range with {
				m = only
			}
		}
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
		byKind[k].Unit = strings.TrimSpace(byKind[k].Points[0].Unit)
		out = append(out, *byKind[k])
	}
	return out
}
