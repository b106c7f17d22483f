package analysistest

import (
	"strings"
	"testing"

	"clinician/internal/core"
)

// Brief writes the values of a kind as "name=text unit [range] flag>interpretation",
// with a question mark where there is a doubt.
func Brief(f core.Findings, kind core.ValueKind) []string {
	var out []string
	for _, v := range f.Values {
		if v.Kind != kind {
			continue
		}
		s := v.Name + "=" + v.Text
		if v.Unit != "" {
			s += " " + v.Unit
		}
		if v.Range != "" {
			s += " [" + v.Range + "]"
		}
		if v.Flag+v.Interpret != "" {
			s += " " + v.Flag + ">" + v.Interpret
		}
		if v.Context != "" {
			s += " {" + v.Context + "}"
		}
		if !v.Confident() {
			s += " ?"
		}
		out = append(out, s)
	}
	return out
}

// Remarked writes the values of a kind as "name=text {context} ?", denied ones with
// "-" before the name.
func Remarked(f core.Findings, kind core.ValueKind) string {
	var out []string
	for _, v := range f.Values {
		if v.Kind != kind {
			continue
		}
		s := v.Name
		if v.Negated {
			s = "-" + s
		}
		if kind == core.ValueLaboratory || kind == core.ValueVital || kind == core.ValueMedication && v.Text != "" {
			s += "=" + v.Text
		}
		if v.Context != "" {
			s += " {" + v.Context + "}"
		}
		if !v.Confident() {
			s += " ?"
		}
		out = append(out, s)
	}
	return strings.Join(out, "|")
}

// CheckRemarks checks lines, divided by " / ", with a wide last line: a page whose
// lines are not full.
func CheckRemarks(t *testing.T, extract func([]core.Page) core.Findings, kind core.ValueKind, heading string, cases [][2]string) {
	t.Helper()
	for _, c := range cases {
		lines := append(strings.Split(heading+c[0], " / "), "Signed", "This line is long enough to say how wide the page is and that the others end early.")
		if got := Remarked(extract(TextFile(lines...)), kind); got != c[1] {
			t.Errorf("%s\n got %q\nwant %q", c[0], got, c[1])
		}
	}
}
