package pages

import (
	"fmt"
	"math"
	"slices"
)

// prepared is a page as it goes to the engine, and how to find the way back.
type prepared struct {
	*gray
	steps []string
	scale float64 // its pixels for one of the page
	skew  float64 // degrees its lines fell to the right before

	sideways int // the turn that seems to put lines level that run up or down; 0: none
}

// prepare does to a page what was measured to help reading, in this order:
// enlarge low resolution, median against impulse noise, even out the
// background, straighten, remove ruled lines. Each step is taken only where the
// page needs it and then named in steps. White on black is turned round first. The page given is not changed.
func prepare(g *gray) prepared {
	var steps []string
	scale, tilt := 1.0, 0.0
	if percentile(g, 0.5) < 100 {
		g = g.inverted()
		steps = append(steps, "invert")
	}
	noise := impulseNoise(g) > 0.004
	if noise { // before enlarging, which would make specks as large as dots
		g = despeckled(g)
	}
	if factor := enlargement(g); factor > 1 {
		g, scale = g.enlarged(factor), factor
		steps = append(steps, fmt.Sprintf("enlarge %g×", factor))
	}
	if noise {
		g = median3(g)
		steps = append(steps, "median filter")
	}
	if flat, ok := evenBackground(g); ok {
		g = flat
		steps = append(steps, "even background")
	}
	angle, sideways := lie(g)
	if math.Abs(angle) >= 0.3 {
		g, tilt = g.turned(angle*math.Pi/180), angle
		steps = append(steps, fmt.Sprintf("deskew %.1f°", angle))
	}
	if clean, ok := removeRules(g); ok {
		g = clean
		steps = append(steps, "remove ruled lines")
	}
	return prepared{g, steps, scale, tilt, sideways}
}

// enlargement says by how much the page is enlarged before it is read. The
// engine reads best when small letters are 18 pixels tall or more. Pages with
// more than about 210 dpi of A4 are left as they are: there, small is noise.
func enlargement(g *gray) float64 {
	const lowResolution, tall = 2500, 18
	if long := max(g.w, g.h); long > lowResolution || long < 200 {
		return 1
	}
	if h := textHeight(g); h == 0 || h >= tall {
		return 1
	}
	return 1.5
}

// impulseNoise gives the share of pixels that stand alone: far from all their
// eight neighbours in the same direction. Text has next to none.
func impulseNoise(g *gray) float64 {
	const far = 60
	var alone, seen int
	for y := 1; y < g.h-1; y += 3 {
		up, row, down := g.row(y-1), g.row(y), g.row(y+1)
		for x := 1; x < g.w-1; x++ {
			v := int(row[x])
			if d := v - int(row[x-1]); d <= far && d >= -far {
				continue // the common case, and cheap to see
			}
			lo := min(up[x-1], up[x], up[x+1], row[x-1], row[x+1], down[x-1], down[x], down[x+1])
			if v+far < int(lo) {
				alone++
				continue
			}
			hi := max(up[x-1], up[x], up[x+1], row[x-1], row[x+1], down[x-1], down[x], down[x+1])
			if v > int(hi)+far {
				alone++
			}
		}
		seen += g.w - 2
	}
	if seen == 0 {
		return 0
	}
	return float64(alone) / float64(seen)
}

// despeckled replaces pixels that stand alone by a neighbour. A full stop is
// larger than that at any resolution that can be read.
func despeckled(g *gray) *gray {
	const far = 60
	out := &gray{slices.Clone(g.pix), g.w, g.h}
	for y := 1; y < g.h-1; y++ {
		up, row, down, dst := g.row(y-1), g.row(y), g.row(y+1), out.row(y)
		for x := 1; x < g.w-1; x++ {
			v := int(row[x])
			if int(row[x-1])-v <= far && v-int(row[x-1]) <= far {
				continue
			}
			lo := min(up[x-1], up[x], up[x+1], row[x-1], row[x+1], down[x-1], down[x], down[x+1])
			hi := max(up[x-1], up[x], up[x+1], row[x-1], row[x+1], down[x-1], down[x], down[x+1])
			if v+far < int(lo) {
				dst[x] = lo
			} else if v > int(hi)+far {
				dst[x] = hi
			}
		}
	}
	return out
}

// median3 replaces each pixel by the median of its 3×3 neighbourhood. The border
// stays.
func median3(g *gray) *gray {
	out := &gray{slices.Clone(g.pix), g.w, g.h}
	for y := 1; y < g.h-1; y++ {
		a, b, c := g.row(y-1), g.row(y), g.row(y+1)
		dst := out.row(y)
		// Each column is sorted once and used three times.
		l0, m0, h0 := sort3(a[0], b[0], c[0])
		if g.w < 3 {
			continue
		}
		l1, m1, h1 := sort3(a[1], b[1], c[1])
		for x := 1; x < g.w-1; x++ {
			l2, m2, h2 := sort3(a[x+1], b[x+1], c[x+1])
			_, mid, _ := sort3(m0, m1, m2)
			_, med, _ := sort3(max(l0, l1, l2), mid, min(h0, h1, h2))
			dst[x] = med
			l0, m0, h0, l1, m1, h1 = l1, m1, h1, l2, m2, h2
		}
	}
	return out
}

