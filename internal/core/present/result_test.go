package present_test

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

func TestResultsInWords(t *testing.T) {
	t.Parallel()
	n := 1.1
	row := core.ResultRow{Name: "Creatinine", Unit: "µmol/L"}
	on := core.Date{Year: 2026, Month: 11, Day: 10}
	for want, v := range map[string]core.ResultValue{
		"97 µmol/L, high, range 60 - 90, of 10-Nov-2026, scan, unverified":                                              {TrendPoint: core.TrendPoint{Text: "97", Number: &n, Unit: "umol/L", Range: "60 - 90", Interpret: "H", Date: on}},
		"97 µmol/L from 1.1 mg/dL, unclear, range 0.6 - 1.2 mg/dL, of 10-Nov-2026, scan, unverified":                    {TrendPoint: core.TrendPoint{Text: "1.1", Number: &n, Unit: "mg/dL", Range: "0.6 - 1.2", Date: on}, InUnit: &core.Amount{Text: "97"}},
		"8 mmol/L, no range, day not known, scan, verified":                                                             {TrendPoint: core.TrendPoint{Text: "8", Number: &n, Unit: "mmol/L", Verified: true}, AsPrinted: true},
		"clotted, no range, of 10-Nov-2026, scan, unverified":                                                           {TrendPoint: core.TrendPoint{Text: "clotted", Date: on}},
		"1.1? µmol/L probably, read as 11, no range, of 10-Nov-2026, scan, unverified, in doubt, careful: a lost point": {TrendPoint: core.TrendPoint{Text: "11", Number: &n, Unit: "µmol/L", Probably: true, Doubts: []string{"a lost point"}, Date: on}},
		"1.1? µmol/L probably, read as 11, no range, of 10-Nov-2026, scan, corrected by Ann":                            {TrendPoint: core.TrendPoint{Text: "11", Number: &n, Unit: "µmol/L", Probably: true, Verified: true, Doubts: []string{"x"}, Date: on, Review: &core.Review{Status: core.ReviewCorrected, ByName: "Ann"}}},
	} {
		if got := present.ResultOf(row, v).Sentence(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	row.Values = []core.ResultValue{{TrendPoint: core.TrendPoint{Text: "97", Number: &n, Unit: "µmol/L", Date: on}}}
	for want, c := range map[string]core.ResultRow{
		"Creatinine: last 97 µmol/L, no range, of 10-Nov-2026, scan, unverified, +9 since 01-Sep-2026 (88), another laboratory or range; 1 value": {Change: &core.ResultChange{By: 9, Text: "+9", Since: core.Date{Year: 2026, Month: 9, Day: 1}, From: "88", OtherLab: true}},
		"Creatinine: last 97 µmol/L, no range, of 10-Nov-2026, scan, unverified, the same since 01-Sep-2026 (97); 1 value":                        {Change: &core.ResultChange{Text: "0", Since: core.Date{Year: 2026, Month: 9, Day: 1}, From: "97"}},
		"Creatinine: last 97 µmol/L, no range, of 10-Nov-2026, scan, unverified, not compared: in doubt; 1 value":                                 {NoChange: core.NoChangeDoubt},
	} {
		c.Name, c.Unit, c.Values = row.Name, row.Unit, row.Values
		if got := present.ResultSentence(c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, why := range []core.NoChange{core.NoChangeOnly, core.NoChangeDoubt, core.NoChangeNumber, core.NoChangeUnit, core.NoChangeDay, core.NoChangeSame} {
		r := core.ResultRow{NoChange: why}
		if present.Change(r) == "" || present.ChangeShort(r) == "" {
			t.Errorf("%q has no words", why)
		}
	}
}
