package read

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

// lyingPage is a page full of ink of which an engine sees one sure sign, unless
// it is turned upright.
type lyingPage struct {
	upright int // the turn that does it
	turns   []int
}

func (d *lyingPage) OpenPages(context.Context, string, io.Reader) (core.PageSource, error) {
	return d, nil
}
func (d *lyingPage) Count() int                                   { return 1 }
func (d *lyingPage) Close() error                                 { return nil }
func (d *lyingPage) Text(context.Context, int) (core.Page, error) { return core.Page{}, nil }
func (d *lyingPage) Image(_ context.Context, _ int, r core.ImageRequest) (core.PageImage, error) {
	d.turns = append(d.turns, r.Rotate)
	return core.PageImage{Data: make([]byte, 600*400), Format: core.FormatGray, Width: 600, Height: 400}, nil
}

func (d *lyingPage) Info(context.Context) (core.EngineInfo, error) { return core.EngineInfo{}, nil }
func (d *lyingPage) ReadPage(context.Context, core.PageImage, core.ReadRequest) ([]core.Word, error) {
	sure := 97.0
	text := "="
	if d.turns[len(d.turns)-1] == d.upright {
		sure, text = 91, "Cyclophosphamide 1,400 mg intravenously"
	}
	var out []core.Word
	for i, w := range strings.Fields(text) {
		out = append(out, core.Word{Text: w, Confidence: &sure, Line: 1, Box: core.Box{X: 10 + 90*i, Y: 10, W: 80, H: 20}})
	}
	return out, nil
}

// One sure sign on a page full of ink is no reading: the page is tried on its sides.
func TestOneSignIsNoReading(t *testing.T) {
	for _, upright := range []int{90, 180, 270} {
		d := &lyingPage{upright: upright}
		src := core.Document{MIME: core.MIMEPNG, Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("")), nil }}
		var got core.Page
		err := Reader{Pages: d, Engine: d}.Read(t.Context(), src, Options{}, func(int) error { return nil }, func(p core.Page) error {
			got = p
			return nil
		})
		if err != nil || !strings.Contains(got.Text, "Cyclophosphamide") || !slices.ContainsFunc(got.Steps, func(s string) bool { return strings.HasPrefix(s, "rotated ") }) {
			t.Errorf("upright after %d°: %q, %v, %v", upright, got.Text, got.Steps, err)
		}
	}
}
