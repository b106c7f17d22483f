// Package formattest makes PDFs for tests that real programs would not write.
package formattest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// CacheDir keeps compiled PDFium between tests and runs.
func CacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "clinician-test", "pdfium")
}

// PDF has a first page made of the objects from 10 on, and a second one
// in good order. It has no cross-reference table.
func PDF(page string, objects ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
		"2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R" + page + ">>endobj\n" +
		"4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]/Contents 5 0 R/Resources<</Font<</F 6 0 R>>>>>>endobj\n" +
		"5 0 obj<</Length 44>>stream\nBT /F 24 Tf 100 100 Td (Haemoglobin) Tj ET  \nendstream endobj\n" +
		"6 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj%s endobj\n", 10+i, o)
	}
	b.WriteString("trailer<</Root 1 0 R>>\n%%EOF\n")
	return []byte(b.String())
}

// OnePicture is a page that shows the object 11 as its contents, 10, say.
const OnePicture = "/MediaBox[0 0 400 300]/Contents 10 0 R/Resources<</XObject<</X 11 0 R>>>>"

// Stream is an object with content.
func Stream(dictionary string, content []byte) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", dictionary, len(content), content)
}

// Packed is n bytes b, as FlateDecode takes them.
func Packed(n int, b byte) []byte { return deflated(bytes.Repeat([]byte{b}, n)) }

func deflated(b []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// JPEG draws a shaded picture with a black bar at its top left.
func JPEG(t testing.TB, w, h int, coloured bool) []byte {
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
