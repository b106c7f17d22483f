package values

import (
	"strings"
	"testing"

	"clinician/internal/core"
)

// Values are in doubt from the name of a stranger to the next name, also over pages.
func TestStrangersDoubtWhatStandsUnderThem(t *testing.T) {
	own, other := core.PageIdentity{Page: 1, Name: "OKORO", Row: 2}, core.PageIdentity{Page: 1, Name: "HALVORSEN", Row: 10}
	mixed := core.CheckedPage{PageIdentity: own, Verdict: core.CheckPatient, Strangers: []core.PageIdentity{other}}
	mixed.Others = []core.PageIdentity{other}
	above := core.CheckedPage{PageIdentity: core.PageIdentity{Page: 1, Name: "OKORO", Row: 20}, Strangers: []core.PageIdentity{other}}
	above.Others = []core.PageIdentity{other}
	beside := core.CheckedPage{PageIdentity: core.PageIdentity{Page: 1, Name: "OKORO", Row: 10}, Strangers: []core.PageIdentity{other}}
	beside.Others = []core.PageIdentity{other}
	blank := core.CheckedPage{PageIdentity: core.PageIdentity{Page: 2}}
	again := core.CheckedPage{PageIdentity: core.PageIdentity{Page: 2, Name: "OKORO", Row: 1}}
	for name, c := range map[string]struct {
		pages []core.CheckedPage
		want  string // of rows 1, 5, 10, 15, 25 of page 1 and row 3 of page 2
	}{
		"below":               {[]core.CheckedPage{mixed}, "..xxx."},
		"above":               {[]core.CheckedPage{above}, "xxxx.."},
		"beside":              {[]core.CheckedPage{beside}, "xxxxx."},
		"page without a name": {[]core.CheckedPage{mixed, blank}, "..xxxx"},
		"page with one":       {[]core.CheckedPage{mixed, again}, "..xxx."},
		"nobody else":         {[]core.CheckedPage{{PageIdentity: own}, blank}, "......"},
	} {
		f := core.Findings{Values: []core.Value{{Page: 1, Row: 1}, {Page: 1, Row: 5}, {Page: 1, Row: 10}, {Page: 1, Row: 15}, {Page: 1, Row: 25}, {Page: 2, Row: 3}}}
		doubtStrangers(&f, c.pages)
		got := ""
		for _, v := range f.Values {
			switch {
			case len(v.Doubts) == 0 && v.Context == "":
				got += "."
			case len(v.Doubts) == 1 && v.Context == anotherPatient && strings.Contains(v.Doubts[0], "HALVORSEN"):
				got += "x"
			default:
				got += "?"
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
