package raster

import (
	"image"
	"slices"
	"testing"

	"clinician/internal/core/demo/paper"
)

// printed is a sheet at 200 dpi with one line of text in each shade, from the top.
func printed(shades ...uint8) (*Gray, []image.Rectangle) {
	s := paper.NewSheet()
	for i, shade := range shades {
		s.Text(60, 80+30*float64(i), paper.Style{Size: 11, Grey: shade}, "MRN 999 369 1895, born 08-May-1940")
	}
	img, words := paper.Raster(s, 200)
	lines := make([]image.Rectangle, len(shades))
	for _, w := range words {
		for i := range lines {
			at := image.Rect(w.Box.X, w.Box.Y, w.Box.X+w.Box.W, w.Box.Y+w.Box.H)
			if y := (80 + 30*i) * 200 / 72; w.Box.Y < y && w.Box.Y+w.Box.H > y-10 {
				lines[i] = lines[i].Union(at)
			}
		}
	}
	return FromImage(img), lines
}

func TestFaintInkIsNoticed(t *testing.T) {
	t.Parallel()
	g, lines := printed(150, 190, 120, 205)
	p := Prepare(g)
	if !slices.Contains(p.Steps, "even background") {
		t.Fatalf("steps %q", p.Steps)
	}
	for i, faint := range []bool{false, true, false, true} {
		at := lines[i]
		if got := slices.ContainsFunc(p.Faint, func(r image.Rectangle) bool { return r.Overlaps(at) }); got != faint {
			t.Errorf("line %d at %v is faint: %v, want %v", i, at, got, faint)
		}
	}
	if black, _ := printed(0, 0, 0, 0); len(Prepare(black).Faint) != 0 {
		t.Error("black print on white paper is faint")
	}
}

// Places stay on their print when the page is straightened.
func TestPlacesTurnWithThePage(t *testing.T) {
	t.Parallel()
	const tilt = 0.05
	g := NewWhite(800, 600)
	at := image.Rect(700, 100, 730, 120)
	g.Fill(at, 0)
	turned := turnedBoxes([]image.Rectangle{at}, g.W, g.H, tilt)[0]
	if ink := g.Turned(tilt).InkBounds(image.Rect(0, 0, g.W, g.H)); !ink.Inset(3).In(turned.Inset(-3)) || !turned.In(ink.Inset(-4)) {
		t.Errorf("the place is at %v, its ink at %v", turned, ink)
	}
}

// The median filter takes noise from thick strokes, and leaves thin ones alone.
func TestMedianSparesThinStrokes(t *testing.T) {
	t.Parallel()
	for width, breaks := range map[int]bool{1: true, 2: false, 4: false} {
		g := NewWhite(600, 300)
		for x := 20; x < 560; x += 30 {
			for y := 20; y < 280; y += 40 { // a nought
				g.Fill(image.Rect(x, y, x+16, y+24), 0)
				g.Fill(image.Rect(x+width, y+width, x+16-width, y+24-width), White)
			}
		}
		if got := breaksStrokes(g, Median3(g)); got != breaks {
			t.Errorf("strokes of %d pixels: breaks them %v, want %v", width, got, breaks)
		}
	}
}
