package values_test

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/eval/values"
)

const invented = `{
 "results": [
  {"loinc": "2951-2", "name": "Sodium [Moles/volume] in Serum or Plasma", "value": "139", "unit": "mmol/L", "low": "133", "high": "146", "time": "20240225081500"},
  {"loinc": "2823-3", "name": "Potassium [Moles/volume] in Serum or Plasma", "value": "4.1", "unit": "mmol/L", "range_text": "3.5-5.3", "time": null},
  {"loinc": "718-7", "name": "Hemoglobin", "value": "13.2", "unit": "g/dL", "time": "20240225"},
  {"loinc": "4544-3", "name": "Hematocrit", "value": "42", "unit": "%"},
  {"loinc": null, "name": "", "value": "Somebody, Else", "unit": null}
 ],
 "vitals": [
  {"loinc": "8480-6", "name": "Intravascular Systolic", "value": "132", "unit": "mm[Hg]", "time": "20240225"},
  {"loinc": "8462-4", "name": "Intravascular Diastolic", "value": "86", "unit": "mm[Hg]", "time": "20240225"},
  {"loinc": "3141-9", "name": "Body Weight", "value": "71", "unit": "kg"}
 ],
 "medications": [{"name": "Ramipril 5 MG Oral Capsule"}, {"name": "Metformin 500 MG"}, {"name": "No medication data"}],
 "allergies": [{"substance": "ALLERGENIC EXTRACT, PENICILLIN"}, {"substance": "Latex"}],
 "problems": [{"name": "Essential hypertension"}, {"name": "Active"}, {"name": "Gout"}],
 "patient": {"dob": "19541125"}
}`

const inventedPage = `Health Summary
DOB: 11/25/1954
RESULTS
2/25/2024 SODIUM 139 mmol/L 133-146
POTASSIUM 4.1 mmol/L 3.5-5.3
Hemoglobin 13.2 g/dL
Calcium 2.3 mmol/L
Blood Pressure 132/86 mmHg
Ramipril 5 mg daily
Penicillin Hives
Essential hypertension Active`

// What is compared: right, wrong, right in part, printed but in no file, and not
// printed on this page at all.
func TestCompareEntities(t *testing.T) {
	e, err := values.ReadEntities(strings.NewReader(invented))
	if err != nil {
		t.Fatal(err)
	}
	born := core.Date{Year: 1954, Month: 11, Day: 25}
	day := core.Date{Year: 2024, Month: 2, Day: 25}
	lab := func(name, text, unit string, on core.Date, doubts ...string) core.Value {
		return core.Value{Kind: core.ValueLaboratory, Name: name, Text: text, Unit: unit, Date: on, Doubts: doubts}
	}
	found := core.Findings{
		Identities: []core.PageIdentity{{DateOfBirth: born}},
		Values: []core.Value{
			{Kind: core.ValueLaboratory, Name: "SODIUM", Text: "139", Unit: "mmol/L", Range: "133-146", Date: day},
			lab("POTASSIUM", "4.1", "umol/L", core.Date{}),      // a wrong unit
			lab("Hemoglobin", "73.2", "g/dL", core.Date{}),      // a wrong digit
			lab("Calcium", "2.3", "mmol/L", core.Date{}),        // in no file
			lab("Calcium", "23", "mmol/L", core.Date{}, "seen"), // wrong, and says so
			{Kind: core.ValueVital, Name: "Blood Pressure", Text: "132/86", Unit: "mmHg", Code: &core.Coding{System: "LOINC", Code: "85354-9"}, Date: core.Date{Year: 2023, Month: 2, Day: 25}},
			{Kind: core.ValueMedication, Name: "Ramipril", Text: "50 mg", Dose: "50 mg"},
			{Kind: core.ValueAllergy, Name: "Penicillin", Text: "Hives"},
			{Kind: core.ValueDiagnosis, Name: "Essential hypertension", Text: "Essential hypertension"},
			{Kind: core.ValueDate, Name: "Date", Text: "2/25/2024", Date: day},
		},
	}
	got := values.CompareEntities(found, e, inventedPage, "p1")
	for kind, want := range map[core.ValueKind][6]int{ // printed, found, extra, confident, beside, wrong + wrong parts
		core.ValueLaboratory: {3, 2, 2, 2, 1, 2},
		core.ValueVital:      {2, 2, 0, 2, 0, 0},
		core.ValueMedication: {1, 1, 0, 1, 0, 1},
		core.ValueAllergy:    {1, 1, 0, 1, 0, 0},
		core.ValueDiagnosis:  {1, 1, 0, 1, 0, 0},
		core.ValueDate:       {5, 2, 2, 2, 0, 2}, // birth, three results, two halves of a pressure whose day is wrong
	} {
		s := got[kind]
		if have := [6]int{s.Printed, s.Found, s.Extra, s.Confident, s.Beside, len(s.Wrong) + len(s.WrongParts)}; have != want {
			t.Errorf("%s: %v, want %v\n%q\n%q\nmissed %q", kind, have, want, s.Wrong, s.WrongParts, s.Missed)
		}
	}
	var out strings.Builder
	if err := got.Write(&out, true); err != nil || !strings.Contains(out.String(), "WRONG laboratory p1: Hemoglobin") || !strings.Contains(out.String(), "MISSED laboratory p1: hemoglobin 13.2") {
		t.Errorf("%v\n%s", err, &out)
	}
}

// The finders find what such a page prints.
func TestEntitiesAreFound(t *testing.T) {
	e, err := values.ReadEntities(strings.NewReader(invented))
	if err != nil {
		t.Fatal(err)
	}
	page := `Health Summary
DOB: 11/25/1954
RESULTS
2/25/2024   SODIUM 139 mmol/L 133-146
2/25/2024   POTASSIUM 4.1 mmol/L 3.5-5.3
VITAL SIGNS
Date   02/25/2024
Blood Pressure   132/86 mmHg
MEDICATIONS
Ramipril 5 mg daily
ALLERGIES
Penicillin   Hives
PROBLEMS
Essential hypertension   Active`
	got := values.CompareEntities(analysis.Extract([]core.Page{{Number: 1, Source: "text-file", Text: page}}), e, page, "p1")
	for kind, s := range got {
		if s.F1() != 1 || len(s.Wrong)+len(s.WrongParts) > 0 {
			t.Errorf("%s: F1 %v, missed %q, wrong %q %q", kind, s.F1(), s.Missed, s.Wrong, s.WrongParts)
		}
	}
}

func TestReadEntitiesRefusesOtherFiles(t *testing.T) {
	if _, err := values.ReadEntities(strings.NewReader("[1,2")); err == nil {
		t.Error("half a list was taken for entities")
	}
}
