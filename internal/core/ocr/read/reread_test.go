package read

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// secondSight is an engine that reads the strip of doubtful words: what it says
// of each, from the top.
type secondSight struct {
	says  []string
	sure  float64
	err   error
	asked int
}

func (e *secondSight) Info(context.Context) (core.EngineInfo, error) { return core.EngineInfo{}, nil }

func (e *secondSight) ReadPage(_ context.Context, img core.PageImage, r core.ReadRequest) ([]core.Word, error) {
	e.asked++
	if r.Segmentation != core.SegmentBlock || img.Width == 0 || img.Format != core.FormatGray {
		return nil, errors.New("that is no strip")
	}
	var out []core.Word
	top := roomStrip
	for i, line := range e.says {
		x := roomStrip
		for word := range strings.FieldsSeq(line) {
			out = append(out, core.Word{Text: word, Confidence: &e.sure, Line: i + 1, Box: core.Box{X: x, Y: top + 10, W: 40, H: 20}})
			x += 60
		}
		top += 2*(20+2*roomAround) + roomStrip // as high as the words of onePage
	}
	return out, e.err
}

// onePage is a reading of words, each 20 pixels high, on white paper.
func onePage(confidence float64, texts ...string) reading {
	p := raster.NewWhite(400, 60*len(texts)+60)
	b := reading{img: pageImage(p), mean: confidence, chars: 10}
	for i, text := range texts {
		c := confidence
		b.words = append(b.words, core.Word{Text: text, Confidence: &c, Line: i + 1, Box: core.Box{X: 50, Y: 40 + 60*i, W: 80, H: 20}})
	}
	return b
}

func suspectAll(fits func(string) bool) func(core.Page) []core.Suspect {
	return func(p core.Page) []core.Suspect {
		var out []core.Suspect
		for i := range p.Words {
			out = append(out, core.Suspect{Word: i, Fits: fits})
		}
		return out
	}
}

func TestSecondReading(t *testing.T) {
	grams := func(s string) bool { return s == "g/L" }
	for _, c := range []struct {
		name          string
		first, second string
		was, is       float64
		fits          func(string) bool
		text          string
		confidence    float64
	}{
		{"both say the same", "4.5", "4.5", 60, 95, nil, "4.5", 95},
		{"the same in two words", "3.5-5.3", "3.5 - 5.3", 60, 95, nil, "3.5-5.3", 95},
		{"the same, but not surely", "4.5", "4.5", 60, 80, nil, "4.5", 60},
		{"another number is never sure", "45", "4.5", 40, 99, nil, "4.5", unsettled},
		{"another number, hardly surer", "45", "4.5", 75, 95, nil, "45", 75},
		{"several words for one", "45", "4 5.1", 40, 99, nil, "45", 40},
		{"nothing", "45", "", 40, 99, nil, "45", 40},
		{"a unit that fits", "gL", "g/L", 80, 60, grams, "g/L", 60},
		{"a unit that does not", "gL", "g/1", 80, 99, grams, "gL", 80},
		{"a unit hardly read", "gL", "g/L", 80, 30, grams, "gL", 80},
		{"a unit that was right", "g/L", "g/L", 10, 55, grams, "g/L", 55},
	} {
		e := &secondSight{says: []string{c.second}, sure: c.is}
		got := pageReading{Reader: Reader{Engine: e, Suspects: suspectAll(c.fits)}}.lookAgain(t.Context(), onePage(c.was, c.first))
		if w := got.words[0]; w.Text != c.text || *w.Confidence != c.confidence || e.asked != 1 {
			t.Errorf("%s: %q %v, want %q %v", c.name, w.Text, *w.Confidence, c.text, c.confidence)
		}
		if len(got.steps) != 1 || !strings.HasPrefix(got.steps[0], "read doubtful words again: 1") {
			t.Errorf("%s: steps %q", c.name, got.steps)
		}
	}
}

