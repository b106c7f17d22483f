package values_test

import (
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

// What an engine without confidences made up is in doubt, also when it is plausible.
func TestNumbersNobodyConfirmedAreInDoubt(t *testing.T) {
	c := open(t)
	rec := c.record(t)
	page := core.Page{Number: 1, Status: "read", Source: "ocr", Text: "Patient: Ada\nHb=124 g/L\nCreatinine=68 umol/L\nCRP=<5 mg/L"}
	for _, w := range strings.Fields("Hb=124 g/L Creatinine=68 umol/L CRP=<5 mg/L") {
		page.Words = append(page.Words, core.Word{Text: w, Unconfirmed: strings.Contains(w, "68") || strings.Contains(w, "<5")})
	}
	c.readPages(t, rec, page)
	d, err := c.values.Newest(t.Context(), rec)
	must(t, err)
	got := map[string][]string{}
	for _, v := range d.Values {
		got[v.Name] = v.Doubts
	}
	for name, want := range map[string][]string{
		"Hb": nil, "Creatinine": {`"68" is not confirmed by a second reading`}, "CRP": {`"<5" is not confirmed by a second reading`},
	} {
		if !slices.Equal(got[name], want) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}
