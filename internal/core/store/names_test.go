package store_test

import (
	"slices"
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
				shorter := begins(list[k].LastName, typed) // more of a name is found by less of it
				if found != (p.Same || shorter) {
					t.Errorf("%q searched for: %q found %v", q, list[k].LastName, found)
				}
			}
		}
	}
}

// A patient is found by each word of her names, in whatever order, and by several written
// as one or one written as several.
func TestAnyPartOfANameFindsHer(t *testing.T) {
	db := open(t, "")
	c := register(t, db, "ann@example.com")
	ids, err := db.ImportPatients(t.Context(), c.ID, []core.ImportPatient{
		{NewPatient: core.NewPatient{LastName: "O'Brien-Jørgensen", FirstName: "Anna Maria"}},
		{NewPatient: core.NewPatient{LastName: "O Brien", FirstName: "Tom"}},
		{NewPatient: core.NewPatient{LastName: "Müller", FirstName: "Jörg"}},
	}, core.AuditEvent{Type: core.EventDemoData, UserID: c.User.ID})
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string][]int{"o brien": {1, 0}, "o'brien": {0, 1}, "obrien": {0, 1}, "jorgensen": {0}, "jørg": {0, 2}, "jorg": {0, 2},
		"maria": {0}, "maria jorg": {0}, "jorgensen anna": {0}, "jorgensen tom": nil, "brien": {1}, "brien tom": {1}, "annamaria": {0}, "ensen": nil} {
		page, err := db.Patients(t.Context(), c.ID, core.PatientQuery{Text: typed, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, p := range page.Patients {
			got = append(got, slices.Index(ids, p.ID))
		}
		slices.Sort(got)
		if slices.Sort(want); !slices.Equal(got, want) || page.Count != len(want) {
			t.Errorf("%q finds %v (%d), want %v", typed, got, page.Count, want)
		}
	}
}

// begins reports whether a name is found by what was typed of it: each word begins a word
// of the name, or all of it, written as one word, begins one or the whole.
func begins(name, typed string) bool {
	words, wanted := text.Words(name), text.Words(typed)
	whole := strings.Join(wanted, "")
	starts := func(start string) bool {
		return strings.HasPrefix(strings.Join(words, ""), start) ||
			slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, start) })
	}
	return starts(whole) || !slices.ContainsFunc(wanted, func(w string) bool { return !starts(w) })
}