func TestSecondReadingsKeepTheirPlaces(t *testing.T) {
	e := &secondSight{says: []string{"1", "", "3", "4"}, sure: 99}
	got := pageReading{Reader: Reader{Engine: e, Suspects: suspectAll(nil)}}.lookAgain(t.Context(), onePage(20, "a", "b", "c", "d"))
	var texts []string
	for _, w := range got.words {
		texts = append(texts, w.Text)
	}
	if !slices.Equal(texts, []string{"1", "b", "3", "4"}) {
		t.Errorf("%q", texts)
	}
}

func TestNoSecondReading(t *testing.T) {
	page := onePage(50, "4.5", "g/L")
	other := page
	other.img.Format, other.img.Data = "png", []byte("\x89PNG")
	silent := page
	silent.chars = 0
	for name, c := range map[string]struct {
		suspects func(core.Page) []core.Suspect
		page     reading
		err      error
		asked    int
	}{
		"nobody asks":         {nil, page, nil, 0},
		"nothing is doubtful": {func(core.Page) []core.Suspect { return nil }, page, nil, 0},
		"another format":      {suspectAll(nil), other, nil, 0},
		"no confidences":      {suspectAll(nil), silent, nil, 0},
		"the engine fails":    {suspectAll(nil), page, errors.New("broken"), 1},
	} {
		e := &secondSight{says: []string{"9.9", "x"}, sure: 99, err: c.err}
		got := pageReading{Reader: Reader{Engine: e, Suspects: c.suspects}}.lookAgain(t.Context(), c.page)
		if e.asked != c.asked || got.words[0].Text != "4.5" || *got.words[0].Confidence != 50 {
			t.Errorf("%s: asked %d times, %q %v", name, e.asked, got.words[0].Text, *got.words[0].Confidence)
		}
	}
}

// What was given to reread is not changed: it may be compared with other readings.
func TestSecondReadingLeavesTheFirst(t *testing.T) {
	page := onePage(50, "4.5")
	steps := append(make([]string, 0, 4), "deskew")
	page.steps = steps
	pageReading{Reader: Reader{Engine: &secondSight{says: []string{"4.5"}, sure: 99}, Suspects: suspectAll(nil)}}.lookAgain(t.Context(), page)
	if *page.words[0].Confidence != 50 || len(steps[:2][1]) > 0 {
		t.Errorf("%v, %q", *page.words[0].Confidence, steps[:2])
	}
}

// pageThenStrip is a document of one page, and an engine that is unsure of it
// and sure of the strip.
type pageThenStrip struct {
	secondSight
	page reading
}

func (d *pageThenStrip) OpenPages(context.Context, string, io.Reader) (core.PageSource, error) {
	return d, nil
}
func (d *pageThenStrip) Count() int                                   { return 1 }
func (d *pageThenStrip) Close() error                                 { return nil }
func (d *pageThenStrip) Text(context.Context, int) (core.Page, error) { return core.Page{}, nil }
func (d *pageThenStrip) Image(context.Context, int, core.ImageRequest) (core.PageImage, error) {
	return d.page.img, nil
}

func (d *pageThenStrip) ReadPage(ctx context.Context, img core.PageImage, r core.ReadRequest) ([]core.Word, error) {
	if r.Segmentation == core.SegmentColumn {
		return slices.Clone(d.page.words), nil
	}
	return d.secondSight.ReadPage(ctx, img, r)
}

// The picture of a page must still be there when its words are doubted.
func TestAPageIsReadAgain(t *testing.T) {
	d := &pageThenStrip{secondSight{says: []string{"4.5"}, sure: 97}, onePage(75, "4.5")}
	r := Reader{Pages: d, Engine: d, Suspects: suspectAll(nil)}
	src := core.Document{MIME: core.MIMEPNG, Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("")), nil }}
	err := r.Read(t.Context(), src, Options{}, func(int) error { return nil }, func(p core.Page) error {
		if len(p.Words) != 1 || *p.Words[0].Confidence != 97 {
			t.Errorf("%+v %v", p, p.Steps)
		}
		return nil
	})
	if err != nil || d.asked != 1 {
		t.Errorf("asked %d times, %v", d.asked, err)
	}
}
