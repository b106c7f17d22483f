package paper

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/tiff"

	"clinician/internal/core"
)

func letter() *Sheet {
	s := NewSheet()
	s.Text(60, 90, Style{Font: Bold, Size: 14}, "Wexmoor Pathology")
	y := s.Para(60, 130, 470, Style{Size: 11}, "Haemoglobin 82 g/L, creatinine 143 µmol/L, potassium 6.8 mmol/L. No evidence of pulmonary embolism; the lesion measures 1.4 × 0.9 cm.")
	s.Text(60, y+10, Style{Font: Mono, Size: 11}, "Neutrophils 0.42 LL 1.80 - 7.50")
	s.Text(60, 600, Style{Size: 11}, "Yours sincerely")
	return s
}

// coarse is a profile at a resolution that keeps tests short.
func coarse(name string) Profile {
	p := Named(name)
	p.DPI = 80
	return p
}

// Every word's box must sit on ink, whatever was done to the page: some of it
// dark, most of it paper.
func TestWordsStayOnTheirInk(t *testing.T) {
	for _, name := range ProfileNames() {
		t.Run(name, func(t *testing.T) {
			img := Scan([]*Sheet{letter()}, coarse(name), 3)[0]
			if len(img.Words) < 40 {
				t.Fatalf("only %d words tracked", len(img.Words))
			}
			for _, w := range img.Words {
				dark, lo, hi := 0, uint8(255), uint8(0)
				var box []uint8
				for y := w.Box.Y; y < w.Box.Y+w.Box.H; y++ {
					box = append(box, img.Pix[y*img.Stride+w.Box.X:y*img.Stride+w.Box.X+w.Box.W]...)
				}
				for _, v := range box {
					lo, hi = min(lo, v), max(hi, v)
				}
				for _, v := range box {
					if int(v) < (int(lo)+int(hi))/2 {
						dark++
					}
				}
				if hi-lo < 60 {
					t.Errorf("%q at %+v: no ink, greys %d to %d", w.Text, w.Box, lo, hi)
				}
				if share := float64(dark) / float64(w.Box.W*w.Box.H); share < 0.02 || share > 0.8 {
					t.Errorf("%q at %+v: %.2f of the box is ink", w.Text, w.Box, share)
				}
			}
		})
	}
}

func TestDegradationsDiffer(t *testing.T) {
	seen := map[[32]byte]string{}
	for _, name := range ProfileNames() {
		sum := sha256.Sum256(Scan([]*Sheet{letter()}, coarse(name), 1)[0].Pix)
		if other, ok := seen[sum]; ok {
			t.Errorf("%s looks like %s", name, other)
		}
		seen[sum] = name
	}
	turned := Scan([]*Sheet{letter()}, coarse("rotated"), 1)[0]
	if turned.Rect.Dx() <= turned.Rect.Dy() {
		t.Errorf("a page turned by 90° is %v", turned.Rect)
	}
	fax := Scan([]*Sheet{letter()}, coarse("fax"), 1)[0]
	for _, v := range fax.Pix {
		if v != 0 && v != 255 {
			t.Fatalf("a fax has a grey of %d", v)
		}
	}
}

func TestSamePaperTwice(t *testing.T) {
	options := PDFOptions{Title: "t", Created: time.Unix(1e9, 0)}
	pages := []*Sheet{letter(), NewSheet(), letter(), NewSheet()}
	for _, name := range []string{"clean", "phone", "fax"} {
		a, err := PDF(Scan(pages, coarse(name), 9), options)
		if err != nil {
			t.Fatal(err)
		}
		b, err := PDF(Scan(pages, coarse(name), 9), options)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s: the same pages gave different files", name)
		}
	}
	a, err := TextPDF([]*Sheet{letter()}, options)
	if err != nil {
		t.Fatal(err)
	}
	b, err := TextPDF([]*Sheet{letter()}, options)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("the same sheet gave different text PDFs")
	}
}

