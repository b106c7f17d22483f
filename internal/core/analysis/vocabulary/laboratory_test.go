package vocabulary

import (
	"strings"
	"testing"

	"clinician/internal/core"
)

// Units that trends take for one are one in the vocabularies too.
func TestUnitsOfTrendsAreKnown(t *testing.T) {
	for _, counted := range []string{"10^3/uL", "10^6/uL", "10^6/L", "10^9/L", "10^12/L"} {
		if !Laboratory().Units[UnitKey(counted)] {
			t.Errorf("%s is in no vocabulary", counted)
		}
	}
	var all []string
	for _, f := range ReadTable(unitsFile) {
		all = append(all, strings.Split(f[0], ";")...)
	}
	for _, f := range ReadTable(loincFile) {
		all = append(all, strings.Split(f[1], ";")...)
	}
	for _, a := range all {
		for _, b := range all {
			if core.UnitKey(a) == core.UnitKey(b) && UnitKey(a) != UnitKey(b) {
				t.Errorf("%s and %s are two units", a, b)
			}
		}
	}
}
