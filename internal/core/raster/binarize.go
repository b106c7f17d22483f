package raster

import (
	"image"
	"slices"
)

// Percentile gives the brightness under which a share (0..1) of the pixels lies; it
// looks at every second row.
func (g *Gray) Percentile(share float64) uint8 {
	var hist [256]int
	n := 0
	for y := 0; y < g.H; y += 2 {
		for _, v := range g.Row(y) {
			hist[v]++
		}
		n += g.W
	}
	left := int(share * float64(n))
	for v, k := range hist {
		if left -= k; left < 0 {
			return uint8(v)
		}
	}
	return 255
}

// Ink is the threshold of black: what is darker is ink.
const Ink = 128

// Threshold is half-way between ink and paper: between the darkest pixel and the
// brightest. The picture is not empty.
func (g *Gray) Threshold() uint8 {
	lo, hi := slices.Min(g.Pix), slices.Max(g.Pix)
	return uint8((int(lo) + int(hi)) / 2)
}

// Binarized gives a picture of ones where g is darker than a threshold and zeros
// elsewhere, and the number of ones.
func (g *Gray) Binarized(threshold uint8) (mask *Gray, ones int) {
	mask = New(g.W, g.H)
	for i, v := range g.Pix {
		if v < threshold {
			mask.Pix[i] = 1
			ones++
		}
	}
	return mask, ones
}

// Columns counts the columns of r, which lies within the picture, that have a pixel darker
// than dark.
func (g *Gray) Columns(r image.Rectangle, dark uint8) (n int) {
	for x := r.Min.X; x < r.Max.X; x++ {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			if g.Pix[y*g.W+x] < dark {
				n++
				break
			}
		}
	}
	return n
}

// InkCount counts the pixels of ink.
func (g *Gray) InkCount() int {
	n := 0
	for _, v := range g.Pix {
		if v < Ink {
			n++
		}
	}
	return n
}

// InkBounds is the part of a rectangle within g up to its outermost ink; empty
// without any.
func (g *Gray) InkBounds(r image.Rectangle) image.Rectangle {
	x0, y0, x1, y1 := r.Max.X, r.Max.Y, r.Min.X, r.Min.Y
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x, v := range g.Pix[y*g.W+r.Min.X:][:r.Dx()] {
			if v < Ink {
				x0, y0, x1, y1 = min(x0, r.Min.X+x), min(y0, y), max(x1, r.Min.X+x+1), max(y1, y+1)
			}
		}
	}
	return image.Rectangle{Min: image.Pt(x0, y0), Max: image.Pt(max(x0, x1), max(y0, y1))}
}

// Within reports whether all pixels of a part within g are of shades from lo to hi.
func (g *Gray) Within(r image.Rectangle, lo, hi int) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for _, v := range g.Pix[y*g.W+r.Min.X : y*g.W+r.Max.X] {
			if int(v) < lo || int(v) > hi {
				return false
			}
		}
	}
	return true
}
