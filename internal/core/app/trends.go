package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"clinician/internal/core"
)

// TrendNames lists the analytes and vital signs of a patient that have values,
// by name.
func (s *Session) TrendNames(ctx context.Context, patientID int64) (core.TrendNames, error) {
	groups, of, err := s.trendGroups(ctx, patientID)
	if err != nil {
		return core.TrendNames{}, err
	}
	out := core.TrendNames{PatientID: patientID, Results: []core.TrendName{}, Coverage: of, AsAt: s.now()}
	for _, g := range groups {
		out.Results = append(out.Results, g.summary())
	}
	slices.SortFunc(out.Results, func(a, b core.TrendName) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	out.Count = len(out.Results)
	return out, nil
}

// Trend gives one analyte or vital sign of a patient over time. It is named as
// TrendNames does, by a code, or by the beginning of one name only.
func (s *Session) Trend(ctx context.Context, patientID int64, name string) (core.PatientTrend, error) {
	groups, of, err := s.trendGroups(ctx, patientID)
	if err != nil {
		return core.PatientTrend{}, err
	}
	g, err := chooseTrend(groups, nameKey(name), of)
	if err != nil {
		return core.PatientTrend{}, err
	}
	about := g.summary()
	return core.PatientTrend{PatientID: patientID, AsAt: s.now(), Coverage: of, Trend: core.Trend{Name: about.Name, Code: about.Code, Series: g.series()}}, nil
}

func chooseTrend(groups []*trendGroup, key string, of core.Coverage) (*trendGroup, error) {
	var begins []*trendGroup
	for _, g := range groups {
		if g.names[key] > 0 || slices.ContainsFunc(g.codes, func(c core.Coding) bool { return strings.EqualFold(c.Code, key) }) {
			return g, nil
		}
		for n := range g.names {
			if key != "" && strings.HasPrefix(n, key) {
				begins = append(begins, g)
				break
			}
		}
	}
	switch len(begins) {
	case 1:
		return begins[0], nil
	case 0:
		if left := of.NotRead + of.InDoubt; left > 0 {
			return nil, core.Errorf(core.CodeNotFound, "No value of this name is known: %d of %s could not be looked into. The list of trends shows which values are known.",
				left, core.Plural(of.Documents, "document", "documents"))
		}
		return nil, core.Errorf(core.CodeNotFound, "No document of this patient has a value of this name. The list of trends shows which there are.")
	}
	return nil, core.Errorf(core.CodeInvalid, "Several values begin with this name. Give the whole name.")
}

// trendGroup is all points of one analyte or vital sign.
type trendGroup struct {
	codes  []core.Coding     // several when one name is measured in ways that have codes of their own
	names  map[string]int    // by nameKey, how often
	asIs   map[string]string // nameKey to a name as printed
	points []labPoint
}

type labPoint struct {
	core.TrendPoint
	lab     string
	code    string
	kind    core.ValueKind
	fluid   string // what was measured: "blood", another, "" nobody says
	base    string // its name without the fluid
	refused bool   // its unit is none the test can have, and nobody knows which it is
}

// trendGroups collects the patient's values that count: not rejected, not taken
// from documents that may be somebody else's, that were entered in error, or
// that are byte for byte another one of the same chart.
func (s *Session) trendGroups(ctx context.Context, patientID int64) ([]*trendGroup, core.Coverage, error) {
	ev := s.event(core.EventTrendRead, core.ActionRead)
	if _, err := s.allowPatient(ctx, patientID, &ev, errNotAssigned); err != nil {
		return nil, core.Coverage{}, err
	}
	documents, err := s.Values.ByPatient(ctx, patientID, core.ValueQuery{Trusted: true})
	if err != nil {
		return nil, core.Coverage{}, err
	}
	records, err := s.Records.ByPatient(ctx, patientID)
	if err != nil {
		return nil, core.Coverage{}, err
	}
	groups := measured(documents, records, s.KnownTest)
	ev.PatientID = patientID
	ev.Detail = map[string]any{"trend_count": len(groups)}
	return groups, coverage(documents, records), s.record(ctx, ev)
}

// measured sorts the values of a chart that count by what they measure.
func measured(documents []core.DocumentValues, records []core.Record, known func(core.ValueKind, string) (core.KnownTest, bool)) []*trendGroup {
	counts := counting(documents, records)
	g := grouping{byKey: map[string]*trendGroup{}, known: known}
	for _, d := range documents {
		r, ok := counts[d.RecordID]
		if !ok {
			continue
		}
		for _, v := range d.Values {
			g.add(v, r, d)
		}
	}
	g.join()
	return g.list
}

// coverage says of how many of the chart's current documents the findings tell. One
// whose content another holds that was read is told of by that one.
func coverage(documents []core.DocumentValues, records []core.Record) (c core.Coverage) {
	told, part := map[string]bool{}, map[string]bool{}
	for _, d := range documents {
		told[d.RecordID], part[d.RecordID] = true, d.InPart
	}
	for _, r := range records {
		switch {
		case r.Status != "" && r.Status != core.RecordCurrent:
			continue
		case told[r.ID] && part[r.ID] || !told[r.ID] && part[r.DuplicateOf]:
			c.InPart++
		case told[r.ID] || told[r.DuplicateOf]:
		case r.PatientCheck == core.CheckPatient:
			c.InDoubt++
		default:
			c.NotRead++
		}
		c.Documents++
	}
	return c
}

// counting gives the records whose values count: current ones, and of several with
// the same content one, which no other is the original of, or the oldest.
func counting(documents []core.DocumentValues, records []core.Record) map[string]core.Record {
	read := map[string]bool{}
	for _, d := range documents {
		read[d.RecordID] = true
	}
	counts, copies := map[string]core.Record{}, map[string]core.Record{}
	for _, r := range records {
		if !read[r.ID] || r.Status != "" && r.Status != core.RecordCurrent || read[r.DuplicateOf] {
			continue
		}
		if other, ok := copies[r.SHA256]; ok && r.SHA256 != "" {
			if cmp.Or(other.UploadedAt.Compare(r.UploadedAt), cmp.Compare(other.ID, r.ID)) < 0 {
				continue
			}
			delete(counts, other.ID)
		}
		counts[r.ID], copies[r.SHA256] = r, r
	}
	return counts
}

// grouping sorts values by what they measure.
type grouping struct {
	byKey map[string]*trendGroup
	list  []*trendGroup
	known func(core.ValueKind, string) (core.KnownTest, bool) // nil: nothing is known
}

func (g *grouping) add(v core.Value, r core.Record, d core.DocumentValues) {
	measured := v.Kind == core.ValueLaboratory || v.Kind == core.ValueVital
	rejected := v.Review != nil && v.Review.Status == core.ReviewRejected
	if !measured || rejected || v.Negated || v.Context != "" { // of another time or person
		return
	}
	name, fluid := nameInFluid(v)
	key, code := "name "+nameKey(name), ""
	if v.Code != nil && v.Code.Code != "" {
		code = v.Code.System + " " + v.Code.Code
		key = "code " + code
	}
	t := g.byKey[key]
	if t == nil {
		t = &trendGroup{names: map[string]int{}, asIs: map[string]string{}}
		if code != "" {
			t.codes = []core.Coding{*v.Code}
		}
		g.byKey[key], g.list = t, append(g.list, t)
	}
	t.names[nameKey(name)]++
	t.asIs[nameKey(name)] = name
	t.points = append(t.points, labPoint{TrendPoint: trendPoint(v, r, d), lab: r.Source, code: code, kind: v.Kind, fluid: fluid,
		base: v.Name, refused: v.Refused && v.Review == nil && v.Probably == nil})
}

// nameInFluid is what a value is of, with what it was measured in, where that is not blood:
// it never comes into a row with blood.
func nameInFluid(v core.Value) (name, fluid string) {
	name, fluid = v.Name, fluidOf(v)
	if fluid != "" && fluid != bloodFluid && !strings.Contains(nameKey(name), fluid) {
		name += " (" + fluid + ")"
	}
	return name, fluid
}

// bloodFluid stands for blood, serum and plasma.
const bloodFluid = "blood"

// fluidOf is what a value was measured in: by its code blood, by the report, or not said.
func fluidOf(v core.Value) string {
	switch v.Specimen {
	case "blood", "serum", "plasma":
		return bloodFluid
	case "":
		if v.Code != nil && v.Code.Code != "" {
			return bloodFluid
		}
	}
	return v.Specimen
}

// doubtFluids puts in doubt what may be of blood or of another fluid, where the chart has
// values of the same name that say which they are.
func (g *grouping) doubtFluids() {
	said := map[string]bool{}
	for _, t := range g.list {
		for _, p := range t.points {
			said[nameKey(p.base)] = said[nameKey(p.base)] || p.fluid != ""
		}
	}
	for _, t := range g.list {
		for i := range t.points {
			p := &t.points[i]
			if p.fluid != "" || p.Verified || !said[nameKey(p.base)] || g.known == nil {
				continue
			}
			if test, ok := g.known(p.kind, p.base); ok && test.Fluid {
				p.Doubts = append(slices.Clone(p.Doubts), "the report does not say whether it is of blood or of urine")
			}
		}
	}
}

// join puts together what a clinician calls by one name, so that every row of
// the list can be named: values without a code go to those of the same name that
// have one, and codes of the same name (a mass and an amount of substance, of
// blood and of urine) are one trend whose series are kept apart.
func (g *grouping) join() {
	coded := map[string]*trendGroup{}
	for _, t := range g.list {
		if len(t.codes) == 0 {
			continue
		}
		for n := range t.names {
			coded[n] = t
		}
	}
	g.list = slices.DeleteFunc(g.list, func(t *trendGroup) bool {
		if len(t.codes) > 0 {
			return false
		}
		for n := range t.names { // without a code it is one name
			if to := coded[n]; to != nil {
				to.take(t)
				return true
			}
		}
		return false
	})
	shown := map[string]*trendGroup{}
	g.list = slices.DeleteFunc(g.list, func(t *trendGroup) bool {
		name := nameKey(t.summary().Name)
		to := shown[name]
		if to == nil {
			shown[name] = t
			return false
		}
		to.take(t)
		return true
	})
	g.doubtFluids()
}

// take adds the values of another group.
func (g *trendGroup) take(from *trendGroup) {
	for n, times := range from.names {
		g.names[n] += times
		if g.asIs[n] == "" {
			g.asIs[n] = from.asIs[n]
		}
	}
	g.codes, g.points = append(g.codes, from.codes...), append(g.points, from.points...)
}

func nameKey(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// trendPoint is v as it counts: as printed, or as a clinician corrected it.
func trendPoint(v core.Value, r core.Record, d core.DocumentValues) core.TrendPoint {
	p := core.TrendPoint{ValueID: v.ID, Date: v.Date, Text: v.Text, Number: v.Number, Comparator: v.Comparator, Unit: v.Unit,
		Range: v.Range, Interpret: v.Interpretation(), Review: v.Review, Doubts: orEmpty(v.Doubts), RecordID: d.RecordID, JobID: d.JobID,
		Page: v.Page, Boxes: orEmpty(v.Boxes), Check: d.Check}
	if p.Date.IsZero() {
		p.Date = r.DocumentDate
	}
	p.Low, p.High = core.RangeBounds(v.Range)
	p.Verified = v.Review != nil
	if v.Refused && !p.Verified {
		p.Number = nil
		if most := v.Probably; most != nil {
			p.Number, p.Unit, p.Probably = &most.Number, most.Unit, true
		}
	}
	if p.Verified && v.Review.Status == core.ReviewCorrected {
		p.Text = v.Review.Text
		p.Comparator, p.Number = core.PlainNumber(p.Text)
		if v.Review.Unit != "" {
			p.Unit = v.Review.Unit
		}
	}
	return p
}

// summary is the row of the list for a group.
func (g *trendGroup) summary() core.TrendName {
	out := core.TrendName{Points: len(g.points), Units: []string{}}
	if len(g.codes) == 1 {
		out.Code = &g.codes[0]
	}
	for key, n := range g.names {
		if most := g.names[nameKey(out.Name)]; n > most || n == most && g.asIs[key] < out.Name {
			out.Name = g.asIs[key]
		}
	}
	for _, p := range g.points {
		if p.Verified {
			out.Verified++
		}
		if !p.refused && !slices.ContainsFunc(out.Units, func(u string) bool { return core.UnitKey(u) == core.UnitKey(p.Unit) }) {
			out.Units = append(out.Units, p.Unit)
		}
		if out.Latest.Before(p.Date) {
			out.Latest = p.Date
		}
	}
	if len(out.Units) == 0 { // as read: none is known
		out.Units = append(out.Units, g.points[0].Unit)
	}
	slices.Sort(out.Units)
	return out
}
