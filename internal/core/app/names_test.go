package app

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

// The check of two identifiers decides about names as search, alerts and the
// comparison of pages do.
func TestNamesAreDecidedAlike(t *testing.T) {
	t.Parallel()
	for _, p := range coretest.NamePairs() {
		chart := core.Patient{User: core.User{LastName: p.A}, Demographics: core.Demographics{DateOfBirth: core.Date{Year: 1940, Month: 5, Day: 8}}}
		if got := fits(chart, core.Identifiers{FamilyName: p.B, BirthYear: 1940}); got != p.Same {
			t.Errorf("%q typed for %q: %v, want %v", p.B, p.A, got, p.Same)
		}
	}
}
