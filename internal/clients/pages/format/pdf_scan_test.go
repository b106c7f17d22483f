package format

import (
	"bytes"
	"strings"
	"testing"

	"clinician/internal/clients/pages/format/formattest"
	"clinician/internal/core/raster"
)

// A page that is one JPEG and nothing else is taken as it is, or with fewer pixels for
// eyes; all others are left to PDFium. What is taken looks as PDFium draws it.
func TestScan(t *testing.T) {
	const head = "/Type/XObject/Subtype/Image/BitsPerComponent 8/Filter/DCTDecode"
	const grey = head + "/ColorSpace/DeviceGray/Width 400/Height 300"
	const place = "q 400 0 0 300 0 0 cm /X Do Q"
	one := formattest.JPEG(t, 400, 300, false)
	page := func(content, dictionary string, data []byte, more ...string) []byte {
		return formattest.PDF(formattest.OnePicture, append([]string{formattest.Stream("", []byte(content)), formattest.Stream(dictionary, data)}, more...)...)
	}
	mask := formattest.Stream("/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width 2/Height 2", []byte{255, 255, 0, 0})
	withFont := strings.Replace(formattest.OnePicture, "/Resources<<", "/Resources<</Font<</F 6 0 R>>", 1)
	state := strings.Replace(formattest.OnePicture, "/Resources<<", "/Resources<</ExtGState<</G <</ca 0.5>>>>", 1)
	layer := strings.Replace(formattest.OnePicture, "/Resources<<", "/Resources<</Properties<</L<</Type/OCG/Name(L)>>>>", 1)
	open := preparePDF(formattest.CacheDir(), 100e6)
	for name, c := range map[string]struct {
		pdf  []byte
		scan bool
	}{
		"grey":                {page(place, grey, one), true},
		"colour":              {page(place, head+"/ColorSpace/DeviceRGB/Width 400/Height 300", formattest.JPEG(t, 400, 300, true)), true},
		"filter in a list":    {page(place, strings.Replace(grey, "/DCTDecode", "[/DCTDecode]", 1), one), true},
		"two pixels less":     {page(place, strings.Replace(grey, "400", "399", 1), formattest.JPEG(t, 399, 300, false)), true},
		"other resolution":    {page(place, strings.Replace(grey, "400/Height 300", "800/Height 600", 1), formattest.JPEG(t, 800, 600, false)), true},
		"other shape":         {page(place, strings.Replace(grey, "400/Height 300", "800/Height 500", 1), formattest.JPEG(t, 800, 500, false)), false},
		"fewer pixels":        {page(place, strings.Replace(grey, "400/Height 300", "200/Height 150", 1), formattest.JPEG(t, 200, 150, false)), false},
		"part of the page":    {page("q 300 0 0 300 0 0 cm /X Do Q", grey, one), false},
		"on its head":         {page("q -400 0 0 -300 400 300 cm /X Do Q", grey, one), false},
		"mirrored":            {page("q -400 0 0 300 400 0 cm /X Do Q", grey, one), false},
		"clipped":             {page("q 0 0 200 300 re W n 400 0 0 300 0 0 cm /X Do Q", grey, one), false},
		"inverted":            {page(place, grey+"/Decode[1 0]", one), false},
		"name in disguise":    {page(place, grey+"/#44ecode[1 0]", one), false},
		"soft mask":           {page(place, grey+"/SMask 12 0 R", one, mask), false},
		"see-through":         {formattest.PDF(state, formattest.Stream("", []byte("/G gs "+place)), formattest.Stream(grey, one)), false},
		"part of a layer":     {formattest.PDF(layer, formattest.Stream("", []byte("/OC /L BDC "+place+" EMC")), formattest.Stream(grey, one)), false},
		"twice":               {page(place+" "+place, grey, one), false},
		"text on it":          {formattest.PDF(withFont, formattest.Stream("", []byte(place+" BT /F 24 Tf 100 100 Td (Haemoglobin) Tj ET")), formattest.Stream(grey, one)), false},
		"turned page":         {formattest.PDF(formattest.OnePicture+"/Rotate 180", formattest.Stream("", []byte(place)), formattest.Stream(grey, one)), false},
		"one colour of many":  {page(place, head+"/ColorSpace[/Indexed/DeviceRGB 1 <000000FFFFFF>]/Width 400/Height 300", one), false},
		"damaged":             {page(place, grey, one[:len(one)/2]), false},
		"no JPEG":             {page(place, grey, bytes.Repeat([]byte("no picture "), 100)), false},
		"the same data twice": {page(place, grey, one, formattest.Stream(grey, one)), false},
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
