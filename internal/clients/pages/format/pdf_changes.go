package format

import "image"

// A character is seen where it makes a difference of so much.
const contrast = 20

// changes counts where two drawings differ so that it is seen, above and left of each
// pixel: so that a box is looked up at once, whatever its size.
type changes struct {
	sums []int32 // one row and column more than the drawing
	w, h int
}

// differences compares two drawings in the colour that differs most: red on a green of
// the same brightness is seen.
func differences(a, b *image.RGBA) changes {
	w, h := min(a.Rect.Dx(), b.Rect.Dx()), min(a.Rect.Dy(), b.Rect.Dy())
	d := changes{make([]int32, (w+1)*(h+1)), w, h}
	for y := range h {
		above, here := d.sums[y*(w+1):(y+1)*(w+1)], d.sums[(y+1)*(w+1):(y+2)*(w+1)]
		p, q := a.Pix[y*a.Stride:], b.Pix[y*b.Stride:]
		row := int32(0)
		for x := range w {
			for k := 4 * x; k < 4*x+3; k++ {
				if max(p[k], q[k])-min(p[k], q[k]) >= contrast {
					row++
					break
				}
			}
			here[x+1] = above[x+1] + row
		}
	}
	return d
}

// in counts those within a box.
func (d changes) in(r image.Rectangle) int32 {
	r = r.Intersect(image.Rect(0, 0, d.w, d.h))
	if r.Empty() {
		return 0
	}
	at := func(x, y int) int32 { return d.sums[y*(d.w+1)+x] }
	return at(r.Max.X, r.Max.Y) - at(r.Min.X, r.Max.Y) - at(r.Max.X, r.Min.Y) + at(r.Min.X, r.Min.Y)
}

// shows reports whether a word can be seen, by the difference that text makes to a
// drawing on which boxes are scale times as small: half of its characters make one.
func (d changes) shows(word []char, scale float64) bool {
	n, all := 0, 0
	for _, c := range word {
		if c.x1 <= c.x0 && c.y1 <= c.y0 {
			continue // it has no shape of its own
		}
		all++
		if d.in(image.Rect(int(c.x0/scale), int(c.y0/scale), int(c.x1/scale)+1, int(c.y1/scale)+1)) > 0 {
			n++
		}
	}
	return 2*n >= all
}
