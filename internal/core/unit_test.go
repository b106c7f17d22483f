package core

import "testing"

func TestUnitKey(t *testing.T) {
	for _, same := range [][]string{
		{"10^9/L", "10*9/L", "109/L", "x10E9/L", "×10⁹/L", "10⁹/L", "x 10^9/L", "X10^9/l", "10 9/L", "10e9/L", " 10^9 / L "},
		{"10^12/L", "1012/L", "x10¹²/l"},
		{"10^3/uL", "x10E3/uL", "10³/µL", "103/μl"},
		{"µmol/L", "μmol/L", "umol/L", "umol/l"},
		{"mg/dL", "mg/dl"},
	} {
		for _, unit := range same {
			if got := UnitKey(unit); got != UnitKey(same[0]) {
				t.Errorf("%q is %q, %q is %q", unit, got, same[0], UnitKey(same[0]))
			}
		}
	}
	apart := []string{"", "10^9/L", "10^6/L", "10^12/L", "10^9/uL", "10^3/uL", "10^6/uL", "K/uL", "mU/L", "MU/L", "U/L", "umol/L", "mmol/L", "pmol/L",
		"mg/L", "mg/dL", "g/L", "ug/L", "ng/L", "10^10/L", "105/L", "109/mL", "10-9/L", "9/L", "10/L", "1e9/L", "1.09/L", "x109", "%", "g", "pg", "fL", "f/L"}
	seen := map[string]string{}
	for _, unit := range apart {
		if other, ok := seen[UnitKey(unit)]; ok {
			t.Errorf("%q counts as %q", unit, other)
		}
		seen[UnitKey(unit)] = unit
	}
}
