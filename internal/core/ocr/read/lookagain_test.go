package read

import (
	"context"
	"errors"
	"strings"
	"testing"

	"clinician/internal/core"
)

// plainEngine says of each part it is given what it reads there.
type plainEngine struct {
	says  []string
	sure  float64
	asked int
	err   error
}

func (e *plainEngine) Info(context.Context) (core.EngineInfo, error) { return core.EngineInfo{}, nil }
func (e *plainEngine) ReadPage(context.Context, core.PageImage, core.ReadRequest) (out []core.Word, err error) {
	e.asked++
	top := roomStrip
	for _, text := range e.says { // each is 20 pixels high, and doubled
		x := roomStrip
		for t := range strings.FieldsSeq(text) {
			out = append(out, core.Word{Text: t, Confidence: &e.sure, Box: core.Box{X: x, Y: top + 2*roomAround, W: 20, H: 40}})
			x += 40
		}
		top += 2*(20+2*roomAround) + roomStrip
	}
	return out, e.err
}

// What preparing a page may have spoiled is read again from the page as it came.
func TestLookAgain(t *testing.T) {
	t.Parallel()
	rule := []core.Box{{X: 0, Y: 121, W: 800, H: 2}} // a pixel below the first word
	faint := []core.Box{{X: 40, Y: 90, W: 200, H: 40}}
	for name, c := range map[string]struct {
		first string
		at    float64 // how sure the first reading is
		rules []core.Box
		faint []core.Box
		says  string
		sure  float64
		err   error
		text  string
		why   string
		left  bool // it is not read again
	}{
		"by itself":                  {first: "193", at: 97, says: "199", sure: 97, text: "193", left: true},
		"at a rule":                  {first: "193", at: 97, rules: rule, says: "199", sure: 60, text: "193", why: doubtRule + `; on the page as it came it reads "199"`},
		"at a rule, read alike":      {first: "199", at: 97, rules: rule, says: "199", sure: 97, text: "199", why: doubtRule},
		"at a rule, not read":        {first: "193", at: 97, rules: rule, text: "193", why: doubtRule},
		"at a rule, nobody reads":    {first: "193", at: 97, rules: rule, err: errors.New("broken"), text: "193", why: doubtRule},
		"a word at a rule":           {first: "Urea", at: 97, rules: rule, says: "Area", sure: 97, text: "Urea", left: true},
		"far from the rule":          {first: "193", at: 97, rules: []core.Box{{X: 0, Y: 124, W: 800, H: 2}}, says: "199", sure: 97, text: "193", left: true},
		"faint, surer as it came":    {first: "2-Oct--2012", at: 70, faint: faint, says: "2-Oct-2012", sure: 94, text: "2-Oct-2012", why: `its print is faint, and may be "2-Oct--2012"`},
		"faint, surer as prepared":   {first: "2-Oct-2012", at: 94, faint: faint, says: "2-Oct--2012", sure: 70, text: "2-Oct-2012", why: `its print is faint, and may be "2-Oct--2012"`},
		"faint, read alike":          {first: "193", at: 80, faint: faint, says: "193", sure: 96, text: "193"},
		"faint, but plainly read":    {first: "193", at: 96, faint: faint, says: "199", sure: 97, text: "193", left: true},
		"a faint word":               {first: "Uxea", at: 40, faint: faint, says: "Urea", sure: 92, text: "Urea"},
		"a faint word, surely read":  {first: "Urea", at: 80, faint: faint, says: "Area", sure: 92, text: "Urea", left: true},
		"a faint one, not read":      {first: "193", at: 80, faint: faint, text: "193", why: "read with confidence 80 %"},
		"both faint and at its rule": {first: "193", at: 97, rules: rule, faint: faint, says: "199", sure: 99, text: "193", why: doubtRule + `; on the page as it came it reads "199"`},
	} {
		p, b := tableOf(96)
		b.words[0].Text, b.words[0].Confidence = c.first, &c.at
		b.img.Rules, b.img.Faint = c.rules, c.faint
		b.measure()
		engine := &plainEngine{says: []string{c.says}, sure: c.sure, err: c.err}
		got := pageReading{Reader: Reader{Engine: engine}}.lookAgain(t.Context(), b)
		w := got.words[0]
		if w.Text != c.text || w.WhyUnsure() != c.why || engine.asked == 1 == c.left {
			t.Errorf("%s: %q in doubt because %q after %d looks, want %q, %q", name, w.Text, w.WhyUnsure(), engine.asked, c.text, c.why)
		}
		if b.words[0].Doubt != "" || p.W != 800 {
			t.Errorf("%s: the first reading was changed", name)
		}
	}
}

// Faint print that was rubbed off is found on the page as it came.
func TestLostPrintIsRead(t *testing.T) {
	t.Parallel()
	_, b := tableOf(96)
	b.img.Faint = []core.Box{{X: 400, Y: 100, W: 160, H: 20}, {X: 400, Y: 160, W: 4, H: 4}, {X: 400, Y: 200, W: 300, H: 150}}
	engine := &plainEngine{says: []string{"MRN 9993691895"}, sure: 91}
	got := pageReading{Reader: Reader{Engine: engine}}.lookAgain(t.Context(), b)
	if _, text := Layout(got.words); !strings.HasPrefix(text, "Sodium   MRN 9993691895\n") {
		t.Errorf("the page reads %q", text)
	}
	many := b
	for i := range mostLost {
		many.img.Faint = append(many.img.Faint, core.Box{X: 300, Y: 10 * i, W: 60, H: 20})
	}
	if engine.asked = 0; len((pageReading{Reader: Reader{Engine: engine}}).lookAgain(t.Context(), many).words) != len(b.words) || engine.asked != 0 {
		t.Error("what shines through from the back was read")
	}
	engine.sure = 50
	if got := (pageReading{Reader: Reader{Engine: engine}}).lookAgain(t.Context(), b); len(got.words) != len(b.words) {
		t.Errorf("what was hardly read joined the page: %+v", got.words[len(b.words):])
	}
}
