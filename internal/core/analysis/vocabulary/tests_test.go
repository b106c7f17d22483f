package vocabulary

import (
	"math"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

// Every test has a place in the table of results, and every conversion fits the sizes a
// value can have in its units: a factor that is wrong by a power of ten does not.
func TestKnownTestsFitTheirSizes(t *testing.T) {
	tests := knownTests()
	type sizes struct{ low, high float64 }
	known := map[string]map[string]sizes{}
	note := func(key, unit string, low, high float64) {
		if known[key] == nil {
			known[key] = map[string]sizes{}
		}
		known[key][core.UnitKey(unit)] = sizes{low, high}
	}
	for _, f := range ReadTable(analytesFile) {
		known[f[0]] = map[string]sizes{}
		a, _ := Laboratory().Analytes.Lookup(strings.Split(f[2], ";")[0])
		for _, m := range a.Measures {
			for _, u := range m.spelled {
				note(f[0], u, m.Low, m.High)
			}
		}
	}
	for _, f := range ReadTable(vitalsFile) {
		v, _ := VitalSigns().Lookup(strings.Split(f[1], ";")[0])
		for u := range strings.SplitSeq(f[2], ";") {
			if low, high, ok := v.Fits(u); ok {
				note(f[0], u, low, high)
			}
		}
	}
	for key := range known {
		if tests[key].Group == "" {
			t.Errorf("%s is in no group of panels.tsv", key)
		}
	}
	for key, test := range tests {
		if known[key] == nil {
			t.Errorf("%s is no test", key)
			continue
		}
		for _, from := range test.Units {
			for _, spelled := range from.Spelled {
				size, ok := known[key][core.UnitKey(spelled)]
				if !ok {
					t.Errorf("%s is not measured in %s", key, spelled)
				}
				for _, to := range test.Units {
					want, ok := known[key][core.UnitKey(to.Spelled[0])]
					got, converted := test.Convert(size.high, spelled, to.Spelled[0])
					if want == size { // sizes so wide that they hold for both
						continue
					}
					if ok && converted && (got.Number > want.high*2.5 || got.Number < want.high/2.5) {
						t.Errorf("%s: the most of %g %s is %g %s, which can be %g", key, size.high, spelled, got.Number, to.Spelled[0], want.high)
					}
				}
			}
		}
	}
}

func TestConversions(t *testing.T) {
	for _, c := range []struct {
		kind           core.ValueKind
		name           string
		n              float64
		from, to, want string
	}{
		{core.ValueLaboratory, "Creatinine", 1.1, "mg/dL", "µmol/L", "97"},
		{core.ValueLaboratory, "Creat", 97, "umol/l", "mg/dL", "1.10"},
		{core.ValueLaboratory, "Hb", 11.2, "g/dL", "g/L", "112"},
		{core.ValueLaboratory, "HbA1c", 6.5, "%", "mmol/mol", "48"},
		{core.ValueLaboratory, "Glucose", 100, "mg/dL", "mmol/L", "5.6"},
		{core.ValueLaboratory, "Platelets", 210, "K/uL", "×10⁹/L", "210"},
		{core.ValueLaboratory, "Urea nitrogen", 14, "mg/dL", "mmol/L", ""}, // another thing than urea
		{core.ValueLaboratory, "Creatinine", 8, "mmol/L", "µmol/L", ""},    // of urine
		{core.ValueLaboratory, "Neutrophils", 60, "%", "10^9/L", ""},
		{core.ValueVital, "Temp", 98.6, "F", "C", "37.0"},
	} {
		test, _ := KnownTest(c.kind, c.name)
		got, ok := test.Convert(c.n, c.from, c.to)
		if got.Text != c.want || ok != (c.want != "") {
			t.Errorf("%g %s of %s is %q %s, want %q", c.n, c.from, c.name, got.Text, c.to, c.want)
		}
	}
	hb, _ := KnownTest(core.ValueLaboratory, "Haemoglobin")
	if hb.Group != "Full blood count" || hb.Order != 0 || !slices.Equal(hb.Codes, []string{"718-7"}) {
		t.Errorf("%+v", hb)
	}
	if _, ok := KnownTest(core.ValueLaboratory, "Unobtainium"); ok {
		t.Error("anything is known")
	}
	if _, ok := KnownTest(core.ValueMedication, "Potassium"); ok {
		t.Error("a medicine is a test")
	}
	if _, ok := hb.Convert(math.Inf(1), "g/dL", "g/L"); ok {
		t.Error("infinity is converted")
	}
}
