package problems_test

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// TestDiagnosesAndAllergiesOfDemo is the gate on perfect words: what the chart
// says is found in the papers that say it, and denied findings stay denied.
func TestDiagnosesAndAllergiesOfDemo(t *testing.T) {
	var dx, al struct{ printed, found, extra int }
	denials, kept := 0, 0
	for _, p := range analysistest.DemoPapers(t, 3) {
		pt := analysistest.Hospital().Patients[p.Doc.Patient]
		text := ""
		for _, page := range p.Truth.Pages {
			text += " " + page.Text
		}
		text = strings.Join(strings.Fields(text), " ")
		values := analysis.Extract(p.Pages).Values
		count := func(kind core.ValueKind, name string) (n int) {
			for _, v := range values {
				if v.Kind == kind && !v.Negated && strings.HasPrefix(v.Name, name) {
					n++
				}
			}
			return n
		}
		switch p.Doc.Kind {
		case "referral letter", "discharge summary", "consultation note", "treatment plan", "pathology report":
			dx.printed++
			if count(core.ValueDiagnosis, pt.Diagnosis) > 0 {
				dx.found++
			} else {
				t.Errorf("%s %s: %q is not found", p.Doc.Ref, p.Doc.Kind, pt.Diagnosis)
			}
		}
		if strings.Contains(text, "Allergies") {
			for _, a := range pt.Allergies {
				if !strings.Contains(text, a.Substance+" (") {
					continue
				}
				al.printed++
				if count(core.ValueAllergy, a.Substance) > 0 {
					al.found++
				} else {
					t.Errorf("%s %s: allergy to %s is not found", p.Doc.Ref, p.Doc.Kind, a.Substance)
				}
			}
		}
		for _, v := range values {
			if v.Kind == core.ValueAllergy && !v.Negated && !slices.ContainsFunc(pt.Allergies, func(a core.Allergy) bool { return a.Substance == v.Name }) {
				al.extra++
				t.Errorf("%s: allergy to %q is not printed", p.Doc.Ref, v.Name)
			}
			if v.Kind == core.ValueDiagnosis && !v.Negated && strings.Contains(text, "o evidence of "+v.Name) {
				t.Errorf("%s: %q lost its negation", p.Doc.Ref, v.Name)
			}
		}
		if n := strings.Count(text, "No evidence of pulmonary embolism"); n > 0 {
			denials += n
			for _, v := range values {
				if v.Negated && v.Name == "pulmonary embolism" && strings.Contains(v.Source, "No evidence of pulmonary embolism") {
					kept++
				}
			}
		}
	}
	t.Logf("diagnoses %d of %d, allergies %d of %d (%d extra), denials %d of %d", dx.found, dx.printed, al.found, al.printed, al.extra, kept, denials)
	if dx.printed < 10 || al.printed < 5 || denials < 5 || kept != denials {
		t.Errorf("too little to measure, or a denial is lost: %d of %d", kept, denials)
	}
}
