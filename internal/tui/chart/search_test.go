package chart

import (
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/page/pagetest"
	"clinician/internal/tui/ui"
)

// That a hit is in corrected text is said beside its words, also where the line
// that names patient and document has no room left.
func TestAHitSaysThatItsTextWasCorrected(t *testing.T) {
	s := NewSearch(nil, pagetest.Env(t, termenv.Ascii), page.Search{}).(*searchScreen)
	s.SetSize(80, 20)
	s.hits = []core.TextHit{{PatientName: "ADEYEMI, Folasade (Mrs)", PatientBorn: core.Date{Year: 1971, Month: 9, Day: 23}, Title: "A document with a long title",
		Page: 1, Context: strings.Repeat("Treated with cisplatin once. ", 4), Matches: []core.TextSpan{{Start: 13, End: 22}}, Corrected: true}}
	for _, cursor := range []int{0, 1} {
		s.cursor = cursor
		row := s.hitRow(0, true)
		if !strings.Contains(row[1], "(corrected text) Treated with") || ui.Width(row[1]) > 80 {
			t.Errorf("%q", row)
		}
	}
}

// However long a name is, who was born when and which page of which day it is
// can be read beside it.
func TestAHitOfALongNameKeepsBirthDateAndPage(t *testing.T) {
	for _, w := range []int{80, 120} {
		s := NewSearch(nil, pagetest.Env(t, termenv.Ascii), page.Search{}).(*searchScreen)
		s.SetSize(w, 20)
		s.hits = []core.TextHit{{PatientName: strings.Repeat("FEATHERSTONEHAUGH-", 9) + "SMITH, Peregrine", PatientBorn: core.Date{Year: 1938, Month: 7, Day: 7},
			DocumentDate: core.Date{Year: 2026, Month: 11, Day: 12}, Title: "Letter", Page: 3, Context: "cisplatin", Matches: []core.TextSpan{{End: 9}}}}
		for _, want := range []string{"FEATHERSTONEHAUGH-", "…  Born 07-Jul-1938", "12-Nov-2026  page 3"} {
			if row := ui.Cut(s.hitRow(0, true)[0], w); !strings.Contains(row, want) {
				t.Errorf("%d cells: %q lacks %q", w, row, want)
			}
		}
	}
}
func TestLongContextKeepsTheMatch(t *testing.T) {
	s := NewSearch(nil, pagetest.Env(t, termenv.Ascii), page.Search{Patient: ui.Banner{ID: 4}}).(*patientSearch)
	line := strings.Repeat("word ", 30) + "no evidence of cisplatin toxicity"
	at := strings.Index(line, "cisplatin")
	got := s.context(core.TextHit{Context: line, Matches: []core.TextSpan{{Start: at, End: at + 9}}}, 40)
	if !strings.Contains(got, "no evidence of [cisplatin]") || ui.Width(got) > 40 {
		t.Errorf("the context is %q", got)
	}
}