func TestScannedPDF(t *testing.T) {
	data, err := ScannedPDF([]string{"First page", "Second page\nwith two lines", ""}, ScanOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(data, []byte("%PDF-")) {
		t.Errorf("starts with %q", data[:8])
	}
	if n := bytes.Count(data, []byte("/Type /Page ")); n != 3 {
		t.Errorf("%d pages, want 3", n)
	}
	if bytes.Contains(data, []byte("/BaseFont")) {
		t.Error("a scan has a font: it would have a text layer")
	}
	images := ScanText([]string{"First page", ""}, ScanOptions{})
	if got := text(images[0].Words); got != Mark+" First page "+Mark {
		t.Errorf("words are %q", got)
	}
	if len(images[1].Words) != 0 {
		t.Errorf("the blank side has words: %q", text(images[1].Words))
	}
}

func text(words []Word) string {
	var all []string
	for _, w := range words {
		all = append(all, w.Text)
	}
	return strings.Join(all, " ")
}

func TestPlainTextKeepsRows(t *testing.T) {
	s := NewSheet()
	s.Right(500, 200, Style{Size: 10}, "right end")
	s.Text(60, 200, Style{Size: 10}, "left  end")
	s.Stamp(300, 200, 12, 10, "STAMP")
	want := Mark + "\nleft end right end\n" + Mark + "\n"
	if got := s.PlainText(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestZeroHasNoSlash(t *testing.T) {
	for _, f := range []Font{Regular, Bold, Italic, Mono} {
		g := newFace(f, 40).glyph('0')
		if g.w < 10 || g.h < 20 {
			t.Fatalf("font %d: a zero of %d×%d pixels", f, g.w, g.h)
		}
		if ink := g.mask[g.h/2*g.w+g.w/2]; ink > 40 {
			t.Errorf("font %d: ink %d in the middle of a zero", f, ink)
		}
		if ink := slices.Max(g.mask[g.h/2*g.w : (g.h/2+1)*g.w]); ink < 200 {
			t.Errorf("font %d: no stem, darkest is %d", f, ink)
		}
	}
}

func TestEncodersGiveWhatDecodersRead(t *testing.T) {
	for _, name := range []string{"light", "fax"} {
		img := Scan([]*Sheet{letter()}, coarse(name), 5)[0]
		j, err := JPEG(img)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := jpeg.DecodeConfig(bytes.NewReader(j)); err != nil || c.Width != img.Rect.Dx() {
			t.Errorf("%s: JPEG %v, %v", name, c, err)
		}
		p, err := PNG(img)
		if err != nil {
			t.Fatal(err)
		}
		back, err := png.Decode(bytes.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		samePixels(t, name+" PNG", img.Gray, back)
	}
}

func TestTIFFFrames(t *testing.T) {
	pages := append(Scan([]*Sheet{letter(), letter()}, coarse("fax"), 5), Scan([]*Sheet{letter()}, coarse("light"), 5)...)
	data, err := TIFF(pages)
	if err != nil {
		t.Fatal(err)
	}
	frames := 0
	for at := binary.LittleEndian.Uint32(data[4:]); at != 0; frames++ {
		one := bytes.Clone(data) // x/image/tiff reads the first directory only
		binary.LittleEndian.PutUint32(one[4:], at)
		img, err := tiff.Decode(bytes.NewReader(one))
		if err != nil {
			t.Fatalf("frame %d: %v", frames, err)
		}
		samePixels(t, fmt.Sprint("frame ", frames), pages[frames].Gray, img)
		fields := int(binary.LittleEndian.Uint16(data[at:]))
		at = binary.LittleEndian.Uint32(data[int(at)+2+12*fields:])
	}
	if frames != 3 {
		t.Errorf("%d frames, want 3", frames)
	}
	if _, err := TIFF(nil); err == nil {
		t.Error("a TIFF without pages was made")
	}
}

func samePixels(t *testing.T, what string, want *image.Gray, got image.Image) {
	t.Helper()
	if got.Bounds().Size() != want.Rect.Size() {
		t.Fatalf("%s: size %v, want %v", what, got.Bounds().Size(), want.Rect.Size())
	}
	for y := 0; y < want.Rect.Dy(); y += 7 {
		for x := 0; x < want.Rect.Dx(); x += 3 {
			r, _, _, _ := got.At(x, y).RGBA()
			if uint8(r>>8) != want.GrayAt(x, y).Y {
				t.Fatalf("%s: pixel %d,%d is %d, want %d", what, x, y, r>>8, want.GrayAt(x, y).Y)
			}
		}
	}
}

func TestMappingThereAndBack(t *testing.T) {
	m := newMapping(quad{{10, 20}, {210, 5}, {230, 310}, {0, 290}}, 200, 300)
	for _, c := range [][4]float64{{0, 0, 10, 20}, {200, 0, 210, 5}, {200, 300, 230, 310}, {0, 300, 0, 290}} {
		x, y := project(&m.there, c[0], c[1])
		if abs(x-c[2]) > 1e-6 || abs(y-c[3]) > 1e-6 {
			t.Errorf("%v,%v lands on %v,%v", c[0], c[1], x, y)
		}
	}
	x, y := project(&m.there, 77, 123)
	if u, v := project(&m.back, x, y); abs(u-77) > 1e-6 || abs(v-123) > 1e-6 {
		t.Errorf("there and back gives %v,%v", u, v)
	}
	if got := (boxF{-5, -5, 10.2, 10}).clip(image.Rect(0, 0, 10, 10)); got != (core.Box{W: 10, H: 10}) {
		t.Errorf("clipped to %+v", got)
	}
}

func abs(v float64) float64 { return max(v, -v) }

func BenchmarkScan(b *testing.B) {
	for _, name := range []string{"clean", "light", "fax", "phone"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := PDF(Scan([]*Sheet{letter()}, Named(name), 1), PDFOptions{Created: time.Unix(0, 0)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
