package ui

import (
	"image"
	"image/color"
	"image/draw"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// Turned gives the picture turned clockwise by quarters of a circle; without a
// turn it is the picture itself.
func Turned(img *image.Gray, quarters int) *image.Gray {
	quarters = (quarters%4 + 4) % 4
	if img == nil || quarters == 0 {
		return img
	}
	return raster.Share(img).Rotated(90 * quarters).Image()
}

// BoxIn places a box of a page of pageW by pageH pixels on a picture of that
// page. Where the size of the page or of the box is not known the place is not either: it is empty.
func BoxIn(img *image.Gray, b core.Box, pageW, pageH int) image.Rectangle {
	r := img.Bounds()
	if pageW <= 0 || pageH <= 0 || b.W <= 0 || b.H <= 0 {
		return image.Rectangle{}
	}
	x0, y0 := r.Min.X+b.X*r.Dx()/pageW, r.Min.Y+b.Y*r.Dy()/pageH
	x1, y1 := r.Min.X+(b.X+b.W)*r.Dx()/pageW, r.Min.Y+(b.Y+b.H)*r.Dy()/pageH
	return image.Rect(x0, y0, x1+1, y1+1).Intersect(r)
}

// Row gives the strip of a picture that holds the boxes of a row, with a frame around
// its figure, and where the figure is on it: all of the row where there is none. Wide gaps
// without ink are made narrow: that is where the strip is dotted. nil when nothing of the figure is on the picture.
func Row(img *image.Gray, row, figure []core.Box, pageW, pageH int) (strip *image.Gray, at image.Rectangle) {
	if img == nil {
		return nil, at
	}
	var print, gaps []image.Rectangle
	var all image.Rectangle
	for i, b := range slices.Concat(figure, row) {
		r := BoxIn(img, b, pageW, pageH)
		if i < len(figure) {
			at = at.Union(r)
		}
		if all = all.Union(r); !r.Empty() {
			print = append(print, r)
		}
	}
	if len(figure) == 0 {
		at = all
	}
	if at.Empty() {
		return nil, at
	}
	m := max(4, at.Dy()/2)
	around := image.Rect(all.Min.X-2*m, all.Min.Y-m, all.Max.X+2*m, all.Max.Y+m).Intersect(img.Bounds())
	whole, _ := Framed(img, figure, pageW, pageH).SubImage(around).(*image.Gray)
	at = at.Inset(-m / 2).Intersect(around)
	slices.SortFunc(print, func(a, b image.Rectangle) int { return a.Min.X - b.Min.X })
	for i, end := 0, 0; i < len(print); i++ {
		if gap := print[i].Min.X - end; i > 0 && gap > 5*m {
			cut := image.Rect(end+2*m, all.Min.Y, print[i].Min.X-2*m, all.Max.Y)
			if inkless(img, cut) && !cut.Overlaps(at) {
				gaps = append(gaps, cut)
			}
		}
		end = max(end, print[i].Max.X)
	}
	return without(whole, gaps, at)
}

// inkless reports whether a part of a picture holds no ink.
func inkless(img *image.Gray, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if img.GrayAt(x, y).Y < inkBelow {
				return false
			}
		}
	}
	return true
}

// inkBelow is the grey below which a pixel may be print.
const inkBelow = 150

// without takes columns out of a strip and dots where they were; at is moved along.
func without(strip *image.Gray, gaps []image.Rectangle, at image.Rectangle) (*image.Gray, image.Rectangle) {
	b := strip.Bounds()
	w, moved := b.Dx(), 0
	for _, g := range gaps {
		w -= g.Dx()
		if g.Max.X <= at.Min.X {
			moved += g.Dx()
		}
	}
	out := image.NewGray(image.Rect(0, 0, w, b.Dy()))
	from, to := b.Min.X, 0
	for _, g := range append(gaps, image.Rect(b.Max.X, 0, b.Max.X, 0)) {
		n := g.Min.X - from
		draw.Draw(out, image.Rect(to, 0, to+n, b.Dy()), strip, image.Pt(from, b.Min.Y), draw.Src)
		if to > 0 {
			for y := 0; y < b.Dy(); y += 4 {
				out.SetGray(to, y, color.Gray{})
				out.SetGray(to, y+1, color.Gray{})
			}
		}
		from, to = g.Max.X, to+n
	}
	return out, at.Sub(image.Pt(b.Min.X+moved, b.Min.Y))
}

// Framed gives a copy of a picture with a dark frame around each box.
func Framed(img *image.Gray, boxes []core.Box, pageW, pageH int) *image.Gray {
	if img == nil || len(boxes) == 0 {
		return img
	}
	b := img.Bounds()
	out := image.NewGray(b)
	copy(out.Pix, img.Pix)
	thick := max(2, b.Dx()/250)
	for _, box := range boxes {
		r := BoxIn(img, box, pageW, pageH)
		if r.Empty() {
			continue
		}
		r = r.Inset(-2 * thick)
		for i := range thick {
			outline(out, r.Inset(i))
		}
	}
	return out
}

func outline(g *image.Gray, r image.Rectangle) {
	for x := r.Min.X; x < r.Max.X; x++ {
		g.SetGray(x, r.Min.Y, color.Gray{})
		g.SetGray(x, r.Max.Y-1, color.Gray{})
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		g.SetGray(r.Min.X, y, color.Gray{})
		g.SetGray(r.Max.X-1, y, color.Gray{})
	}
}
