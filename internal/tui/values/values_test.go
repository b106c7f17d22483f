package values

import (
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page/pagetest"
)

func TestFocusIsTheFigure(t *testing.T) {
	a, b, c := core.Box{X: 1, Y: 1, W: 5, H: 5}, core.Box{X: 9, Y: 1, W: 5, H: 5}, core.Box{X: 20, Y: 1, W: 5, H: 5}
	v := core.Value{Name: "Platelets", Text: "271", Boxes: []core.Box{a, b, c}}
	words := []core.Word{{Text: "Platelets", Box: a}, {Text: "271", Box: b}, {Text: "150", Box: c}}
	if got := focus(v, words); len(got) != 1 || got[0] != b {
		t.Errorf("the focus is %v", got)
	}
	if got := focus(v, nil); len(got) != 3 {
		t.Errorf("without words it is %v", got)
	}
}

func TestFlagsSayWhatTheReportSays(t *testing.T) {
	colour, mono := pagetest.Theme(termenv.TrueColor), pagetest.Theme(termenv.Ascii)
	for _, c := range []struct {
		v            core.Value
		colour, mono string
	}{
		{core.Value{Interpret: "HH", Range: "1-2"}, "HH ⇈", "HH ^^"},
		{core.Value{Interpret: "L", Range: "1-2"}, "L ↓", "L v"},
		{core.Value{Interpret: "N", Range: "1-2"}, "", ""},
		{core.Value{}, "no range", "no range"},
		{core.Value{Flag: "*"}, "*", "*"},
		{core.Value{Range: "1-2"}, "unclear", "unclear"},
	} {
		c.v.Kind = core.ValueLaboratory
		if got := flagText(colour, c.v); got != c.colour {
			t.Errorf("%+v gives %q", c.v, got)
		}
		if got := flagText(mono, c.v); got != c.mono {
			t.Errorf("%+v gives %q without colour", c.v, got)
		}
	}
	neg := core.Value{Kind: core.ValueDiagnosis, Name: "metastasis", Negated: true}
	if got := present.ValueOf(neg).Name(); !strings.HasPrefix(got, "NOT ") {
		t.Errorf("a denied finding reads %q", got)
	}
}
