package identity

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

// A page's name is the chart's, to the letter, exactly when search and the check
// of two identifiers say so.
func TestNamesAreDecidedAlike(t *testing.T) {
	t.Parallel()
	for _, p := range coretest.NamePairs() {
		chart := core.Patient{User: core.User{LastName: p.A, FirstName: "Ann"}}
		for _, printed := range []string{p.B + ", Ann", "Mrs Ann " + p.B} {
			if fit := compareNames(printed, chart); (fit == nameSame) != p.Same {
				t.Errorf("%q on a page of %q fits as %v, same: %v", printed, p.A, fit, p.Same)
			}
		}
	}
}
