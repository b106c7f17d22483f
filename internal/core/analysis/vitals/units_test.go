package vitals_test

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// A unit that is one of the sign's but for a misread letter stays as it was read.
func TestMisreadUnits(t *testing.T) {
	for _, c := range [][2]string{{"Weight 162 Ibs", "Weight=162 Ibs ?"}, {"Weight: 162 1bs", "Weight=162 1bs ?"}, {"Weight 162 lbs", "Weight=162 lbs"}, {"Weight 162 Ids", ""}, {"Weight 162 rules", ""}} {
		if got := strings.Join(analysistest.Brief(analysis.Extract(analysistest.TextFile(c[0])), core.ValueVital), "|"); got != c[1] {
			t.Errorf("%s: got %q, want %q", c[0], got, c[1])
		}
	}
	table := []string{"Date         BP         HR     Temp      WT       HT", "24-Nov-2026  138/82     76     36.6      162      70", "                                         Ibs      in"}
	if got := analysistest.Brief(analysis.Extract(analysistest.TextFile(table...)), core.ValueVital); !slices.Contains(got, "WT=162 Ibs ?") {
		t.Errorf("in a table: %q", got)
	}
	p := analysistest.Scanned(0, 95, "Weight 162 Ibs")[0]
	got := analysis.Suspects(p)
	if len(got) != 1 || p.Words[got[0].Word].Text != "Ibs" || got[0].Fits == nil || !got[0].Fits("lbs") || got[0].Fits("Ibs") || got[0].Fits("") {
		t.Errorf("%+v is read a second time", got)
	}
}
