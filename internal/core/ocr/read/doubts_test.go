package read

import (
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// sureAt is a word that an engine is sure of, 20 pixels high.
func sureAt(text string, x, y, w int) core.Word {
	sure := 97.0
	return core.Word{Text: text, Confidence: &sure, Line: 1 + y/30, Box: core.Box{X: x, Y: y, W: w, H: 20}}
}

func TestNumbersThatMayNotBeWhole(t *testing.T) {
	t.Parallel()
	prices := func(text string) []core.Word {
		return []core.Word{sureAt(text, 100, 130, 44), sureAt("12.50", 100, 10, 50), sureAt("3.00", 110, 50, 40), sureAt("104.20", 90, 90, 60)}
	}
	for name, c := range map[string]struct {
		words []core.Word // the first is asked for
		draw  func(canvas)
		why   string
	}{
		"alone":                  {words: []core.Word{sureAt("12", 100, 10, 24)}},
		"beside its unit":        {words: []core.Word{sureAt("12", 100, 10, 24), sureAt("mg", 132, 10, 30)}},
		"beside its range":       {words: []core.Word{sureAt("12", 100, 10, 24), sureAt("10-15", 140, 10, 60)}},
		"two of a sentence":      {words: []core.Word{sureAt("12", 100, 10, 24), sureAt("30", 134, 10, 24)}},
		"a day before its year":  {words: []core.Word{sureAt("14,", 100, 10, 28), sureAt("1999", 138, 10, 48)}},
		"torn at its point":      {words: []core.Word{sureAt("29.", 100, 10, 28), sureAt("70", 139, 10, 24)}, why: doubtPiece},
		"what it was torn from":  {words: []core.Word{sureAt("70", 139, 10, 24), sureAt("29.", 100, 10, 28)}, why: doubtPiece},
		"torn before its point":  {words: []core.Word{sureAt("12", 100, 10, 24), sureAt(".5", 128, 10, 18)}, why: doubtPiece},
		"torn between digits":    {words: []core.Word{sureAt("12", 100, 10, 24), sureAt("34", 128, 10, 24)}, why: doubtPiece},
		"torn at its thousands":  {words: []core.Word{sureAt("12,", 100, 10, 28), sureAt("500", 132, 10, 36)}, why: doubtPiece},
		"in another row":         {words: []core.Word{sureAt("29.", 100, 10, 28), sureAt("70", 139, 60, 24)}},
		"ink behind it":          {words: []core.Word{sureAt("12", 100, 10, 24)}, draw: func(p canvas) { p.digit(128, 10, 12, 20) }, why: doubtPiece},
		"ink before it":          {words: []core.Word{sureAt("12", 100, 10, 24)}, draw: func(p canvas) { p.digit(84, 10, 12, 20) }, why: doubtPiece},
		"ink of another word":    {words: []core.Word{sureAt("12", 100, 10, 24), sureAt("mg", 128, 10, 30)}, draw: func(p canvas) { p.digit(128, 10, 12, 20) }},
		"ink farther away":       {words: []core.Word{sureAt("12", 100, 10, 24)}, draw: func(p canvas) { p.digit(140, 10, 12, 20) }},
		"a speck beside it":      {words: []core.Word{sureAt("12", 100, 10, 24)}, draw: func(p canvas) { p.blot(127, 15, 2, 2) }},
		"at the edge":            {words: []core.Word{sureAt("12", 276, 10, 24)}, why: doubtPiece},
		"a point lost":           {words: prices("450"), why: doubtPoint},
		"no point lost":          {words: prices("4.50")},
		"a column of both":       {words: append(prices("450"), sureAt("300", 105, 170, 36))},
		"no such column":         {words: prices("450")[:3]},
		"of a letter":            {words: append([]core.Word{sureAt("Item", 100, 130, 44)}, prices("x")[1:]...)},
		"a date and a time":      {words: []core.Word{sureAt("1/21/20139:28:00", 20, 10, 200)}, why: doubtJoined},
		"a day and its year":     {words: []core.Word{sureAt("14,1999", 100, 10, 70)}, why: doubtJoined},
		"a date":                 {words: []core.Word{sureAt("1/21/2013", 100, 10, 90)}},
		"a number of thousands":  {words: []core.Word{sureAt("14,199", 100, 10, 70)}},
		"a time, a date behind":  {words: []core.Word{sureAt("9:28", 100, 10, 44), sureAt("1/21/2013", 155, 10, 90)}},
		"in doubt for its form":  {words: []core.Word{{Text: "29.", Confidence: new(97.0), Doubt: "struck", Box: core.Box{X: 100, Y: 10, W: 28, H: 20}}, sureAt("70", 139, 10, 24)}, why: "struck; " + doubtPiece},
		"a number with its unit": {words: []core.Word{sureAt("5mg", 100, 10, 36), sureAt("daily", 145, 10, 50)}},
	} {
		p := canvas{raster.NewWhite(300, 200)}
		if c.draw != nil {
			c.draw(p)
		}
		b := reading{words: c.words, img: pageImage(p.Gray)}
		b.measure()
		got := doubtNumbers(b)
		if w := got.words[0]; w.Doubt != c.why {
			t.Errorf("%s: %q is in doubt because %q, want %q", name, w.Text, w.Doubt, c.why)
		}
		if said := strings.Contains(strings.Join(got.steps, ""), "may not be whole"); said != (c.why != "") && c.why != "" {
			t.Errorf("%s: the steps say %q", name, got.steps)
		}
	}
}
