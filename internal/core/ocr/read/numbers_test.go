package read

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// secondEyes is a reader of numbers that reads the n-th line as the n-th text.
type secondEyes struct {
	says  []string
	sure  float64
	err   error
	lines []core.PageImage
}

func (e *secondEyes) Info(context.Context) (core.EngineInfo, error) {
	return core.EngineInfo{Name: "eyes"}, e.err
}
func (e *secondEyes) Close() error { return nil }

func (e *secondEyes) ReadLines(_ context.Context, lines []core.PageImage) ([]core.LineText, error) {
	e.lines = append(e.lines, lines...)
	out := make([]core.LineText, len(lines))
	for i := range out {
		for k, r := range e.says[i] {
			out[i].Characters = append(out[i].Characters, core.LineCharacter{Text: string(r), Confidence: e.sure, X: k})
		}
	}
	return out, e.err
}

func TestNumbersAreReadTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first      string
		confidence float64
		second     string
		unsure     bool
		doubt      string
		step       string
	}{
		"the same":              {"199", 92, "199", false, "", "numbers read by two engines"},
		"the same, less surely": {"199", 70, "199", false, "", "numbers read by two engines"},
		"a guess":               {"199", 50, "199", true, "", "numbers read by two engines"},
		"another":               {"193", 97, "199", true, `"193" was read as "199" by a second engine (eyes)`, "numbers read by two engines, which differ on 1"},
		"nothing":               {"199", 97, "", false, "", "numbers read by two engines"},
		"nothing, less surely":  {"199", 70, "", true, "", "numbers read by two engines"},
	} {
		e := &secondEyes{says: []string{c.second}, sure: 97}
		got := pageReading{Reader: Reader{Numbers: e}}.readNumbers(t.Context(), onePage(c.confidence, "Sodium", c.first))
		w := got.words[1]
		if w.Text != c.first || *w.Confidence != c.confidence || w.Doubt != c.doubt || w.Unsure() != c.unsure {
			t.Errorf("%s: %+v, unsure %v", name, w, w.Unsure())
		}
		if (w.Second == nil) != (c.second == "") || w.Second != nil && *w.Second != (core.SecondReading{Text: c.second, Confidence: 97, Engine: "eyes"}) {
			t.Errorf("%s: second reading %+v", name, w.Second)
		}
		if !slices.Equal(got.steps, []string{c.step}) || got.words[0].Second != nil || len(e.lines) != 1 {
			t.Errorf("%s: steps %q, the word beside it %+v, %d lines", name, got.steps, got.words[0], len(e.lines))
		}
	}
}

// Where the first engine is not sure, the surer of two readings stands, in doubt and with
// the other beside it.
func TestSurerReadingOfANumber(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second string
		was, is       float64
		taken         bool
	}{
		"the second is surer":       {"36.37", "38.37", 70, 97, true},
		"the first is":              {"36.37", "38.37", 80, 79, false},
		"the first is sure":         {"36.37", "38.37", 90, 99, false},
		"a guess":                   {"36.37", "38.37", 10, 49, false},
		"the same digits":           {"3637", "36.37", 70, 97, false},
		"no digits":                 {"10", "lo", 70, 97, false},
		"a comparator is lost":      {"<36", "38", 70, 97, false},
		"a comparator is kept":      {"<36", "<38", 70, 97, true},
		"letters, taken for digits": {"HOOO8S9", "9100089", 40, 90, true},
	} {
		e := &secondEyes{says: []string{c.second}, sure: c.is}
		b := onePage(c.was, c.first)
		got := pageReading{Reader: Reader{Engine: &secondSight{}, Numbers: e}}.readNumbers(t.Context(), b).words[0]
		text, other, by, at := c.first, c.second, "eyes", c.was
		why := fmt.Sprintf("%q was read as %q by a second engine (eyes)", c.first, c.second)
		if c.taken {
			text, other, by, at = c.second, c.first, "the first engine", c.is
			why = fmt.Sprintf("%q was read by a second engine (eyes), %q by the first engine", c.second, c.first)
		}
		if got.Text != text || *got.Confidence != at || got.Second == nil || got.Second.Text != other || got.Second.Engine != by ||
			got.Doubt != why || !got.Unsure() {
			t.Errorf("%s: %+v, %+v", name, got, got.Second)
		}
		if b.words[0].Text != c.first {
			t.Errorf("%s: the reading itself was changed", name)
		}
	}
}

// Without a second reader, and where it fails, the page says that there was one.
func TestNumbersReadOnce(t *testing.T) {
	t.Parallel()
	for name, numbers := range map[string]core.NumberReader{"none": nil, "it fails": &secondEyes{says: []string{"1"}, err: errors.New("broken")}} {
		got := pageReading{Reader: Reader{Numbers: numbers}}.readNumbers(t.Context(), onePage(97, "4.5"))
		if !slices.Equal(got.steps, []string{"numbers read by one engine"}) || got.words[0].Second != nil || got.words[0].Unsure() {
			t.Errorf("%s: %q, %+v", name, got.steps, got.words[0])
		}
	}
	if got := (pageReading{}).readNumbers(t.Context(), onePage(97, "Sodium")); len(got.steps) != 0 {
		t.Errorf("a page without numbers: %q", got.steps)
	}
}

// What is read a second time is the page as it came, cut where the word stands on it,
// without its neighbours.
func TestCutsOfThePageAsItCame(t *testing.T) {
	t.Parallel()
	page := raster.NewWhite(400, 200)
	boxes := []core.Box{{X: 100, Y: 50, W: 80, H: 30}, {X: 186, Y: 52, W: 40, H: 30}, {X: 20, Y: 120, W: 60, H: 30}}
	for i, shade := range []uint8{10, 20, 30} {
		stroke := boxes[i]
		stroke.W /= 4
		page.Fill(rectangle(stroke), shade)
	}
	part := plainPage{Gray: page, boxes: boxes}.cut(0)
	if !slices.Contains(part.Pix, 10) || slices.Contains(part.Pix, 20) || part.W <= 80 || part.H <= 30 {
		t.Errorf("%d×%d pixels, those of a neighbour: %v", part.W, part.H, slices.Contains(part.Pix, 20))
	}
	if at := (plainPage{Gray: page.Inverted(), boxes: boxes}).cut(2); at.Percentile(0.1) > 128 || at.Percentile(0.99) < 200 {
		t.Error("white on black was not turned round")
	}
	for _, b := range []core.Box{{X: 500, Y: 0, W: 9, H: 9}, {X: 10, Y: 10, W: 1, H: 1}, {X: -50, Y: -50, W: 20, H: 20}} {
		if got := (plainPage{Gray: page, boxes: []core.Box{b}}).cut(0); got != nil && (got.W < 3 || got.H < 6) {
			t.Errorf("%+v: %d×%d pixels", b, got.W, got.H)
		}
	}
}
