package medicines_test

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// TestMedicinesOfDemo is the gate: on perfect words every printed dose is found
// as printed, and nothing that is found lacks a doubt and is not printed so.
func TestMedicinesOfDemo(t *testing.T) {
	printed, found, extra := 0, 0, 0
	for _, p := range analysistest.DemoPapers(t, 3) {
		var want []string
		for _, v := range p.Truth.Values {
			if v.Kind == "dose" {
				want = append(want, v.Name+" "+v.Text)
			}
		}
		printed += len(want)
		text := strings.Join(strings.Fields(p.Pages[0].Text), " ")
		for _, v := range analysis.Extract(p.Pages).Values {
			if v.Kind != core.ValueMedication || v.Dose == "" {
				continue
			}
			if i := slices.Index(want, v.Name+" "+v.Dose); i >= 0 {
				want = slices.Delete(want, i, i+1)
				found++
			} else if !strings.Contains(text, v.Name+" "+v.Dose) { // doses in prose are not in the truth
				extra++
				t.Errorf("%s: %s %q is not printed", p.Doc.Ref, v.Name, v.Dose)
			}
		}
		for _, w := range want {
			t.Errorf("%s (%s, %s): %s is not found", p.Doc.Ref, p.Doc.Kind, p.Doc.Profile, w)
		}
	}
	t.Logf("doses: %d printed, %d found, %d extra", printed, found, extra)
	if printed < 50 || found < printed || extra > 0 {
		t.Errorf("%d of %d doses found, %d extra", found, printed, extra)
	}
}
