package identity

import (
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/layout"
	"clinician/internal/core/analysis/vocabulary"
)

// FuzzCompareWithChart: whatever a page says, the verdict is one of three, an alarm
// has a reason, and a page that says exactly what the chart says is no alarm.
func FuzzCompareWithChart(f *testing.F) {
	f.Add("CANTÚ, Catalina", "1940-05-08", "9991049223")
	f.Add("Mrs  van der Berg-O’Neill", "2026-02-30", "12")
	f.Add(",,,", "", "")
	chart := person(1, "Cantú", "Catalina", "1940-05-08", "9991049223")
	other := person(2, "Ó Súilleabháin", "Pádraig", "1950-01-31", "9990000000")
	f.Fuzz(func(t *testing.T, name, born, number string) {
		id := says(name, born, vocabulary.DigitsOf(number))
		pages, got := CompareWithChart([]core.PageIdentity{id}, chart, func(core.PageIdentity) []core.Patient { return []core.Patient{chart, other} })
		if got != core.CheckMatch && got != core.CheckPatient && got != core.CheckNone {
			t.Errorf("verdict %q", got)
		}
		if got == core.CheckPatient && pages[0].Reason == "" {
			t.Errorf("an alarm without a reason for %q %q %q", name, born, number)
		}
		if got == core.CheckPatient && compareNames(name, chart) == nameSame && id.DateOfBirth == chart.DateOfBirth && number == chart.MRN {
			t.Errorf("an alarm for the chart's own words: %s", pages[0].Reason)
		}
	})
}

// FuzzIdentity: any text is laid out and searched for a patient without harm,
// and what is found is on the page.
func FuzzIdentity(f *testing.F) {
	f.Add("Patient: CANTÚ, Catalina   DOB: 08-May-1940\nMRN: 412 887 0031")
	f.Add("Surname      Forename     Date of birth\nCANTÚ        Catalina     08/05/1940")
	f.Add("Re: \nNext of kin\n\n: : DOB DOB")
	f.Fuzz(func(t *testing.T, text string) {
		for _, id := range Find(layout.NewDocument(analysistest.TextFile(text))) {
			for _, n := range id.Identifiers {
				if vocabulary.DigitsOf(n) != n || len(n) < 4 || len(n) > 12 {
					t.Errorf("identifier %q", n)
				}
			}
		}
	})
}
