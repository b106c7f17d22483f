package problems_test

import (
	"slices"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// A label with its diagnosis on one line is about that line; results and vital
// signs are no diagnoses wherever they stand.
func TestResultsAreNoDiagnoses(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  []string
	}{
		"after a label":           {[]string{"Diagnosis: Diabetes; temperature 38,4 °C", "Potassium 5.9 mmol/L 3.5-5.3 H", "Cholesterol 1.14 g/L", "Glykaemie 1.2 g/L", "Thank you for seeing her"}, []string{"Diabetes"}},
		"in a list":               {[]string{"Diagnoses", "Hypertension", "Blood pressure 160/95", "Sodium 128 mmol/L", "Asthma"}, []string{"Hypertension", "Asthma"}},
		"a list after a label":    {[]string{"Diagnoses: 1. Diabetes", "2. Hypertension", "3. Old age"}, []string{"Diabetes", "Hypertension", "Old age"}},
		"a list under itself":     {[]string{"Diagnoses: Diabetes", "           Frailty of old age"}, []string{"Diabetes", "Frailty of old age"}},
		"conditions line by line": {[]string{"Diagnosis: Diabetes", "Hypertension", "", "A copy of this letter goes to the practice of her doctor"}, []string{"Diabetes", "Hypertension"}},
		"a number of its own":     {[]string{"Diagnoses", "Type 2 diabetes, HbA1c 58 mmol/mol"}, []string{"Type 2 diabetes, HbA1c 58 mmol/mol"}},
	} {
		var got []string
		for _, v := range analysis.Extract(analysistest.TextFile(c.lines...)).Values {
			if v.Kind == core.ValueDiagnosis {
				got = append(got, v.Name)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A result below a heading of allergies is none, and a substance before a colon is
// no label.
func TestAllergiesBesideResults(t *testing.T) {
	var got []string
	for _, v := range analysis.Extract(analysistest.TextFile("Allergies: see note", "Potassium 5.9 mmol/L", "", "Allergic to penicillin: anaphylaxis in 1998.")).Values {
		if v.Kind == core.ValueAllergy {
			got = append(got, v.Name)
		}
	}
	if !slices.Equal(got, []string{"penicillin"}) {
		t.Errorf("%q", got)
	}
}
