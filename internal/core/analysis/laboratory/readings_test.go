package laboratory_test

import (
	"strings"
	"testing"

	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
)

// Where a number or a letter has two readings, the value is in doubt and nobody says
// on which side of its range it lies.
func TestTwoReadings(t *testing.T) {
	for line, want := range map[string]string{ // number, unit, flag, interpretation, whether in doubt
		"Ferritin 1.200 ug/L 15-150":          "1.200 ug/L //doubt",
		"Platelets 1.050 10^9/L 150-400":      "1.050 10^9/L //doubt",
		"TSH 1.200 mU/L 0.400-4.000":          "1.200 mU/L /N/",
		"TSH 1.200 mU/L 0.4-4.0":              "1.200 mU/L /N/",
		"Ferritin 1.200 ug/L":                 "1.200 ug/L //doubt",
		"Creatinine 1.200 mg/dL":              "1.200 mg/dL //",
		"Ferritin 120 ug/L 15-150":            "120 ug/L /N/",
		"Haemoglobin 82 L g/L 115-165":        "82 g/L L/L/",
		"Haemoglobin  82  L  g/L  115-165":    "82 g/L L/L/",
		"Sodium 128 L mmol/L 133-146":         "128 mmol/L L/L/",
		"Sodium 128 mmol/L L 133-146":         "128 mmol/L L/L/",
		"Sodium 128 L (133-146)":              "128  L/L/doubt",
		"\nSummary of today\nSodium: 128 L":   "128  L/L/doubt",
		"Haemoglobin 82 (L) g/L 115-165":      "82 g/L (L)/L/",
		"Haemoglobin 82 [L] g/L 115-165":      "82 g/L [L]/L/",
		"Haemoglobin 82 L* g/L":               "82 g/L L*/L/",
		"Haematocrit 0.21 L L/L 0.37-0.47":    "0.21 L/L L/L/",
		"Potassium 5.9² mmol/L 3.5-5.3":       "5.9 mmol/L /H/doubt",
		"Platelets 310¹ 10⁹/L 150-400":        "310 10⁹/L /N/doubt",
		"White cells 9.6 10⁹/L 4.0-11.0":      "9.6 10⁹/L /N/",
		"Potassium¹ 5.9 mmol/L 3.5-5.3":       "5.9 mmol/L /H/",
		"Ferritin 1.200 ug/L 15-150\nHb 12,4": "1.200 ug/L //doubt",
		"TSH 1.200 mU/L\nHb 12,4 g/dL":        "1.200 mU/L //doubt",
	} {
		values := analysis.Extract(analysistest.TextFile("Results", line)).Values
		if len(values) == 0 {
			t.Errorf("%s: nothing found", line)
			continue
		}
		v := values[0]
		got := v.Text + " " + v.Unit + " " + v.Flag + "/" + v.Interpret + "/"
		if len(v.Doubts) > 0 {
			got += "doubt"
		}
		if got != want {
			t.Errorf("%s: %s, want %s; %q", line, got, want, v.Doubts)
		}
	}
}

// A report with decimal commas is read like any other, its numbers in doubt.
func TestDecimalCommas(t *testing.T) {
	values := analysis.Extract(analysistest.TextFile(
		"Test                Ergebnis   Einheit   Referenzbereich",
		"Leukozyten          4,4        /nl       3,6-10,0",
		"Kalium              5,9        mmol/l    3,5-5,3",
		"Ferritin            1.200      µg/l      15-150")).Values
	var got []string
	for _, v := range values {
		got = append(got, v.Name+" "+v.Text+v.Interpret)
		if len(v.Doubts) == 0 {
			t.Errorf("%s %s is certain", v.Name, v.Text)
		}
	}
	if strings.Join(got, "; ") != "Leukozyten 4,4; Kalium 5,9; Ferritin 1.200" {
		t.Error(got)
	}
}

// A unit or a size that a test cannot have does not count as it was read; what is
// likely on the paper is offered where one thing is.
func TestRefusedValues(t *testing.T) {
	for line, want := range map[string]string{
		"Creatinine 143 pmol/L 45-84": "143 pmol/L: 143 µmol/L",
		"Creatinine 143 pmol/L":       "143 pmol/L: 143 µmol/L",
		"Test        Result  Units  Reference range\nCreatinine  59      pmoVL  45-84": "59 pmoVL: 59 µmol/L",
		"Creatinine 11 mg/L 6-12":              "11 mg/L: ", // French laboratories print that
		"Creatinine 143 mmol/L 45-84":          "143 mmol/L: ",
		"Cholesterol 1.14 g/L 1.2-2.0":         "1.14 g/L: ",
		"Creatinine 5 pmol/L 45-84":            "5 pmol/L: ",
		"Creatinine 143 kPa 45-84":             "143 kPa: ",
		"Red cell count 449 10^12/L 3.80-5.20": "449 10^12/L: 4.49 10^12/L",
		"Red cell count 449 10^12/L":           "449 10^12/L: 4.49 10^12/L",
		"Potassium 43 mmol/L 3.5-5.3":          "43 mmol/L: 4.3 mmol/L",
		"Potassium 0.2 mmol/L 3.5-5.3":         "0.2 mmol/L: ",
		"Potassium 4.3 mmol/L 3.5-5.3":         "",
		"Creatinine 143 µmol/L 45-84":          "",
	} {
		values := analysis.Extract(analysistest.TextFile("Results", line)).Values
		if len(values) != 1 {
			t.Errorf("%s: %+v", line, values)
			continue
		}
		v, got := values[0], ""
		if v.Refused {
			if got = v.Text + " " + v.Unit + ": "; v.Probably != nil {
				got += v.Probably.Text + " " + v.Probably.Unit
			}
			if len(v.Doubts) == 0 || v.Interpret != "" {
				t.Errorf("%s: doubts %q, interpretation %q", line, v.Doubts, v.Interpret)
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}
