package format

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/tiff"
)

// rgbx is a TIFF of colours whose fourth sample says nothing of itself (kind 0),
// or is not said to be anything (kind -1).
func rgbx(t testing.TB, img image.Image, kind int, predictor bool) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := tiff.Encode(&b, img, &tiff.Options{Compression: tiff.Deflate, Predictor: predictor}); err != nil {
		t.Fatal(err)
	}
	content := b.Bytes()
	o := binary.LittleEndian // as the encoder writes
	at := o.Uint32(content[4:])
	for e := content[at+2:]; ; e = e[12:] {
		if o.Uint16(e) != tagExtra {
			continue
		}
		if kind < 0 {
			o.PutUint16(e, 340) // SMinSampleValue
		} else {
			o.PutUint16(e[8:], uint16(kind))
		}
		return content
	}
}

// The fourth sample of a page of colours is ignored where nothing says what it is.
func TestTIFFColoursWithAnUnknownSample(t *testing.T) {
	shade := func(x, y int) color.NRGBA {
		return color.NRGBA{uint8(x * 30), uint8(y * 40), uint8(200 - x), uint8(x * y)}
	}
	flat, deep := image.NewNRGBA(image.Rect(0, 0, 7, 5)), image.NewNRGBA64(image.Rect(0, 0, 7, 5))
	for y := range 5 {
		for x := range 7 {
			c := shade(x, y)
			flat.SetNRGBA(x, y, c)
			deep.SetNRGBA64(x, y, color.NRGBA64{uint16(c.R) * 257, uint16(c.G) * 257, uint16(c.B) * 257, uint16(c.A) * 257})
		}
	}
	for _, img := range []image.Image{flat, deep} {
		for _, kind := range []int{-1, 0} {
			for _, predictor := range []bool{false, true} {
				content := rgbx(t, img, kind, predictor)
				doc, err := openTIFF(bytes.Clone(content), 1000)
				if err != nil {
					t.Errorf("%T, kind %d: %v", img, kind, err)
					continue
				}
				got, err := doc.Draw(1, 300, true)
				if err != nil || got.Bounds() != img.Bounds() {
					t.Fatalf("%T, kind %d: %v", img, kind, err)
				}
				for y := range 5 {
					for x := range 7 {
						want := shade(x, y)
						want.A = 255
						if c := color.NRGBAModel.Convert(got.At(x, y)); c != want {
							t.Fatalf("%T, kind %d, differences %v: %v at %d,%d, want %v", img, kind, predictor, c, x, y, want)
						}
					}
				}
				if _, err := openTIFF(content, 34); err == nil {
					t.Error("35 pixels where 34 may be")
				}
			}
		}
	}
	for _, kind := range []int{1, 2} { // transparency stays
		doc, err := openTIFF(rgbx(t, flat, kind, false), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if img, err := doc.Draw(1, 300, true); err != nil || color.AlphaModel.Convert(img.At(3, 2)) != (color.Alpha{6}) {
			t.Errorf("kind %d: %v", kind, err)
		}
	}
}
