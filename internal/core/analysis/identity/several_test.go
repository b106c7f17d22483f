package identity_test

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/identity"
)

func patient(id int64, family, given, mrn string, born core.Date) core.Patient {
	return core.Patient{ID: id, User: core.User{FirstName: given, LastName: family}, Demographics: core.Demographics{MRN: mrn, DateOfBirth: born}}
}

// One page that names somebody else beside the chart's patient is never a match,
// wherever the other stands, and says who and where; one that names the patient
// several times, and relatives, doctors and hospitals, is no alarm.
func TestSeveralPeopleOnAPage(t *testing.T) {
	okoro := patient(1, "Okoro", "Ngozi", "5550001", core.Date{Year: 1957, Month: 3, Day: 14})
	halvorsen := patient(2, "Halvorsen", "Per", "5550002", core.Date{Year: 1949, Month: 2, Day: 2})
	const own = "Patient: OKORO, Ngozi   DOB: 14-Mar-1957"
	for name, c := range map[string]struct {
		lines []string
		says  string // in the reason of the alarm; "": a match
	}{
		"a block below":               {[]string{own, "Hospital no: 5550001", "Sodium 138 mmol/L", "Patient: HALVORSEN, Per   DOB: 02-Feb-1949", "Hospital no: 5550002", "Troponin 880 ng/L"}, "In line 4 the page also says HALVORSEN, Per, born 02-Feb-1949, number 5550002"},
		"a block above":               {[]string{"Re: Mr Per HALVORSEN, DOB: 02-Feb-1949", "", own, "MRN: 5550001"}, "HALVORSEN"},
		"a name alone":                {[]string{own, "", "Patient: HALVORSEN, Per", "Troponin 880 ng/L"}, "line 3 the page also says HALVORSEN, Per"},
		"side by side":                {[]string{"Patient: OKORO, Ngozi          Patient: HALVORSEN, Per", "DOB: 14-Mar-1957               DOB: 02-Feb-1949"}, "HALVORSEN"},
		"the same family":             {[]string{own, "", "Patient: OKORO, Chidi   DOB: 01-Jan-1990"}, "OKORO, Chidi"},
		"a birth date alone":          {[]string{own, "Sodium 138 mmol/L", "", "DOB: 02-Feb-1949"}, "born 02-Feb-1949"},
		"a number of another patient": {[]string{own, "MRN: 5550001", "MRN: 5550002"}, "number 5550002, which is another patient's"},
		"a number without a label":    {[]string{own, "MRN: 5550001", "Sodium 138 mmol/L", "5550002 2/3"}, "line 4 the page also says number 5550002"},
		"a number far below":          {append(append([]string{own}, strings.Split(strings.Repeat("text of a letter\n", 20), "\n")...), "Hospital no: 5550002"), "number 5550002"},

		"once":                      {[]string{own, "MRN: 5550001"}, ""},
		"twice":                     {[]string{own, "MRN: 5550001", "Dear Doctor", "Re: Mrs Ngozi OKORO, DOB: 14-Mar-1957", "Hospital no: 5550001"}, ""},
		"initials":                  {[]string{own, "", "Patient: N. Okoro"}, ""},
		"relatives and doctors":     {[]string{own, "Next of kin: Per HALVORSEN", "GP: Dr Ada Smith", "Mother's date of birth: 02-Feb-1930", "Consultant: Dr P Halvorsen"}, ""},
		"numbers of other things":   {[]string{own, "MRN: 5550001", "Lab no: 7712345", "Order 88123456"}, ""},
		"the birth date once more":  {[]string{own, "", "Date of birth: 14/03/1957"}, ""},
		"another hospital's number": {[]string{own, "MRN: 5550001", "Case no: 99120"}, ""},
	} {
		ids := analysis.Extract(analysistest.TextFile(c.lines...)).Identities
		pages, got := identity.CompareWithChart(ids, okoro, func(core.PageIdentity) []core.Patient { return []core.Patient{okoro, halvorsen} })
		switch {
		case c.says == "" && got != core.CheckMatch:
			t.Errorf("%s: %q, %s", name, got, pages[0].Reason)
		case c.says != "" && (got != core.CheckPatient || !strings.Contains(pages[0].Reason, c.says)):
			t.Errorf("%s: %q, %q does not say %q", name, got, pages[0].Reason, c.says)
		case c.says != "" && len(pages[0].Strangers) == 0:
			t.Errorf("%s: nobody is named as a stranger", name)
		}
	}
}

// The number of a patient whom nobody here looks after contradicts too, and suggests
// nobody.
func TestNumbersOfTheRegister(t *testing.T) {
	okoro := patient(1, "Okoro", "Ngozi", "9995550001", core.Date{Year: 1957, Month: 3, Day: 14})
	elsewhere := core.Patient{ID: 77, Demographics: core.Demographics{MRN: "9995550077"}}
	for name, c := range map[string]struct {
		lines []string
		want  core.PatientCheck
	}{
		"with a label":           {[]string{"Patient: OKORO, Ngozi   DOB: 14-Mar-1957", "MRN: 999 555 0077"}, core.CheckPatient},
		"without a label":        {[]string{"Patient: OKORO, Ngozi   DOB: 14-Mar-1957", "MRN: 9995550001", "Sodium 138 mmol/L", "9995550077 2/3"}, core.CheckPatient},
		"nothing but the number": {[]string{"MRN: 9995550077", "Sodium 138 mmol/L"}, core.CheckPatient},
		"the patient's own":      {[]string{"Patient: OKORO, Ngozi   DOB: 14-Mar-1957", "MRN: 9995550001"}, core.CheckMatch},
	} {
		ids := analysis.Extract(analysistest.TextFile(c.lines...)).Identities
		pages, got := identity.CompareWithChart(ids, okoro, func(core.PageIdentity) []core.Patient { return []core.Patient{elsewhere} })
		if got != c.want || pages[0].OtherPatientID != 0 {
			t.Errorf("%s: %q, suggests %d: %s", name, got, pages[0].OtherPatientID, pages[0].Reason)
		}
	}
}
