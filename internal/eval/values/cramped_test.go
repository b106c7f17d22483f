package values_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"clinician/internal/clients/pages"
	"clinician/internal/clients/tesseract"
	"clinician/internal/core"
	"clinician/internal/core/analysis"
	"clinician/internal/core/demo/paper"
	"clinician/internal/core/ocr/read"
)

// cramped is a table so narrow that its rules run along and through its numbers: off is
// how far below the foot of the digits, in points. Each number stands there twice, once
// with a rule beside its last digit.
func cramped(off float64) *paper.Sheet {
	s := paper.NewSheet()
	st := paper.Style{Font: paper.Regular, Size: 10}
	for i, name := range []string{"Sodium", "Urea", "Ferritin", "Folate", "Platelets", "Glucose", "Albumin", "Calcium", "Bilirubin", "Amylase"} {
		y := 80 + 26*float64(i)
		s.Text(60, y, st, name)
		text := fmt.Sprint([]int{139, 199, 88, 690, 198, 919, 36, 285, 193, 808}[i])
		end := s.Text(220, y, st, text)
		s.Line(50, y+off, 420, y+off, 0.6)
		s.Line(end+0.4*off, y-16, end+0.4*off, y+10, 0.6)
		s.Text(340, y-12, st, text)
		s.Text(430, y, st, "mmol/L")
	}
	return s
}

// A number that a ruled line touches or crosses has lost strokes to it or to its removal:
// a 199 must not become a 193 that nobody doubts.
func TestNumbersAtRulesAreNotSure(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract is not installed: apt-get install tesseract-ocr")
	}
	opener, err := pages.New(pages.Options{CacheDir: filepath.Join(os.TempDir(), "clinician-test", "pdfium")})
	if err != nil {
		t.Fatal(err)
	}
	reader := read.Reader{Pages: opener, Engine: tesseract.New(tesseract.Options{}), PageTimeout: time.Hour, Suspects: analysis.Suspects, Parallel: 1}
	for _, dpi := range []int{150, 200} {
		for _, off := range []float64{-6.5, -3.5, -0.5, 0.5, 1, 5} {
			img, truth := paper.Raster(cramped(off), dpi)
			picture, err := paper.PNG(paper.Image{Gray: img})
			if err != nil {
				t.Fatal(err)
			}
			doc := core.Document{MIME: core.MIMEPNG, Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(bytes.NewReader(picture)), nil
			}}
			var got core.Page
			keep := func(p core.Page) error { got = p; return nil }
			if err := reader.Read(t.Context(), doc, read.Options{}, func(int) error { return nil }, keep); err != nil {
				t.Fatal(err)
			}
			sure := 0
			for _, w := range got.Words {
				if !w.HasDigit() || w.Unsure() {
					continue
				}
				sure++
				if is := printedAt(truth, w.Box); is != w.Text {
					t.Errorf("%d dpi, a rule %g points below the foot of digits: a sure %q for %q (%s)", dpi, off, w.Text, is, got.Steps)
				}
			}
			if off == 5 && sure < 10 {
				t.Errorf("%d dpi: with the rules well below, %d of 20 numbers are sure (%s)", dpi, sure, got.Steps)
			}
		}
	}
}

// printedAt gives the word whose place is that of a box.
func printedAt(truth []paper.Word, at core.Box) string {
	for _, w := range truth {
		if x, y := at.X+at.W/2, at.Y+at.H/2; x >= w.Box.X && x < w.Box.X+w.Box.W && y >= w.Box.Y && y < w.Box.Y+w.Box.H {
			return w.Text
		}
	}
	return ""
}
