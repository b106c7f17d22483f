package read

import (
	"slices"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo"
	"clinician/internal/core/raster"
)

// What the picture of a word shows, whatever an engine made of it: signs are seen
// where they are printed, and nowhere else.
func TestGlyphsAreSeen(t *testing.T) {
	panel := demo.Generate(7, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	printed, seen := 0, 0
	for _, profile := range []string{"clean", "light", "noisy"} {
		n := 0
		for _, d := range panel.Documents {
			if d.Kind != "laboratory report" || d.Purpose != "" || n == 3 {
				continue
			}
			n++
			images, truth, err := d.Scan(profile, 1)
			if err != nil {
				t.Fatal(err)
			}
			for i, page := range truth.Pages {
				img := raster.Share(images[i].Gray)
				for _, w := range page.Words {
					micro, power := strings.HasPrefix(w.Text, "µ"), strings.HasPrefix(w.Text, "10^")
					read := strings.NewReplacer("µ", "y", "^", "4").Replace(w.Text)
					got := glimpse(img, core.Word{Text: read, Box: w.Box})
					switch {
					case !micro && !power:
						if got.text+got.prefix != "" {
							t.Errorf("%s %s: %q is taken for %q", d.Ref, profile, w.Text, got.text)
						}
						continue
					case got.text == w.Text:
						seen++
					case got.text != "":
						t.Errorf("%s %s: %q is taken for %q", d.Ref, profile, w.Text, got.text)
					}
					printed++
				}
			}
		}
	}
	if printed < 30 || seen*10 < printed*9 {
		t.Errorf("%d of %d signs seen", seen, printed)
	}
}

// FuzzGlyphs: pixels of scans come from outside.
func FuzzGlyphs(f *testing.F) {
	f.Add([]byte{0, 255, 0, 0, 0, 255, 90}, 7, "ymol/L", 0, 0, 40, 9)
	f.Add([]byte{255}, 1, "1049/L", -5, 3, 1000, 1000)
	f.Fuzz(func(t *testing.T, pix []byte, width int, text string, x, y, w, h int) {
		if width < 1 || len(pix) > 1<<16 || len(pix)%width != 0 || len(pix) == 0 || max(x, -x, y, -y, w, -w, h, -h) > 1<<20 {
			return
		}
		p := &raster.Gray{Pix: pix, W: width, H: len(pix) / width}
		box := core.Box{X: x, Y: y, W: w, H: h}
		if s := glimpse(p, core.Word{Text: text, Box: box}); s.prefix != "" && !strings.HasPrefix(s.prefix, "µ") {
			t.Errorf("%+v", s)
		}
		if cut := p.Crop(rectangle(box)); len(cut.Pix) != cut.W*cut.H || cut.W > p.W || cut.H > p.H {
			t.Errorf("%d x %d, %d pixels", cut.W, cut.H, len(cut.Pix))
		}
	})
}

// A speck, a blot and a box beyond the picture show nothing and do no harm.
func TestGlyphsOfNothing(t *testing.T) {
	p := raster.NewWhite(40, 20)
	copy(p.Pix[100:], slices.Repeat([]byte{0}, 200))
	for _, b := range []core.Box{{}, {X: 5, Y: 2, W: 20, H: 15}, {X: -10, Y: -10, W: 100, H: 100}, {X: 100, Y: 100, W: 5, H: 5}} {
		for _, text := range []string{"ymol/L", "1049/L", "10", ""} {
			if got := glimpse(p, core.Word{Text: text, Box: b}); got.text+got.prefix != "" {
				t.Errorf("%q in %v: %q", text, b, got.text)
			}
		}
	}
}
