package format

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"slices"
	"testing"

	"golang.org/x/image/bmp"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
	"clinician/internal/core/raster"
)

// fuzzPixels keeps the pictures of fuzzed files small, so that many are tried.
const fuzzPixels = 1 << 16

// FuzzPicture opens and draws files that say they are images: an error that a
// person can be shown, or a picture within the limit.
func FuzzPicture(f *testing.F) {
	small := image.NewGray(image.Rect(0, 0, 12, 9))
	var b bytes.Buffer
	if err := png.Encode(&b, small); err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.Clone(b.Bytes()), false)
	b.Reset()
	if err := bmp.Encode(&b, small); err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.Clone(b.Bytes()), false)
	f.Add(oriented(f, 7), false)
	f.Add(gifOf(f, 2), false)
	fax, err := paper.TIFF([]paper.Image{{Gray: small, DPI: 100, Bilevel: true}, {Gray: small, DPI: 100}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(fax, true)
	shade := func(x, y int) [2]uint8 { return [2]uint8{uint8(x * 9), uint8(y * 9)} }
	f.Add(greyTIFF(greyPage{7, 5, binary.LittleEndian, false, 2, true, 0, false, shade}, greyPage{20, 20, binary.LittleEndian, true, 1, true, 16, true, shade}), true)
	f.Add(rgbx(f, image.NewNRGBA(image.Rect(0, 0, 5, 4)), 0, true), true)
	f.Fuzz(func(t *testing.T, content []byte, tiff bool) {
		open := openPicture
		if tiff {
			open = openTIFF
		}
		doc, err := open(content, fuzzPixels)
		if err != nil {
			if core.CodeOf(err) != core.CodeInvalid {
				t.Errorf("opening gives %v", err)
			}
			return
		}
		for n := 1; n <= min(doc.Count(), 4); n++ {
			img, err := doc.Draw(n, 300, false)
			if err != nil {
				if core.CodeOf(err) != core.CodeInvalid {
					t.Errorf("drawing gives %v", err)
				}
				continue
			}
			g := raster.FromImage(img)
			if g.W < 1 || g.H < 1 || g.W*g.H > fuzzPixels || len(g.Pix) != g.W*g.H {
				t.Errorf("a picture of %d×%d with %d pixels", g.W, g.H, len(g.Pix))
			}
		}
	})
}

// FuzzLayer makes words of the characters of a text layer, which a PDF may put
// anywhere and call anything.
func FuzzLayer(f *testing.F) {
	f.Add("Potassium 4.1\n\u00ad\ufffe\x02mmol/l\r", []byte{10, 20, 30, 40, 50, 60, 70, 80})
	f.Add("\ue000\ue001 \u202e", []byte{255, 0, 255, 255})
	f.Fuzz(func(t *testing.T, text string, places []byte) {
		at := func(i int) float64 {
			if len(places) < 2 {
				return 0
			}
			i %= len(places) - 1
			return float64(int16(binary.BigEndian.Uint16(places[i:])))
		}
		var chars []char
		for i, r := range text {
			chars = append(chars, char{string(r), at(i), at(i + 1), at(i) + 8, at(i+1) + 10, 0})
		}
		words, joined := layerWords(chars)
		letters := 0
		line := 1
		for _, w := range words {
			if w.Text == "" || w.Line < line || w.Confidence != nil {
				t.Errorf("word %+v after line %d", w, line)
			}
			line = w.Line
			letters += len(w.Text)
		}
		if letters > len(joined) || len(joined) > 3*len(text) {
			t.Errorf("%d letters of words, %d of text, from %d", letters, len(joined), len(text))
		}
		if fault, none := layerFault(words, 2480, 3508); none && fault != "" {
			t.Errorf("no layer and a fault: %q", fault)
		}
		parts := wordsOf(chars)
		if over, ok := overlapping(parts); !ok || len(over) > len(parts) {
			t.Errorf("%d of %d words lie over each other", len(over), len(parts))
		}
		white := image.NewRGBA(image.Rect(0, 0, 248, 351))
		kept := 0
		for _, w := range parts {
			kept += len(w.chars)
			if garbled(w.text); differences(white, white).shows(w.chars, 10) && slices.ContainsFunc(w.chars, func(c char) bool { return c.x1 > c.x0 }) {
				t.Errorf("%q is seen on nothing", w.text)
			}
		}
		if kept > len(chars) || len(parts) != len(words) {
			t.Errorf("%d words of %d, %d characters of %d", len(parts), len(words), kept, len(chars))
		}
	})
}

// FuzzContents reads contents of pages and files of one page as PDFium writes them.
func FuzzContents(f *testing.F) {
	for contents, calls := range map[string]int{
		"q 1 0 0 1 0 0 cm /X Do Q": 1, "/X Do/Y Do /Z%no\nDo": 3, "(/X Do) (a\\)/X Do) <</A/X>>Do /X gs Do": 0, "BI /W 1 ID /X Do EI /X Do": 1, "BI ID /X Do": 0, "(": 0, "/": 0, "Do": 0,
	} {
		if got := drawCalls([]byte(contents)); got != calls {
			f.Errorf("%q calls for %d objects, not %d", contents, got, calls)
		}
		f.Add([]byte(contents), []byte("\n5 0 obj\r\n<</Length 9>>stream\r\n/X Do q Q\r\nendstream"))
	}
	f.Fuzz(func(t *testing.T, contents, objects []byte) {
		if n := drawCalls(contents); n > bytes.Count(contents, []byte("Do")) {
			t.Errorf("%d calls", n)
		}
		_ = pageContents(append([]byte("<</Contents[ 5 0 R 6 0 R ]/Type/Page>>\n"), objects...))
	})
}
