package read

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// canvas is a picture to draw on.
type canvas struct{ *raster.Gray }

// blot darkens a part of a picture.
func (p canvas) blot(x, y, w, h int) {
	for row := y; row < y+h; row++ {
		for col := x; col < x+w; col++ {
			p.Pix[row*p.W+col] = 0
		}
	}
}

// digit draws the outline of a nought.
func (p canvas) digit(x, y, w, h int) {
	p.blot(x, y, 3, h)
	p.blot(x+w-3, y, 3, h)
	p.blot(x, y, w, 3)
	p.blot(x, y+h-3, w, 3)
}

// tableOf is a page with three words on the left that were read, 20 pixels high.
func tableOf(confidence float64) (canvas, reading) {
	p := canvas{raster.NewWhite(800, 400)}
	b := reading{mean: confidence}
	for i, text := range []string{"Sodium", "Urea", "Albumin"} {
		y := 100 + 60*i
		for x := 50; x < 130; x += 16 {
			p.digit(x, y, 12, 20)
		}
		b.words = append(b.words, core.Word{Text: text, Confidence: &confidence, Line: i + 1, Box: core.Box{X: 50, Y: y, W: 80, H: 20}})
	}
	b.measure()
	b.img = pageImage(p.Gray)
	return p, b
}

func TestMissedCells(t *testing.T) {
	for name, c := range map[string]struct {
		draw func(canvas)
		want []core.Box
	}{
		"nothing":            {func(canvas) {}, nil},
		"a lone digit":       {func(p canvas) { p.digit(700, 100, 12, 20) }, []core.Box{{X: 700, Y: 100, W: 12, H: 20}}},
		"a word":             {func(p canvas) { p.digit(600, 100, 12, 20); p.digit(616, 100, 12, 20) }, []core.Box{{X: 600, Y: 100, W: 28, H: 20}}},
		"cells in two rows":  {func(p canvas) { p.digit(700, 100, 12, 20); p.digit(700, 160, 12, 20) }, []core.Box{{X: 700, Y: 100, W: 12, H: 20}, {X: 700, Y: 160, W: 12, H: 20}}},
		"a speck":            {func(p canvas) { p.blot(700, 100, 5, 5) }, nil},
		"a rule":             {func(p canvas) { p.blot(10, 330, 780, 4) }, nil},
		"an upright rule":    {func(p canvas) { p.blot(500, 100, 3, 58) }, nil},
		"a black bar":        {func(p canvas) { p.blot(500, 100, 200, 30) }, nil},
		"a picture":          {func(p canvas) { p.digit(500, 20, 200, 200) }, nil},
		"what hangs below":   {func(p canvas) { p.blot(60, 120, 6, 4) }, nil},
		"at the page's edge": {func(p canvas) { p.digit(788, 376, 12, 20) }, []core.Box{{X: 788, Y: 376, W: 12, H: 20}}},
	} {
		p, b := tableOf(96)
		c.draw(p)
		if got := missedCells(p.Gray, b.words); !slices.Equal(got, c.want) {
			t.Errorf("%s: found %+v, want %+v", name, got, c.want)
		}
	}
	if got := missedCells(raster.NewWhite(100, 100), nil); got != nil {
		t.Errorf("without words: %+v", got)
	}
}

// cellReader is an engine that reads each cell of the strip it is given as a digit.
type cellReader struct {
	sure  []float64 // of each cell, from the top
	err   error
	asked int
}

func (e *cellReader) Info(context.Context) (core.EngineInfo, error) { return core.EngineInfo{}, nil }

func (e *cellReader) ReadPage(_ context.Context, img core.PageImage, r core.ReadRequest) ([]core.Word, error) {
	e.asked++
	if r.Segmentation != core.SegmentBlock || img.Format != core.FormatGray {
		return nil, errors.New("that is no strip")
	}
	var out []core.Word
	top := roomStrip
	for i := range e.sure { // each cell is 20 pixels high, and doubled
		out = append(out, core.Word{Text: "4", Confidence: &e.sure[i], Line: i + 1, Box: core.Box{X: roomStrip + 2*roomAround, Y: top + 2*roomAround, W: 24, H: 40}})
		top += 2*(20+2*roomAround) + roomStrip
	}
	return out, e.err
}

