package store_test

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/text"
)

// Search and name alerts decide about every pair of names as the check of two
// identifiers does.
func TestNamesAreDecidedAlike(t *testing.T) {
	db := open(t, "")
	born := core.Date{Year: 1940, Month: 5, Day: 8}
	for i, p := range coretest.NamePairs() {
		c := register(t, db, string(rune('a'+i))+"@example.com")
		var list []core.ImportPatient
		for _, family := range []string{p.A, p.B} {
			list = append(list, core.ImportPatient{NewPatient: core.NewPatient{LastName: family, FirstName: "Ann", Demographics: core.Demographics{DateOfBirth: born}}})
		}
		ids, err := db.ImportPatients(t.Context(), c.ID, list, core.AuditEvent{Type: core.EventDemoData, UserID: c.User.ID})
		if err != nil {
			t.Fatal(err)
		}
		for k, typed := range []string{p.B, p.A} {
			for _, q := range []string{typed, typed + ", Ann"} {
				page, err := db.Patients(t.Context(), c.ID, core.PatientQuery{Text: q, Limit: 5})
				if err != nil {
					t.Fatal(err)
				}
				found := false
				for _, hit := range page.Patients {
					found = found || hit.ID == ids[k]
					if (hit.NameAlert != "") != p.Like {
						t.Errorf("%q beside %q: alert %q", p.A, p.B, hit.NameAlert)
					}
				}
				begins := strings.HasPrefix(text.Key(list[k].LastName), text.Key(typed)) // more of a name is found by less of it
				if found != (p.Same || begins) {
					t.Errorf("%q searched for: %q found %v", q, list[k].LastName, found)
				}
			}
		}
	}
}
