package pages

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"clinician/internal/core"
)

// A photo that was put on a page of metres is drawn with its own pixels, and not
// blown up to what paper of that size would have.
func TestPhotoOnALargePage(t *testing.T) {
	photo := stream("/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/Width 1200/Height 900/BitsPerComponent 8/Filter/FlateDecode", packed(1200*900, 200))
	on := func(w, h int, place string) core.PageSource {
		page := strings.Replace(onePicture, "[0 0 400 300]", fmt.Sprintf("[0 0 %d %d]", w, h), 1)
		return mustOpen(t, core.MIMEPDF, hostilePDF(page, stream("", []byte(place)), photo))
	}
	for name, c := range map[string]struct {
		src   core.PageSource
		width int
	}{
		"large":       {on(2400, 1800, "q 2400 0 0 1800 0 0 cm /X Do Q"), 1200},
		"turned":      {on(1800, 2400, "q 0 2400 -1800 0 1800 0 cm /X Do Q"), 900},
		"paper":       {on(400, 300, "q 400 0 0 300 0 0 cm /X Do Q"), 1667},
		"one of many": {on(1440, 1440, "q 400 0 0 300 0 0 cm /X Do Q"), 6000},
	} {
		img, err := c.src.Image(t.Context(), 1, core.ImageRequest{DPI: 300, Format: core.FormatGray})
		if err != nil || img.Width != c.width {
			t.Errorf("%s: %d pixels wide, want %d; %v", name, img.Width, c.width, err)
		}
	}
}

// noise3MB is what cannot be packed.
func noise3MB() []byte {
	b := make([]byte, 3<<20)
	r := rand.NewChaCha8([32]byte{1})
	r.Read(b)
	return b
}

func deflated(s string) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	io.WriteString(z, s)
	z.Close()
	return out.Bytes()
}

func packed(n int, b byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(bytes.Repeat([]byte{b}, n))
	z.Close()
	return out.Bytes()
}

