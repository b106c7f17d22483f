package numbers

import (
	"bytes"
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

func TestMain(m *testing.M) {
	if IsWorker(os.Args) {
		os.Exit(WorkerMain())
	}
	os.Exit(m.Run())
}

// real gives a reader with the real runtime, as scripts/setup test fetches it.
func real(t *testing.T, o Options) *Reader {
	t.Helper()
	if o.Dir = AtHand(); o.Dir == "" {
		t.Skip("the number reader is not there; scripts/setup number-reader fetches it where npm can")
	}
	if _, err := load(os.DevNull); err != nil && strings.Contains(err.Error(), "not available") {
		t.Skip(err)
	}
	return reader(t, o)
}

func reader(t *testing.T, o Options) *Reader {
	t.Helper()
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// printed draws text as a line of print.
func printed(t testing.TB, text string, height float64) core.PageImage {
	t.Helper()
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: height, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewGray(image.Rect(0, 0, font.MeasureString(face, text).Ceil()+12, int(1.4*height)))
	for i := range img.Pix {
		img.Pix[i] = raster.White
	}
	d := font.Drawer{Dst: img, Src: image.Black, Face: face, Dot: fixed.P(6, int(height*1.05))}
	d.DrawString(text)
	return core.PageImage{Data: img.Pix, Format: core.FormatGray, Width: img.Rect.Dx(), Height: img.Rect.Dy()}
}

func TestNumbersInPrint(t *testing.T) {
	t.Parallel()
	r := real(t, Options{})
	info, err := r.Info(t.Context())
	if err != nil || info.Name != "onnxruntime" || !strings.HasPrefix(info.Version, "1.") || info.Device != "cpu" || info.Note != "" {
		t.Fatalf("%+v, %v", info, err)
	}
	want := []string{"199", "4.5", "138.25", "<0.01", "3.5-5.1", "12/04/1961", "±0.5", "≤10", "37.2°C"}
	var lines []core.PageImage
	for _, w := range want {
		lines = append(lines, printed(t, w, 32))
	}
	got, err := r.ReadLines(t.Context(), append(lines, core.PageImage{Data: bytes.Repeat([]byte{255}, 900), Format: core.FormatGray, Width: 30, Height: 30}))
	if err != nil || len(got) != len(want)+1 {
		t.Fatalf("%d lines, %v", len(got), err)
	}
	for i, w := range want {
		if got[i].Text() != w || got[i].Confidence() < 50 && !strings.Contains(w, "°") {
			t.Errorf("%q was read as %q with confidence %.0f", w, got[i].Text(), got[i].Confidence())
		}
	}
	if blank := got[len(want)]; blank.Text() != "" {
		t.Errorf("%q on white paper", blank.Text())
	}
}

// A child that ends costs the page it was at and nothing more; ending the context ends
// it, too.
func TestChildrenThatEnd(t *testing.T) {
	t.Parallel()
	r := real(t, Options{Children: 1})
	lines := []core.PageImage{printed(t, "199", 32)}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := r.ReadLines(ended, lines); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := r.ReadLines(t.Context(), lines); err != nil {
		t.Fatal(err)
	}
	child := r.idle[0]
	p, err := os.FindProcess(child.PID())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadLines(t.Context(), lines); core.CodeOf(err) != core.CodeUnavailable {
		t.Errorf("a child that was killed: %v", err)
	}
	if got, err := r.ReadLines(t.Context(), lines); err != nil || got[0].Text() != "199" {
		t.Errorf("%v, %v", got, err)
	}
	if again := r.idle[0]; again == child {
		t.Error("the same child")
	} else if r.expire(again); len(r.idle) != 0 || !again.Dead() {
		t.Error("a child that nobody needs stays")
	}
}

func TestNoNumberReader(t *testing.T) {
	t.Parallel()
	spoiled := t.TempDir()
	for name, content := range map[string]string{charactersFile: listed(), libraryFile: "no library", modelFile: "no model"} {
		if err := os.WriteFile(filepath.Join(spoiled, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, o := range map[string]Options{
		"no directory": {Dir: "/nonexistent"},
		"no library":   {Dir: spoiled},
		"no program":   {Dir: spoiled, Executable: "/nonexistent"},
		"another one":  {Dir: spoiled, Executable: "/bin/true"},
	} {
		r := reader(t, o)
		for range 2 { // no place is lost
			if _, err := r.Info(t.Context()); core.CodeOf(err) != core.CodeEngineMissing || !strings.Contains(core.MessageOf(err), "scripts/setup number-reader") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := r.ReadLines(t.Context(), []core.PageImage{printed(t, "1", 32)}); core.CodeOf(err) != core.CodeEngineMissing {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := reader(t, Options{Dir: spoiled})
	if _, err := r.ReadLines(t.Context(), []core.PageImage{{Data: []byte("png"), Format: "png", Width: 1, Height: 1}}); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("a file for pixels: %v", err)
	}
	if got, err := r.ReadLines(t.Context(), nil); got != nil || err != nil {
		t.Errorf("no lines: %v, %v", got, err)
	}
	if _, err := load(spoiled); err == nil || runtime.GOOS != "linux" && !strings.Contains(err.Error(), "not available") {
		t.Errorf("%v", err)
	}
}
