package tesseract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func installed(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract is not installed: apt-get install tesseract-ocr")
	}
}

// printed draws lines of text black on white.
func printed(t *testing.T, lines ...string) core.PageImage {
	t.Helper()
	pen := newPen(t, 1201, 121+100*len(lines), 50)
	for i, l := range lines {
		pen.write(80, 120+100*i, l)
	}
	return pen.page()
}

type pen struct {
	font.Drawer
	img *image.Gray
}

// newPen writes on a white page, in letters of so many pixels to the em.
func newPen(t *testing.T, w, h int, em float64) pen {
	t.Helper()
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: em, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	return pen{font.Drawer{Dst: img, Src: image.NewUniform(color.Black), Face: face}, img}
}

func (p pen) write(x, y int, text string) {
	p.Dot = fixed.P(x, y)
	p.DrawString(text)
}

func (p pen) page() core.PageImage {
	return core.PageImage{Data: p.img.Pix, Format: core.FormatGray, Width: p.img.Rect.Dx(), Height: p.img.Rect.Dy()}
}

// asPNG is the same picture as a file.
func asPNG(t *testing.T, p core.PageImage) core.PageImage {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, &image.Gray{Pix: p.Data, Stride: p.Width, Rect: image.Rect(0, 0, p.Width, p.Height)}); err != nil {
		t.Fatal(err)
	}
	p.Data, p.Format = b.Bytes(), "png"
	return p
}

