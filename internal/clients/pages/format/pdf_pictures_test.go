package format

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"clinician/internal/clients/pages/format/formattest"
	"clinician/internal/core"
)

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

// A scan whose picture cannot be decoded is not an empty page: it fails alone,
// with its reason. A page that is empty, or has text and a broken logo, can be read.
func TestDamagedPictures(t *testing.T) {
	const grey = "/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/Width 400/Height 300/BitsPerComponent 8"
	full := formattest.Stream("", []byte("q 400 0 0 300 0 0 cm /X Do Q"))
	logo := formattest.Stream("", []byte("q 40 0 0 30 300 200 cm /X Do Q BT /F 24 Tf 100 100 Td (Haemoglobin) Tj ET"))
	noise := bytes.Repeat([]byte("no picture "), 100)
	onForm := formattest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 12 0 R>>>>", []byte("/X Do"))
	withFont := strings.Replace(formattest.OnePicture, "/Resources<<", "/Resources<</Font<</F 6 0 R>>", 1)
	open := preparePDF(formattest.CacheDir(), 100e6) // a worker for each would take the most of the time
	for name, c := range map[string]struct {
		page    string
		objects []string
		fails   bool
	}{
		"JPEG":        {formattest.OnePicture, []string{full, formattest.Stream(grey+"/Filter/DCTDecode", noise)}, true},
		"JPEG 2000":   {formattest.OnePicture, []string{full, formattest.Stream(grey+"/Filter/JPXDecode", noise)}, true},
		"JBIG2":       {formattest.OnePicture, []string{full, formattest.Stream(grey+"/Filter/JBIG2Decode", noise)}, true},
		"no zlib":     {formattest.OnePicture, []string{full, formattest.Stream(grey+"/Filter/FlateDecode", noise)}, true},
		"cut off":     {formattest.OnePicture, []string{full, formattest.Stream(grey+"/Filter/FlateDecode", formattest.Packed(400*20, 255))}, true},
		"empty":       {formattest.OnePicture, []string{full, formattest.Stream(grey+"/Filter/FlateDecode", nil)}, true},
		"in a form":   {formattest.OnePicture, []string{full, onForm, formattest.Stream(grey+"/Filter/DCTDecode", noise)}, true},
		"turned page": {"/Rotate 90" + formattest.OnePicture, []string{full, formattest.Stream(grey+"/Filter/DCTDecode", noise)}, true},
		"text over it": {withFont, []string{formattest.Stream("", []byte("q 400 0 0 280 0 0 cm /X Do Q BT /F 9 Tf 10 290 Td (Scanned at Wexmoor) Tj ET")),
			formattest.Stream(grey+"/Filter/DCTDecode", noise)}, true},
		"missing":            {formattest.OnePicture, []string{full}, true},
		"missing, packed":    {formattest.OnePicture, []string{formattest.Stream("/Filter/FlateDecode", deflated("q 400 0 0 300 0 0 cm /X Do Q"))}, true},
		"missing, in pieces": {strings.Replace(formattest.OnePicture, "10 0 R", "[12 0 R 10 0 R]", 1), []string{full, "null", formattest.Stream("", []byte("q Q % Do not\n"))}, true},
		"missing resources":  {"/MediaBox[0 0 400 300]/Contents 10 0 R", []string{full}, true},
		"missing, much else": {strings.Replace(formattest.OnePicture, "<</X 11 0 R>>", "<</X 99 0 R/W 11 0 R>>", 1), []string{full, formattest.Stream(grey, noise3MB())}, true},
		"one of two missing": {strings.Replace(formattest.OnePicture, "<</X 11 0 R>>", "<</X 99 0 R/W 11 0 R>>", 1), []string{
			formattest.Stream("", []byte("q 400 0 0 300 0 0 cm /X Do Q q 9 0 0 9 0 0 cm /W Do Q")), formattest.Stream(grey+"/Filter/FlateDecode", formattest.Packed(400*300, 255))}, true},
		"not drawn":    {formattest.OnePicture, []string{formattest.Stream("", []byte("q Q % /X Do\n(/X Do) pop <2F58> [/X] BX /Do EX"))}, false},
		"inline":       {"/MediaBox[0 0 400 300]/Contents 10 0 R", []string{formattest.Stream("", []byte("q 400 0 0 300 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q"))}, false},
		"missing logo": {withFont, []string{formattest.Stream("", []byte("q 40 0 0 30 300 200 cm /X Do Q BT /F 24 Tf 100 100 Td (Haemoglobin) Tj ET"))}, false},
		"white":        {formattest.OnePicture, []string{full, formattest.Stream(grey+"/Filter/FlateDecode", formattest.Packed(400*300, 255))}, false},
		"black":        {formattest.OnePicture, []string{full, formattest.Stream(grey+"/Filter/FlateDecode", formattest.Packed(400*300, 0))}, false},
		"logo":         {withFont, []string{logo, formattest.Stream(grey+"/Filter/DCTDecode", noise)}, false},
		"no contents":  {"/MediaBox[0 0 400 300]", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := open(formattest.PDF(c.page, c.objects...))
			if err != nil {
				t.Fatal(err)
			}
			defer doc.(*pdf).tidy(errPDFPage) // the next document needs its place
			page, textErr := doc.Text(1)
			_, err = doc.Draw(1, 150, false)
			if c.fails != (core.CodeOf(err) == core.CodeInvalid && core.MessageOf(err) == errPDFPicture.Message) || !c.fails && err != nil {
				t.Errorf("drawn: %v", err)
			}
			if c.fails && len(page.Words) > 0 && len(page.Unread) == 0 {
				t.Errorf("read as %q and nothing is missing, %v", page.Text, textErr)
			}
			if _, err := doc.Draw(2, 72, false); err != nil {
				t.Errorf("the next page: %v", errors.Join(err, textErr))
			}
		})
	}
}

// A long document of pages with many objects does not pile up what is kept of them.
func TestHandlesAreGivenBack(t *testing.T) {
	d, err := preparePDF(formattest.CacheDir(), 100e6)(formattest.PDF(formattest.OnePicture, formattest.Stream("", bytes.Repeat([]byte("0 0 9 9 re f "), 2*mostObjects))))
	if err != nil {
		t.Fatal(err)
	}
	p := d.(*pdf)
	kept, most := 0, 0
	for range keepHandles/mostObjects + 5 {
		if _, err := p.Draw(1, 10, false); err != nil {
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
