package format

import (
	"cmp"
	"image"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// inkBeside finds on a page that was drawn without its text what may be text all the
// same: its pictures, and shapes of the size of letters that stand in a row, such as
// letters drawn as lines. Rules, frames, boxes to tick and large shapes are none.
func inkBeside(g *raster.Gray, pictures []image.Rectangle) []image.Rectangle {
	const smallest = 6 // pixels of a picture that can hold a letter
	var out []image.Rectangle
	for _, r := range pictures {
		if r.Dx() < smallest || r.Dy() < smallest || even(g, r) {
			continue
		}
		out = append(out, inked(g, r))
	}
	rest := &raster.Gray{Pix: slices.Clone(g.Pix), W: g.W, H: g.H}
	for _, r := range pictures {
		rest.Fill(r, raster.White)
	}
	return append(out, rows(raster.Spots(rest, raster.Ink+40))...)
}

// inked is the part of a picture on light paper up to its outermost ink: a letterhead
// may be a picture of the whole page. Of others it is all.
func inked(g *raster.Gray, r image.Rectangle) image.Rectangle {
	const light, ink, room = 180, 16, 2 // faint print counts
	paper := g.Crop(r).Percentile(0.5)
	if paper < light {
		return r
	}
	found := image.Rectangle{}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := g.Row(y)[r.Min.X:r.Max.X]
		first := slices.IndexFunc(row, func(v uint8) bool { return v < paper-ink })
		if first < 0 {
			continue
		}
		last := len(row) - 1
		for row[last] >= paper-ink {
			last--
		}
		found = found.Union(image.Rect(r.Min.X+first, y, r.Min.X+last+1, y+1))
	}
	if found.Empty() {
		return r
	}
	return found.Inset(-room).Intersect(r)
}

// even reports whether a part of a drawing is of one shade.
func even(g *raster.Gray, r image.Rectangle) bool {
	first := int(g.Pix[r.Min.Y*g.W+r.Min.X])
	return g.Within(r, first-12, first+12)
}

// rows puts spots of the size of letters into rows and gives those of three or more.
func rows(spots []image.Rectangle) []image.Rectangle {
	const lowest, highest, fewest = 4, 45, 3
	spots = slices.DeleteFunc(spots, func(r image.Rectangle) bool {
		return r.Dy() < lowest || r.Dy() > highest || r.Dx() > 3*r.Dy()
	})
	slices.SortFunc(spots, func(a, b image.Rectangle) int { return cmp.Compare(a.Min.X, b.Min.X) })
	type row struct {
		box   image.Rectangle
		count int
	}
	var open, done []row
	for _, s := range spots {
		at := -1
		for i := 0; i < len(open); i++ {
			o := open[i].box
			if s.Min.X-o.Max.X > 2*o.Dy() { // nothing joins it any more
				done = append(done, open[i])
				open = slices.Delete(open, i, i+1)
				i--
				continue
			}
			overlap := min(o.Max.Y, s.Max.Y) - max(o.Min.Y, s.Min.Y)
			if at < 0 && 2*overlap > min(o.Dy(), s.Dy()) && s.Dy() <= 3*o.Dy() && o.Dy() <= 3*s.Dy() && s.Min.X-o.Max.X < 3*max(o.Dy(), s.Dy())/2 {
				at = i
			}
		}
		if at < 0 {
			open = append(open, row{s, 1})
			continue
		}
		open[at].box, open[at].count = open[at].box.Union(s), open[at].count+1
	}
	var out []image.Rectangle
	for _, r := range append(done, open...) {
		if r.count >= fewest {
			out = append(out, r.box)
		}
	}
	return out
}

// struck reports whether a thin line goes through a word, as on a page that was drawn
// without its text, on which boxes are scale times as small: through the middle of it,
// over its whole width, and neither above nor below.
func struck(g *raster.Gray, b core.Box, scale float64) bool {
	const dark = 195
	x0, x1 := int(float64(b.X)/scale)+1, int(float64(b.X+b.W)/scale)
	top, height := float64(b.Y)/scale, float64(b.H)/scale
	if x0 < 0 || x1 > g.W || x1-x0 < 3 || height < 3 {
		return false
	}
	crossed := func(y int) bool { // by a line of which a part may lie in the next row
		if y < 0 || y+1 >= g.H {
			return false
		}
		return 10*g.Columns(image.Rect(x0, y, x1, y+2), dark) >= 9*(x1-x0)
	}
	if crossed(int(top)-2) || crossed(int(top+height)+1) {
		return false
	}
	for y := int(top + 0.33*height); y <= int(top+0.6*height); y++ {
		if crossed(y) {
			return true
		}
	}
	return false
}
