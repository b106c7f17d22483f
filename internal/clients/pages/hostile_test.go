package pages

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"clinician/internal/clients/pages/format/formattest"
	"clinician/internal/core"
)

// zeros packs n MB of zero bytes twice, a million into one.
func zeros(n int) []byte {
	var piece, once bytes.Buffer
	w, err := flate.NewWriter(&piece, flate.BestCompression)
	if err != nil {
		panic(err)
	}
	w.Write(make([]byte, 1<<20))
	w.Flush() // what follows stands for itself, so the piece can be repeated
	once.WriteString("\x78\xda")
	once.Write(bytes.Repeat(piece.Bytes(), n))
	once.WriteString("\x03\x00")
	binary.Write(&once, binary.BigEndian, uint32(n<<20%65521)<<16|1)
	var twice bytes.Buffer
	z := zlib.NewWriter(&twice)
	z.Write(once.Bytes())
	z.Close()
	return twice.Bytes()
}

// jbig2 is a picture of side×side pixels in 12 kB.
func jbig2(side uint32) []byte {
	be := binary.BigEndian
	page := be.AppendUint32(be.AppendUint32(nil, side), side)
	page = append(page, make([]byte, 11)...)
	region := be.AppendUint32(be.AppendUint32(nil, side), side)
	region = append(region, make([]byte, 9)...)
	region = append(region, 0, 3, 0xff, 0xfd, 0xff, 2, 0xfe, 0xfe, 0xfe)
	region = append(region, make([]byte, 12000)...)
	segment := func(number uint32, kind byte, data []byte) []byte {
		head := append(be.AppendUint32(nil, number), kind, 0, 1)
		return append(be.AppendUint32(head, uint32(len(data))), data...)
	}
	return append(segment(0, 48, page), segment(1, 38, region)...)
}

// laughs is a form that draws a form ten times, and so on.
func laughs(depth int) []string {
	objects := []string{formattest.Stream("", []byte("/X Do"))}
	for i := range depth {
		objects = append(objects, formattest.Stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 400 300]/Resources<</XObject<</X %d 0 R>>>>", 12+i),
			[]byte(strings.Repeat("/X Do ", 10))))
	}
	return append(objects, formattest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 400 300]", []byte("0 0 9 9 re f")))
}

// A page made to do harm fails alone, or comes out harmless; the worker stays
// within its bounds, and the next page can be read.
func TestHostilePages(t *testing.T) {
	picture := "/Type/XObject/Subtype/Image/ColorSpace/DeviceGray"
	show := formattest.Stream("", []byte("q 400 0 0 300 0 0 cm /X Do Q"))
	for name, c := range map[string]struct {
		pdf   []byte
		fails bool
	}{
		"JBIG2 of two thousand million pixels": {formattest.PDF(formattest.OnePicture, show,
			formattest.Stream(picture+"/Width 46000/Height 46000/BitsPerComponent 1/Filter/JBIG2Decode", jbig2(46000))), true},
		"page of 139 km": {formattest.PDF("/MediaBox[0 0 400000000 400000000]"), true},
		"content of 3 GB": {formattest.PDF("/MediaBox[0 0 400 300]/Contents 10 0 R",
			formattest.Stream("/Filter[/FlateDecode/FlateDecode]", zeros(3000))), false},
		"picture of 900 million pixels": {formattest.PDF(formattest.OnePicture, show,
			formattest.Stream(picture+"/Width 30000/Height 30000/BitsPerComponent 8/Filter[/FlateDecode/FlateDecode]", zeros(860))), false},
		"forms in forms":         {formattest.PDF(formattest.OnePicture, laughs(12)...), false},
		"form that draws itself": {formattest.PDF(formattest.OnePicture, show, formattest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 11 0 R>>>>", []byte("/X Do"))), false},
	} {
		t.Run(name, func(t *testing.T) {
			src := mustOpen(t, core.MIMEPDF, c.pdf).(*source)
			src.timeout = 5 * time.Second
			_, err := src.Image(t.Context(), 1, core.ImageRequest{DPI: 300, ForOCR: true})
			if err != nil && core.CodeOf(err) != core.CodeInvalid && core.CodeOf(err) != core.CodeUnavailable || err == nil && c.fails {
				t.Errorf("page 1: %v", err)
			}
			if peak, most := highWater(t, src.worker.PID()), int64(dataLimit+100<<20); peak > most {
				t.Errorf("the worker took %d MB", peak>>20)
			}
			if src.gone() {
				src = mustOpen(t, core.MIMEPDF, c.pdf).(*source)
			}
			img, err := src.Image(t.Context(), 2, core.ImageRequest{DPI: 72, ForOCR: true})
			if err != nil || !bytes.Contains(img.Data, []byte{0}) {
				t.Errorf("page 2: %d bytes, %v", len(img.Data), err)
			}
		})
	}
}

// highWater is the most memory a process had, in bytes; a process that was
// killed leaves nothing to look at and counts 0.
func highWater(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	f := strings.Fields(rest)
	if len(f) == 0 {
		return 0
	}
	kb, err := strconv.ParseInt(f[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

func TestHostileDocuments(t *testing.T) {
	tree := func(root string) []byte {
		return []byte("%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj" + root + "endobj\n" +
			"3 0 obj<</Type/Pages/Parent 2 0 R/Kids[2 0 R 3 0 R]/Count 5>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	}
	for name, c := range map[string]struct {
		mime    string
		content []byte
		want    string
	}{
		"page tree that is its own child": {core.MIMEPDF, tree("<</Type/Pages/Kids[3 0 R]/Count 5>>"), ""},
		"two thousand million pages":      {core.MIMEPDF, tree("<</Type/Pages/Kids[3 0 R]/Count 2000000000>>"), ""},
		"catalogue that is its own tree":  {core.MIMEPDF, []byte("%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 3>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"), ""},
		"PNG of 3600 million pixels":      {core.MIMEPNG, bombPNG(), "at most 100 million pixels"},
	} {
		t.Run(name, func(t *testing.T) {
			src, err := open(t, c.mime, c.content)
			if err == nil { // then its pages are not there
				_, err = src.Image(t.Context(), src.Count(), core.ImageRequest{DPI: 72})
			}
			if core.CodeOf(err) != core.CodeInvalid || !strings.Contains(core.MessageOf(err), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

// A photo that was put on a page of metres is drawn with its own pixels, and not
// blown up to what paper of that size would have.
func TestPhotoOnALargePage(t *testing.T) {
	photo := formattest.Stream("/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/Width 1200/Height 900/BitsPerComponent 8/Filter/FlateDecode", formattest.Packed(1200*900, 200))
	on := func(w, h int, place string) core.PageSource {
		page := strings.Replace(formattest.OnePicture, "[0 0 400 300]", fmt.Sprintf("[0 0 %d %d]", w, h), 1)
		return mustOpen(t, core.MIMEPDF, formattest.PDF(page, formattest.Stream("", []byte(place)), photo))
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
