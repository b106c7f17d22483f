package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/present"
)

// The page has the same words for values as the screens and marks what is in doubt.
func TestARowOfResults(t *testing.T) {
	t.Parallel()
	n, one := 97.0, 1.1
	d1, d2 := core.Date{Year: 2026, Month: time.November, Day: 1}, core.Date{Year: 2026, Month: time.November, Day: 10}
	row := core.ResultRow{Group: "Kidneys", Name: "Creatinine", Unit: "µmol/L", Values: []core.ResultValue{
		{TrendPoint: core.TrendPoint{ValueID: "a", RecordID: "r1", Page: 2, Date: d1, Text: "1.1", Number: &one, Unit: "mg/dL", Interpret: "H", Verified: true}, InUnit: &core.Amount{Text: "97", Number: 97, Unit: "µmol/L"}},
		{TrendPoint: core.TrendPoint{ValueID: "b", RecordID: "r2", Page: 1, Date: d2, Text: "97", Number: &n, Unit: "µmol/L", Interpret: "HH", Doubts: []string{"a digit"}, Range: "45 - 84"}},
	}}
	got := resultsRowOf(row, []core.Date{d1, {Year: 2026, Month: time.November, Day: 5}, d2})
	want := "* 97 H false /clinician/records/r1/?page=2#at-a||~ 97 HH true /clinician/records/r2/?page=1#at-b|"
	text := ""
	for _, day := range got.Days {
		for _, c := range day {
			text += fmt.Sprint(c.Mark, " ", c.Figure, " ", c.Flag, " ", c.Loud, " ", c.Href)
		}
		text += "|"
	}
	if text != want || got.Range != "45 - 84" || got.Change != present.Change(row) || !strings.Contains(got.Days[0][0].Full, "from 1.1 mg/dL") {
		t.Errorf("the row is %s, %+v", text, got)
	}
}
