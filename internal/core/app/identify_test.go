package app

import (
	"testing"

	"clinician/internal/core"
)

func TestIdentifiersFit(t *testing.T) {
	t.Parallel()
	doe := core.Patient{User: core.User{LastName: "Doe-Łuczak"}, Demographics: core.Demographics{DateOfBirth: core.Date{Year: 1940, Month: 5, Day: 8}, MRN: "4128870031"}}
	born := core.Patient{User: core.User{LastName: "O’Brien-Jørgensen"}, Demographics: core.Demographics{MRN: "412 887 0031"}}
	for _, c := range []struct {
		p     core.Patient
		typed core.Identifiers
		want  bool
	}{
		{doe, core.Identifiers{FamilyName: "Doe-Łuczak", BirthYear: 1940}, true},
		{doe, core.Identifiers{FamilyName: " doe luczak ", BirthYear: 1940}, true},
		{doe, core.Identifiers{FamilyName: "DOE-ŁUCZAK", BirthYear: 1940}, true},
		{doe, core.Identifiers{FamilyName: "Doe", BirthYear: 1940}, false},
		{doe, core.Identifiers{FamilyName: "Doe-Łuczak", BirthYear: 1941}, false},
		{doe, core.Identifiers{FamilyName: "Doe-Łuczak"}, false},
		{doe, core.Identifiers{BirthYear: 1940}, false},
		{doe, core.Identifiers{FamilyName: "Doe-Łuczak", MRNEnding: "0031"}, false}, // the year is recorded, so it is asked for
		{born, core.Identifiers{FamilyName: "O'Brien Jorgensen", MRNEnding: "0031"}, true},
		{born, core.Identifiers{FamilyName: "O'Brien Jorgensen", MRNEnding: "0032"}, false},
		{born, core.Identifiers{FamilyName: "O'Brien Jorgensen"}, false},
		{core.Patient{User: core.User{LastName: "Groß"}}, core.Identifiers{FamilyName: "Gross"}, false}, // nothing to compare with
		{core.Patient{}, core.Identifiers{}, false},
	} {
		if got := fits(c.p, c.typed); got != c.want {
			t.Errorf("%s, typed %+v: %v", c.p.User.LastName, c.typed, got)
		}
	}
}