// A scan whose picture cannot be decoded is not an empty page: it fails alone,
// with its reason. A page that is empty, or has text and a broken logo, can be read.
func TestDamagedPictures(t *testing.T) {
	const grey = "/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/Width 400/Height 300/BitsPerComponent 8"
	full := stream("", []byte("q 400 0 0 300 0 0 cm /X Do Q"))
	logo := stream("", []byte("q 40 0 0 30 300 200 cm /X Do Q BT /F 24 Tf 100 100 Td (Haemoglobin) Tj ET"))
	noise := bytes.Repeat([]byte("no picture "), 100)
	onForm := stream("/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 12 0 R>>>>", []byte("/X Do"))
	withFont := strings.Replace(onePicture, "/Resources<<", "/Resources<</Font<</F 6 0 R>>", 1)
	open := preparePDF(cached(), 100e6) // a worker for each would take the most of the time
	for name, c := range map[string]struct {
		page    string
		objects []string
		fails   bool
	}{
		"JPEG":        {onePicture, []string{full, stream(grey+"/Filter/DCTDecode", noise)}, true},
		"JPEG 2000":   {onePicture, []string{full, stream(grey+"/Filter/JPXDecode", noise)}, true},
		"JBIG2":       {onePicture, []string{full, stream(grey+"/Filter/JBIG2Decode", noise)}, true},
		"no zlib":     {onePicture, []string{full, stream(grey+"/Filter/FlateDecode", noise)}, true},
		"cut off":     {onePicture, []string{full, stream(grey+"/Filter/FlateDecode", packed(400*20, 255))}, true},
		"empty":       {onePicture, []string{full, stream(grey+"/Filter/FlateDecode", nil)}, true},
		"in a form":   {onePicture, []string{full, onForm, stream(grey+"/Filter/DCTDecode", noise)}, true},
		"turned page": {"/Rotate 90" + onePicture, []string{full, stream(grey+"/Filter/DCTDecode", noise)}, true},
		"text over it": {withFont, []string{stream("", []byte("q 400 0 0 280 0 0 cm /X Do Q BT /F 9 Tf 10 290 Td (Scanned at Wexmoor) Tj ET")),
			stream(grey+"/Filter/DCTDecode", noise)}, true},
		"missing":            {onePicture, []string{full}, true},
		"missing, packed":    {onePicture, []string{stream("/Filter/FlateDecode", deflated("q 400 0 0 300 0 0 cm /X Do Q"))}, true},
		"missing, in pieces": {strings.Replace(onePicture, "10 0 R", "[12 0 R 10 0 R]", 1), []string{full, "null", stream("", []byte("q Q % Do not\n"))}, true},
		"missing resources":  {"/MediaBox[0 0 400 300]/Contents 10 0 R", []string{full}, true},
		"missing, much else": {strings.Replace(onePicture, "<</X 11 0 R>>", "<</X 99 0 R/W 11 0 R>>", 1), []string{full, stream(grey, noise3MB())}, true},
		"one of two missing": {strings.Replace(onePicture, "<</X 11 0 R>>", "<</X 99 0 R/W 11 0 R>>", 1), []string{
			stream("", []byte("q 400 0 0 300 0 0 cm /X Do Q q 9 0 0 9 0 0 cm /W Do Q")), stream(grey+"/Filter/FlateDecode", packed(400*300, 255))}, true},
		"not drawn":    {onePicture, []string{stream("", []byte("q Q % /X Do\n(/X Do) pop <2F58> [/X] BX /Do EX"))}, false},
		"inline":       {"/MediaBox[0 0 400 300]/Contents 10 0 R", []string{stream("", []byte("q 400 0 0 300 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q"))}, false},
		"missing logo": {withFont, []string{stream("", []byte("q 40 0 0 30 300 200 cm /X Do Q BT /F 24 Tf 100 100 Td (Haemoglobin) Tj ET"))}, false},
		"white":        {onePicture, []string{full, stream(grey+"/Filter/FlateDecode", packed(400*300, 255))}, false},
		"black":        {onePicture, []string{full, stream(grey+"/Filter/FlateDecode", packed(400*300, 0))}, false},
		"logo":         {withFont, []string{logo, stream(grey+"/Filter/DCTDecode", noise)}, false},
		"no contents":  {"/MediaBox[0 0 400 300]", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := open(hostilePDF(c.page, c.objects...))
			if err != nil {
				t.Fatal(err)
			}
			defer doc.(*pdf).tidy(errPDFPage) // the next document needs its place
			page, textErr := doc.text(1)
			_, err = doc.draw(1, 150, false)
			if c.fails != (core.CodeOf(err) == core.CodeInvalid && core.MessageOf(err) == errPDFPicture.Message) || !c.fails && err != nil {
				t.Errorf("drawn: %v", err)
			}
			if c.fails && len(page.Words) > 0 {
				t.Errorf("read as %q, %v", page.Text, textErr)
			}
			if _, err := doc.draw(2, 72, false); err != nil {
				t.Errorf("the next page: %v", errors.Join(err, textErr))
			}
		})
	}
}

// A long document of pages with many objects does not pile up what is kept of them.
func TestHandlesAreGivenBack(t *testing.T) {
	d, err := preparePDF(cached(), 100e6)(hostilePDF(onePicture, stream("", bytes.Repeat([]byte("0 0 9 9 re f "), 2*mostObjects))))
	if err != nil {
		t.Fatal(err)
	}
	p := d.(*pdf)
	kept, most := 0, 0
	for range keepHandles/mostObjects + 5 {
		if _, err := p.draw(1, 10, false); err != nil {
			t.Fatal(err)
		}
		most = max(most, p.handles)
		if p.lib != nil {
			kept++
		}
	}
	if most > keepHandles || most < keepHandles-mostObjects || kept < keepHandles/mostObjects {
		t.Errorf("at most %d handles, the instance was kept %d times", most, kept)
	}
}