func TestMissedText(t *testing.T) {
	p, b := tableOf(96)
	for i := range 3 {
		p.digit(700, 100+60*i, 12, 20)
	}
	engine := &cellReader{sure: []float64{95, 40, 92}}
	r := pageReading{Reader: Reader{Engine: engine}}
	got := r.missedText(t.Context(), b)
	_, text := Layout(got.words)
	if text != "Sodium   4\n\nUrea   ▯\n\nAlbumin   4" {
		t.Errorf("the page reads %q", text)
	}
	if box := got.words[3].Box; box != (core.Box{X: 700, Y: 100, W: 12, H: 20}) {
		t.Errorf("the first digit is at %+v", box)
	}
	if want := []string{"read cells that were passed over: 2, not legible: 1"}; !slices.Equal(got.steps, want) {
		t.Errorf("steps %q, want %q", got.steps, want)
	}
	if w := got.words[len(got.words)-1]; w.Text != core.Illegible || !w.Unsure() || len(got.img.Unread) != 1 || len(b.img.Unread) != 0 {
		t.Errorf("a cell that was not read is %q in doubt because %q, and the page says %v", w.Text, w.Doubt, got.img.Unread)
	}
	if p := got.page(core.EngineInfo{}); p.Status != core.PagePartial || *p.Confidence < 95 {
		t.Errorf("a page with such a cell is %q, confidence %v", p.Status, *p.Confidence)
	}
	if got.chars != b.chars+2 || len(b.words) != 3 {
		t.Errorf("%d letters of %d before, %d words before", got.chars, b.chars, len(b.words))
	}

	engine.err = errors.New("broken")
	if _, text := Layout(r.missedText(t.Context(), b).words); strings.Count(text, core.Illegible) != 3 {
		t.Errorf("an engine that fails left the page as %q", text)
	}
	parts := pageReading{Reader: r.Reader, ink: []core.Box{{W: 1, H: 1}}}
	if got := parts.missedText(t.Context(), b); len(got.words) != 3 {
		t.Errorf("parts of a page say by themselves what was not read: %d words", len(got.words))
	}
	_, clean := tableOf(96)
	if engine.asked = 0; len(r.missedText(t.Context(), clean).words) != 3 || engine.asked != 0 {
		t.Error("a page without such cells was read again")
	}
}

// A page of specks the size of letters is dirt or a picture.
func TestMissedTextLeavesPicturesAlone(t *testing.T) {
	words := []core.Word{{Text: "Sodium", Confidence: new(float64), Line: 1, Box: core.Box{X: 10, Y: 10, W: 80, H: 20}}}
	p := canvas{raster.NewWhite(2000, 800)}
	for y := 60; y < 760; y += 60 {
		for x := 20; x < 1960; x += 60 {
			p.digit(x, y, 12, 20)
		}
	}
	engine := &cellReader{sure: []float64{95}}
	b := reading{words: words, chars: 6, img: pageImage(p.Gray)}
	pageReading{Reader: Reader{Engine: engine}}.missedText(t.Context(), b)
	if n := len(missedCells(p.Gray, words)); engine.asked != 0 || n <= mostMissed {
		t.Errorf("%d cells were found, and the engine asked %d times", n, engine.asked)
	}
}

func BenchmarkMissedCells(b *testing.B) {
	p := canvas{raster.NewWhite(2480, 3508)}
	var words []core.Word
	for y := 100; y < 3400; y += 60 {
		for x := 100; x < 2300; x += 200 {
			for i := range 6 {
				p.digit(x+25*i, y, 18, 30)
			}
			words = append(words, core.Word{Text: "letter", Box: core.Box{X: x, Y: y, W: 143, H: 30}})
		}
	}
	for b.Loop() {
		if found := missedCells(p.Gray, words); len(found) > 0 {
			b.Fatalf("%d cells outside of all words", len(found))
		}
	}
}
