package raster

import (
	"image"
	"slices"
)

// EvenBackground divides the page by its paper and stretches the contrast, and gives
// the places where that may have rubbed off faint ink. It reports false when paper is
// white and ink black already.
func EvenBackground(g *Gray) (even *Gray, faint []image.Rectangle, ok bool) {
	const cell = 32
	paper := paperOf(g, cell)
	ink := g.Percentile(0.005)
	if slices.Min(paper.Pix) >= 240 && (ink <= 80 || ink >= 230) { // black on white, or white only
		return g, nil, false
	}
	out := New(g.W, g.H)
	line := make([]int, g.W)
	for y := range g.H {
		interpolate(paper, cell, y, line)
		src, dst := g.Row(y), out.Row(y)
		for x, v := range src {
			dst[x] = uint8(min(255, int(v)*255/line[x]))
		}
	}
	faint = faintInk(out)
	stretch(out)
	return out, faint, true
}

// paperOf estimates the brightness of the paper per cell: bright pixels of the
// cell, then the brightest neighbour (text fills cells), then smoothed.
func paperOf(g *Gray, cell int) *Gray {
	p := New((g.W+cell-1)/cell, (g.H+cell-1)/cell)
	for cy := range p.H {
		for cx := range p.W {
			var hist [256]int
			n := 0
			for y := cy * cell; y < min(g.H, (cy+1)*cell); y += 2 {
				for _, v := range g.Row(y)[cx*cell : min(g.W, (cx+1)*cell)] {
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
			p.Pix[cy*p.W+cx] = uint8(v)
		}
	}
	p = p.window(func(a, b uint8) uint8 { return max(a, b) })
	return p.smoothed().smoothed()
}

// window combines each pixel with its eight neighbours.
func (g *Gray) window(f func(a, b uint8) uint8) *Gray {
	out := New(g.W, g.H)
	for y := range g.H {
		for x := range g.W {
			v := g.Pix[y*g.W+x]
			for ny := max(0, y-1); ny <= min(g.H-1, y+1); ny++ {
				for nx := max(0, x-1); nx <= min(g.W-1, x+1); nx++ {
					v = f(v, g.Pix[ny*g.W+nx])
				}
			}
			out.Pix[y*g.W+x] = v
		}
	}
	return out
}

// smoothed is a 3×3 box blur.
func (g *Gray) smoothed() *Gray {
	out := New(g.W, g.H)
	for y := range g.H {
		for x := range g.W {
			sum, n := 0, 0
			for ny := max(0, y-1); ny <= min(g.H-1, y+1); ny++ {
				for nx := max(0, x-1); nx <= min(g.W-1, x+1); nx++ {
					sum += int(g.Pix[ny*g.W+nx])
					n++
				}
			}
			out.Pix[y*g.W+x] = uint8(sum / n)
		}
	}
	return out
}

// interpolate fills line with row y of the coarse picture p, enlarged by cell.
func interpolate(p *Gray, cell, y int, line []int) {
	at := func(pos, n int) (int, int, int) {
		f := pos*256/cell - 128
		if f < 0 {
			return 0, 0, 0
		}
		i := f >> 8
		return min(i, n-1), min(i+1, n-1), f & 255
	}
	y0, y1, fy := at(y, p.H)
	a, b := p.Row(y0), p.Row(y1)
	for x := range line {
		x0, x1, fx := at(x, p.W)
		top := int(a[x0])*(256-fx) + int(a[x1])*fx
		bottom := int(b[x0])*(256-fx) + int(b[x1])*fx
		line[x] = max(1, (top*(256-fy)+bottom*fy)>>16)
	}
}

// stretch makes the darkest ink black, within bounds: on a page with hardly any
// ink the darkest is noise, and blowing that up costs minutes of reading.
func stretch(g *Gray) {
	const white = 222 // of 255: what shines through from the back goes
	lo := int(g.Percentile(0.01))
	if lo < 20 {
		return
	}
	lo = min(lo, 150)
	var table [256]uint8
	for v := range table {
		table[v] = uint8(max(0, min(255, (v-lo)*255/(white-lo))))
	}
	for i, v := range g.Pix {
		g.Pix[i] = table[v]
	}
}