func sort3(a, b, c uint8) (lo, mid, hi uint8) {
	if a > b {
		a, b = b, a
	}
	if b > c {
		b, c = c, b
		if a > b {
			a, b = b, a
		}
	}
	return a, b, c
}

// evenBackground divides the page by its paper and stretches the contrast. It
// reports false when paper is white and ink black already.
func evenBackground(g *gray) (*gray, bool) {
	const cell = 32
	paper := paperOf(g, cell)
	ink := percentile(g, 0.005)
	if slices.Min(paper.pix) >= 240 && (ink <= 80 || ink >= 230) { // black on white, or white only
		return g, false
	}
	out := newGray(g.w, g.h)
	line := make([]int, g.w)
	for y := range g.h {
		interpolate(paper, cell, y, line)
		src, dst := g.row(y), out.row(y)
		for x, v := range src {
			dst[x] = uint8(min(255, int(v)*255/line[x]))
		}
	}
	stretch(out)
	return out, true
}

// paperOf estimates the brightness of the paper per cell: bright pixels of the
// cell, then the brightest neighbour (text fills cells), then smoothed.
func paperOf(g *gray, cell int) *gray {
	p := newGray((g.w+cell-1)/cell, (g.h+cell-1)/cell)
	for cy := range p.h {
		for cx := range p.w {
			var hist [256]int
			n := 0
			for y := cy * cell; y < min(g.h, (cy+1)*cell); y += 2 {
				for _, v := range g.row(y)[cx*cell : min(g.w, (cx+1)*cell)] {
					hist[v]++
					n++
				}
			}
			left, v := n/10, 255
			for ; v > 1; v-- {
				if left -= hist[v]; left < 0 {
					break
				}
			}
			p.pix[cy*p.w+cx] = uint8(v)
		}
	}
	p = p.window(func(a, b uint8) uint8 { return max(a, b) })
	return p.smoothed().smoothed()
}

// window combines each pixel with its eight neighbours.
func (g *gray) window(f func(a, b uint8) uint8) *gray {
	out := newGray(g.w, g.h)
	for y := range g.h {
		for x := range g.w {
			v := g.pix[y*g.w+x]
			for ny := max(0, y-1); ny <= min(g.h-1, y+1); ny++ {
				for nx := max(0, x-1); nx <= min(g.w-1, x+1); nx++ {
					v = f(v, g.pix[ny*g.w+nx])
				}
			}
			out.pix[y*g.w+x] = v
		}
	}
	return out
}

// smoothed is a 3×3 box blur.
func (g *gray) smoothed() *gray {
	out := newGray(g.w, g.h)
	for y := range g.h {
		for x := range g.w {
			sum, n := 0, 0
			for ny := max(0, y-1); ny <= min(g.h-1, y+1); ny++ {
				for nx := max(0, x-1); nx <= min(g.w-1, x+1); nx++ {
					sum += int(g.pix[ny*g.w+nx])
					n++
				}
			}
			out.pix[y*g.w+x] = uint8(sum / n)
		}
	}
	return out
}

// interpolate fills line with row y of the coarse picture p, enlarged by cell.
func interpolate(p *gray, cell, y int, line []int) {
	at := func(pos, n int) (int, int, int) {
		f := pos*256/cell - 128
		if f < 0 {
			return 0, 0, 0
		}
		i := f >> 8
		return min(i, n-1), min(i+1, n-1), f & 255
	}
	y0, y1, fy := at(y, p.h)
	a, b := p.row(y0), p.row(y1)
	for x := range line {
		x0, x1, fx := at(x, p.w)
		top := int(a[x0])*(256-fx) + int(a[x1])*fx
		bottom := int(b[x0])*(256-fx) + int(b[x1])*fx
		line[x] = max(1, (top*(256-fy)+bottom*fy)>>16)
	}
}

// stretch makes the darkest ink black, within bounds: on a page with hardly any
// ink the darkest is noise, and blowing that up costs minutes of reading.
func stretch(g *gray) {
	const white = 222 // of 255: what shines through from the back goes
	lo := int(percentile(g, 0.01))
	if lo < 20 {
		return
	}
	lo = min(lo, 150)
	var table [256]uint8
	for v := range table {
		table[v] = uint8(max(0, min(255, (v-lo)*255/(white-lo))))
	}
	for i, v := range g.pix {
		g.pix[i] = table[v]
	}
}

// percentile gives the brightness under which a share of the pixels lies.
func percentile(g *gray, share float64) uint8 {
	var hist [256]int
	n := 0
	for y := 0; y < g.h; y += 2 {
		for _, v := range g.row(y) {
			hist[v]++
		}
		n += g.w
	}
	left := int(share * float64(n))
	for v, k := range hist {
		if left -= k; left < 0 {
			return uint8(v)
		}
	}
	return 255
}
