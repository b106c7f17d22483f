package pages

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"

	"clinician/internal/core/raster"
)

// jpegOf draws a shaded picture with a black bar at its top left.
func jpegOf(t *testing.T, w, h int, coloured bool) []byte {
	t.Helper()
	grey, rgb := image.NewGray(image.Rect(0, 0, w, h)), image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := uint8(255 - 60*x/w)
			if x > 20 && x < 90 && y > 20 && y < 40 {
				v = 0
			}
			grey.SetGray(x, y, color.Gray{Y: v})
			rgb.SetRGBA(x, y, color.RGBA{R: v, G: v, B: v / 2, A: 255})
		}
	}
	var b bytes.Buffer
	var err error
	if coloured {
		err = jpeg.Encode(&b, rgb, nil)
	} else {
		err = jpeg.Encode(&b, grey, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A page that is one JPEG and nothing else is taken as it is; all others are
// left to PDFium. What is taken looks as PDFium draws it.
func TestScan(t *testing.T) {
	const head = "/Type/XObject/Subtype/Image/BitsPerComponent 8/Filter/DCTDecode"
	const grey = head + "/ColorSpace/DeviceGray/Width 400/Height 300"
	const place = "q 400 0 0 300 0 0 cm /X Do Q"
	one := jpegOf(t, 400, 300, false)
	page := func(content, dictionary string, data []byte, more ...string) []byte {
		return hostilePDF(onePicture, append([]string{stream("", []byte(content)), stream(dictionary, data)}, more...)...)
	}
	mask := stream("/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width 2/Height 2", []byte{255, 255, 0, 0})
	withFont := strings.Replace(onePicture, "/Resources<<", "/Resources<</Font<</F 6 0 R>>", 1)
	state := strings.Replace(onePicture, "/Resources<<", "/Resources<</ExtGState<</G <</ca 0.5>>>>", 1)
	layer := strings.Replace(onePicture, "/Resources<<", "/Resources<</Properties<</L<</Type/OCG/Name(L)>>>>", 1)
	open := preparePDF(cached(), 100e6)
	for name, c := range map[string]struct {
		pdf  []byte
		scan bool
	}{
		"grey":                {page(place, grey, one), true},
		"colour":              {page(place, head+"/ColorSpace/DeviceRGB/Width 400/Height 300", jpegOf(t, 400, 300, true)), true},
		"filter in a list":    {page(place, strings.Replace(grey, "/DCTDecode", "[/DCTDecode]", 1), one), true},
		"two pixels less":     {page(place, strings.Replace(grey, "400", "399", 1), jpegOf(t, 399, 300, false)), true},
		"other resolution":    {page(place, strings.Replace(grey, "400/Height 300", "800/Height 600", 1), jpegOf(t, 800, 600, false)), false},
		"part of the page":    {page("q 300 0 0 300 0 0 cm /X Do Q", grey, one), false},
		"on its head":         {page("q -400 0 0 -300 400 300 cm /X Do Q", grey, one), false},
		"mirrored":            {page("q -400 0 0 300 400 0 cm /X Do Q", grey, one), false},
		"clipped":             {page("q 0 0 200 300 re W n 400 0 0 300 0 0 cm /X Do Q", grey, one), false},
		"inverted":            {page(place, grey+"/Decode[1 0]", one), false},
		"name in disguise":    {page(place, grey+"/#44ecode[1 0]", one), false},
		"soft mask":           {page(place, grey+"/SMask 12 0 R", one, mask), false},
		"see-through":         {hostilePDF(state, stream("", []byte("/G gs "+place)), stream(grey, one)), false},
		"part of a layer":     {hostilePDF(layer, stream("", []byte("/OC /L BDC "+place+" EMC")), stream(grey, one)), false},
		"twice":               {page(place+" "+place, grey, one), false},
		"text on it":          {hostilePDF(withFont, stream("", []byte(place+" BT /F 24 Tf 100 100 Td (Haemoglobin) Tj ET")), stream(grey, one)), false},
		"turned page":         {hostilePDF(onePicture+"/Rotate 180", stream("", []byte(place)), stream(grey, one)), false},
		"one colour of many":  {page(place, head+"/ColorSpace[/Indexed/DeviceRGB 1 <000000FFFFFF>]/Width 400/Height 300", one), false},
		"damaged":             {page(place, grey, one[:len(one)/2]), false},
		"no JPEG":             {page(place, grey, bytes.Repeat([]byte("no picture "), 100)), false},
		"the same data twice": {page(place, grey, one, stream(grey, one)), false},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := open(c.pdf)
			if err != nil {
				t.Fatal(err)
			}
			p := doc.(*pdf)
			defer p.tidy(errPDFPage) // the next document needs its place
			g := p.scan(1, 72)
			if got := g != nil; got != c.scan {
				t.Fatalf("taken as it is: %v, want %v", got, c.scan)
			}
			if g == nil {
				return
			}
			if len(g.Pix) != g.W*g.H {
				t.Errorf("%d pixels for %d×%d", len(g.Pix), g.W, g.H)
			}
			img, _, err := p.render(1, 72, false)
			if err != nil {
				t.Fatal(err)
			}
			drawn, off := raster.FromImage(img), 0
			for y := range g.H {
				for x := range g.W {
					if d := int(g.Pix[y*g.W+x]) - int(drawn.Pix[y*drawn.W+x]); d > 12 || d < -12 {
						off++
					}
				}
			}
			if 200*off > g.W*g.H {
				t.Errorf("%d of %d pixels are not as PDFium draws them", off, g.W*g.H)
			}
		})
	}
}