func TestReadPage(t *testing.T) {
	installed(t)
	words, err := New(Options{}).ReadPage(t.Context(), printed(t, "Creatinine 88 umol/l", "Sodium 139"), core.ReadRequest{Language: "eng"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range words {
		got = append(got, w.Text)
		if w.Confidence == nil || *w.Confidence < 50 || w.Box.W <= 0 || w.Box.H <= 0 {
			t.Errorf("word %+v", w)
		}
	}
	if text := strings.Join(got, " "); text != "Creatinine 88 umol/l Sodium 139" {
		t.Fatalf("read %q", text)
	}
	if words[0].Line != 1 || words[3].Line != 2 {
		t.Errorf("lines %d and %d, want 1 and 2", words[0].Line, words[3].Line)
	}
	if x := words[0].Box.X; x < 70 || x > 95 {
		t.Errorf("the first word begins at %d, was printed at 80", x)
	}
}

// A column that stands far from the rest is read also where letters are few
// pixels tall. With a resolution named that is too high for them, the program
// leaves such a column out.
func TestFarColumnOfNarrowPage(t *testing.T) {
	installed(t)
	pen := newPen(t, 616, 1240, 20)
	for i, l := range []string{"NORTHSIDE LABORATORY", "12 Mill Road, Springfield", "Tel: 555 0100"} {
		pen.write(120, 60+30*i, l)
	}
	names := []string{"Sodium", "Potassium", "Chloride", "Urea", "Creatinine", "Glucose", "Calcium", "Albumin"}
	results := []string{"138", "4.1", "101", "5.2", "81", "5.5", "2.31", "41"}
	for i := range names {
		pen.write(30, 200+28*i, names[i])
		pen.write(500, 200+28*i, results[i])
	}
	words, err := New(Options{}).ReadPage(t.Context(), pen.page(), core.ReadRequest{Segmentation: core.SegmentColumn})
	if err != nil {
		t.Fatal(err)
	}
	var far []string
	for _, w := range words {
		if w.Box.X > 450 {
			far = append(far, w.Text)
		}
	}
	if len(far) != len(results) { // what such small letters are read as is another matter
		t.Errorf("the column of results is read as %q, want %q", far, results)
	}
}

// Bare pixels and a file of them are read alike.
func TestFormats(t *testing.T) {
	installed(t)
	e := New(Options{})
	page := printed(t, "Potassium 4.1 mmol/l", "Urea 5.5")
	pixels, err := e.ReadPage(t.Context(), page, core.ReadRequest{})
	if err != nil {
		t.Fatal(err)
	}
	file, err := e.ReadPage(t.Context(), asPNG(t, page), core.ReadRequest{})
	if err != nil || len(file) < 4 {
		t.Fatal(len(file), err)
	}
	if !reflect.DeepEqual(pixels, file) {
		t.Errorf("pixels:\n%+v\nfile:\n%+v", pixels, file)
	}
}

func TestInfo(t *testing.T) {
	installed(t)
	info, err := New(Options{}).Info(t.Context())
	if err != nil || info.Name != "tesseract" || info.Version == "" || len(info.Languages) == 0 {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestLanguageThatIsNotInstalled(t *testing.T) {
	installed(t)
	_, err := New(Options{}).ReadPage(t.Context(), core.PageImage{}, core.ReadRequest{Language: "eng+xyz"})
	if core.CodeOf(err) != core.CodeInvalid || !strings.Contains(core.MessageOf(err), `"xyz" is not installed`) || !strings.Contains(core.MessageOf(err), "eng") {
		t.Errorf("%v", err)
	}
}

func TestBrokenPicture(t *testing.T) {
	installed(t)
	_, err := New(Options{}).ReadPage(t.Context(), core.PageImage{Data: []byte("no picture")}, core.ReadRequest{Language: "eng"})
	if core.CodeOf(err) != core.CodeInternal {
		t.Errorf("%v", err)
	}
}

// The program takes what it does not know for a list of files to read.
func TestPixelsOfAnotherSize(t *testing.T) {
	installed(t)
	page := printed(t, "Sodium 139")
	page.Height++
	_, err := New(Options{}).ReadPage(t.Context(), page, core.ReadRequest{Language: "eng"})
	if core.CodeOf(err) != core.CodeInternal || !strings.Contains(fmt.Sprint(errors.Unwrap(err)), "pixels") {
		t.Errorf("%v", err)
	}
}

func TestMissingProgramIsNoticedWhenInstalled(t *testing.T) {
	now := time.Unix(1000, 0)
	program := filepath.Join(t.TempDir(), "tesseract")
	e := New(Options{Program: program, Clock: func() time.Time { return now }})
	for range 2 {
		_, err := e.Info(t.Context())
		if core.CodeOf(err) != core.CodeEngineMissing || !strings.Contains(core.MessageOf(err), "apt-get install tesseract-ocr") {
			t.Fatalf("%v", err)
		}
	}
	script := "#!/bin/sh\nprintf 'tesseract 9.9.9\\n lib 1\\nList of languages (3):\\neng\\nosd\\ndeu\\n'\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Info(t.Context()); err == nil {
		t.Error("the answer was not kept")
	}
	now = now.Add(infoAge + time.Second)
	info, err := e.Info(t.Context())
	if err != nil || info.Version != "9.9.9" || strings.Join(info.Languages, " ") != "deu eng" {
		t.Errorf("%+v, %v", info, err)
	}
}

// Ending the context kills the program and what it started.
func TestCancelKills(t *testing.T) {
	program := filepath.Join(t.TempDir(), "slow")
	script := "#!/bin/sh\ncase $1 in --version) printf 'tesseract 9\\nList (1):\\neng\\n';; *) sleep 600 & wait;; esac\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	e := New(Options{Program: program})
	if _, err := e.Info(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := e.ReadPage(ctx, core.PageImage{}, core.ReadRequest{Language: "eng"})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if d := time.Since(began); d > 1500*time.Millisecond { // the sleeper holds stdout: only killing it ends the wait early
		t.Errorf("killing took %v", d)
	}
}

const sample = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n" +
	"1\t1\t0\t0\t0\t0\t0\t0\t100\t100\t-1\t\n" +
	"5\t1\t1\t1\t1\t1\t10\t12\t30\t9\t96.5\tHb\n" +
	"5\t1\t1\t1\t1\t2\t50\t12\t30\t9\t0\t12.4\n" +
	"5\t1\t1\t1\t2\t1\t10\t32\t30\t9\t-1\tnever\n" +
	"5\t1\t1\t1\t2\t2\t10\t32\t30\t9\t91\t  \n" +
	"5\t1\t2\t1\t1\t1\t10\t52\t30\t9\t91\tg/dl\n"

func TestParseTSV(t *testing.T) {
	words, err := parseTSV([]byte(sample))
	if err != nil || len(words) != 3 {
		t.Fatalf("%d words, %v", len(words), err)
	}
	if w := words[0]; w.Text != "Hb" || *w.Confidence != 96.5 || w.Box != (core.Box{X: 10, Y: 12, W: 30, H: 9}) || w.Line != 1 {
		t.Errorf("first %+v", w)
	}
	if words[1].Line != 1 || *words[1].Confidence != 0 || words[2].Line != 2 {
		t.Errorf("lines %d %d", words[1].Line, words[2].Line)
	}
	for _, bad := range []string{"nonsense", "level\n5\t1\tx", "level\tx\n5\t1\t1\t1\t1\t1\t1\t1\t1\tx\t96\tHb\n", "level\tx\n5\t1\t1\t1\t1\t1\t1\t1\t1\t1\tNaN\tHb\n"} {
		words, err := parseTSV([]byte(bad))
		if err == nil && len(words) > 0 {
			t.Errorf("%q gave %+v", bad, words)
		}
	}
}

func FuzzParseTSV(f *testing.F) {
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, b []byte) {
		words, err := parseTSV(b)
		if err != nil && words != nil {
			t.Error("words and an error")
		}
		for i, w := range words {
			if w.Text == "" || w.Confidence == nil || math.IsNaN(*w.Confidence) || *w.Confidence < 0 || *w.Confidence > 100 {
				t.Errorf("word %+v", w)
			}
			if w.Line < 1 || i > 0 && w.Line < words[i-1].Line {
				t.Errorf("line %d after %d", w.Line, words[max(0, i-1)].Line)
			}
		}
	})
}

func TestContract(t *testing.T) {
	installed(t)
	const text = "Potassium level normal\nReview in clinic after three months"
	lines := coretest.EngineSample{Image: printed(t, strings.Split(text, "\n")...), Text: text}
	line := coretest.EngineSample{Image: cutOut(t, "Review in clinic"), Text: "Review in clinic"}
	samples := map[core.Segmentation]coretest.EngineSample{
		core.SegmentPage: lines, core.SegmentColumn: lines, core.SegmentBlock: lines, core.SegmentLine: line,
		core.SegmentWord:   {Image: cutOut(t, "Potassium"), Text: "Potassium"},
		core.SegmentTable:  {Image: scattered(t, 1, "Sodium", "139", "Potassium", "4.1", "Creatinine", "88"), Text: "Sodium 139 Potassium 4.1 Creatinine 88"},
		core.SegmentSparse: {Image: scattered(t, 3, "Weight", "Pulse", "Height"), Text: "Weight Pulse Height"},
	}
	number := coretest.EngineSample{Image: cutOut(t, "139 4.1 88.5"), Text: "139 4.1 88.5"}
	coretest.Engine(t, func(*testing.T) core.Engine { return New(Options{}) }, samples, number)
}

// cutOut prints a line that fills its picture, as one that is cut out of a page does.
func cutOut(t *testing.T, line string) core.PageImage {
	t.Helper()
	ruler := newPen(t, 1, 1, 50)
	pen := newPen(t, ruler.MeasureString(line).Ceil()+40, 80, 50)
	pen.write(20, 58, line)
	return pen.page()
}

// scattered prints words in two columns far apart, in rows so many lines apart.
func scattered(t *testing.T, lines int, words ...string) core.PageImage {
	t.Helper()
	pen := newPen(t, 1201, 200+100*lines*len(words)/2, 50)
	for i, w := range words {
		pen.write(80+800*(i%2), 120+100*lines*(i/2), w)
	}
	return pen.page()
}
