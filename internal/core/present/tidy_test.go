package present

import (
	"strings"
	"testing"

	"clinician/internal/core"
)

// scanned makes the words of a text whose columns are ten pixels wide a sign, with a
// confidence of 30 for what stands between tildes.
func scanned(lines ...string) (body string, words []core.Word) {
	var rows []string
	for n, l := range lines {
		var row strings.Builder
		end := -1
		for at := 0; at < len(l); {
			if l[at] == ' ' {
				at++
				continue
			}
			to := at + strings.IndexByte(l[at:]+" ", ' ')
			w, sure := strings.Trim(l[at:to], "~"), 95.0
			if w != l[at:to] {
				sure = 30
			}
			switch {
			case end >= 0 && at-end > 2:
				row.WriteString("   ")
			case end >= 0:
				row.WriteByte(' ')
			}
			row.WriteString(w)
			words = append(words, core.Word{Text: w, Line: n, Confidence: &sure, Box: core.Box{X: 10 * at, Y: 30 * n, W: 10 * (to - at), H: 20}})
			at, end = to, to
		}
		rows = append(rows, row.String())
	}
	return strings.Join(rows, "\n"), words
}

func TestColumnsStandBelowEachOther(t *testing.T) {
	t.Parallel()
	body, words := scanned(
		"Laboratory report",
		"Test                    Result Flag        Units        Range",
		"",
		"BLOOD",
		"Haemoglobin             82       L         g/L          115 - 165",
		"Potassium               ~4.1~              mmol/L       3.5 - 5.3",
		"White cell count        6.2                10^9/L       4.0 - 11.0")
	want := "Laboratory report\n" +
		"Test               Result Flag   Units    Range\n\nBLOOD\n" +
		"Haemoglobin        82      L     g/L      115 - 165\n" +
		"Potassium          4.1         mmol/L   3.5 - 5.3\n" +
		"White cell count   6.2           10^9/L   4.0 - 11.0"
	got := Tidied(body, words, 76, false)
	if got.Text != want { // the unsure figure has two signs more on screen
		t.Errorf("laid out as\n%s\nnot\n%s", got.Text, want)
	}
	for i, p := range got.Places {
		if p.From < 0 || got.Text[p.From:p.To] != words[i].Text {
			t.Errorf("%q is said to be at %v", words[i].Text, p)
		}
	}
	if narrow := Tidied(body, words, 40, false); narrow.Text != body {
		t.Errorf("without room the text is\n%s\nnot\n%s", narrow.Text, body)
	}
}

func TestOnlySpecksAreHidden(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, want string
		hidden     int
	}{
		{"Haemoglobin ~.~ low ~:~", "Haemoglobin low", 2},
		{"~.~ ~:~", "", 2},
		{"~.~      Protein", "Protein", 1},
		{"Protein ~+~", "Protein +", 0},
		{"Nitrite ~-~", "Nitrite -", 0},
		{"HER2 ~<~", "HER2 <", 0},
		{"Glucose 4 ~.~ 9", "Glucose 4 . 9", 0},
		{"Signed : A", "Signed : A", 0}, // it was read well
		{"Dose ~..~ tablets", "Dose tablets", 1},
		{"Hb ~a.~", "Hb a.", 0},
	} {
		body, words := scanned(c.line)
		if got := Tidied(body, words, 76, false); got.Text != c.want || len(got.Hidden) != c.hidden {
			t.Errorf("%q is shown as %q with %d hidden, not as %q with %d", c.line, got.Text, len(got.Hidden), c.want, c.hidden)
		}
		if got := Tidied(body, words, 76, true); got.Text != body || len(got.Hidden) != 0 {
			t.Errorf("%q with its specks is %q, %d hidden", c.line, got.Text, got.Hidden)
		}
	}
}
