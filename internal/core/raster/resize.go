package raster

import (
	"image"
	"math"
)

// Enlarged scales g by a factor over 1 with a Catmull-Rom kernel, which keeps
// strokes sharp.
func (g *Gray) Enlarged(factor float64) *Gray {
	w, h := int(math.Round(float64(g.W)*factor)), int(math.Round(float64(g.H)*factor))
	wide := New(w, g.H)
	across := cubicTaps(g.W, w)
	for y := range g.H {
		src, dst := g.Row(y), wide.Row(y)
		for x, t := range across {
			dst[x] = t.mix(src[t.at[0]], src[t.at[1]], src[t.at[2]], src[t.at[3]])
		}
	}
	out := New(w, h)
	for y, t := range cubicTaps(g.H, h) {
		a, b, c, d := wide.Row(t.at[0]), wide.Row(t.at[1]), wide.Row(t.at[2]), wide.Row(t.at[3])
		dst := out.Row(y)
		for x := range dst {
			dst[x] = t.mix(a[x], b[x], c[x], d[x])
		}
	}
	return out
}

// taps are the four pixels a pixel of the larger picture is mixed from, and
// their weights in 1/1024.
type taps struct {
	at     [4]int
	weight [4]int
}

func (t taps) mix(a, b, c, d uint8) uint8 {
	v := (int(a)*t.weight[0] + int(b)*t.weight[1] + int(c)*t.weight[2] + int(d)*t.weight[3] + 512) >> 10
	return uint8(max(0, min(255, v)))
}

// cubicTaps gives the taps of each of the n pixels made of from.
func cubicTaps(from, n int) []taps {
	list := make([]taps, n)
	for i := range list {
		pos := (float64(i)+0.5)*float64(from)/float64(n) - 0.5
		base := math.Floor(pos)
		f := pos - base
		weights := [4]float64{
			((2-f)*f - 1) * f / 2,
			(f*f*(3*f-5) + 2) / 2,
			((4-3*f)*f + 1) * f / 2,
			(f - 1) * f * f / 2,
		}
		sum := 0
		for k := range 4 {
			list[i].at[k] = min(max(int(base)+k-1, 0), from-1)
			list[i].weight[k] = int(math.Round(weights[k] * 1024))
			sum += list[i].weight[k]
		}
		list[i].weight[1] += 1024 - sum
	}
	return list
}

// ShrunkTo averages g down to a width smaller than its own.
func (g *Gray) ShrunkTo(width int) *Gray {
	out := New(width, max(1, g.H*width/g.W))
	sums := make([]uint32, width)
	edges := make([]int, width+1) // where the columns of out begin in g
	for x := range edges {
		edges[x] = x * g.W / width
	}
	for y := range out.H {
		clear(sums)
		y0, y1 := y*g.H/out.H, max((y+1)*g.H/out.H, y*g.H/out.H+1)
		for sy := y0; sy < y1; sy++ {
			row := g.Row(sy)
			x0 := 0
			for x, x1 := range edges[1:] {
				s := uint32(row[x0])
				if x1 > x0+1 {
					for _, v := range row[x0+1 : x1] {
						s += uint32(v)
					}
					s /= uint32(x1 - x0)
				}
				sums[x] += s
				x0 = x1
			}
		}
		dst := out.Row(y)
		for x := range dst {
			dst[x] = uint8(sums[x] / uint32(y1-y0))
		}
	}
	return out
}

// Doubled is twice as large, with what lies between mixed.
func (g *Gray) Doubled() *Gray {
	out := New(2*g.W, 2*g.H)
	for y := range out.H {
		y0, fy := before(y, g.H)
		y1 := min(y0+1, g.H-1)
		for x := range out.W {
			x0, fx := before(x, g.W)
			x1 := min(x0+1, g.W-1)
			top := int(g.Pix[y0*g.W+x0])*(4-fx) + int(g.Pix[y0*g.W+x1])*fx
			bottom := int(g.Pix[y1*g.W+x0])*(4-fx) + int(g.Pix[y1*g.W+x1])*fx
			out.Pix[y*out.W+x] = byte((top*(4-fy) + bottom*fy) / 16)
		}
	}
	return out
}

// before gives the pixel of the small picture before that of the doubled one,
// and how many quarters beyond it that lies.
func before(at, n int) (int, int) {
	quarters := max(0, 2*at-1)
	return min(quarters/4, n-1), quarters % 4
}

// Downsampled makes n×n pixels one, by their mean. What is left of a whole number
// of them at the right and at the bottom is dropped.
func (g *Gray) Downsampled(n int) *Gray {
	out := New(g.W/n, g.H/n)
	for y := range out.H {
		for x := range out.W {
			sum := 0
			for dy := range n {
				row := g.Pix[(y*n+dy)*g.W+x*n:]
				for _, v := range row[:n] {
					sum += int(v)
				}
			}
			out.Pix[y*out.W+x] = uint8(sum / (n * n))
		}
	}
	return out
}

// ShrinkPart draws the part r of a picture into a smaller one, each pixel the mean of
// those it stands for. Screens show a part of a page in each frame, so it takes
// pictures of the standard library, whose parts are no copies. A general scaler takes
// twenty times as long for a whole page.
func ShrinkPart(dst, src *image.Gray, r image.Rectangle) {
	w, h := dst.Rect.Dx(), dst.Rect.Dy()
	sums := make([]uint32, w)
	edges := make([]int, w+1)
	for x := range edges {
		edges[x] = r.Min.X + x*r.Dx()/w
	}
	for y := range h {
		top, bottom := r.Min.Y+y*r.Dy()/h, r.Min.Y+(y+1)*r.Dy()/h
		clear(sums)
		for sy := top; sy < bottom; sy++ {
			row := src.Pix[src.PixOffset(r.Min.X, sy):][:r.Dx()]
			for x := range w {
				sum := uint32(0)
				for _, v := range row[edges[x]-r.Min.X : edges[x+1]-r.Min.X] {
					sum += uint32(v)
				}
				sums[x] += sum
			}
		}
		out := dst.Pix[y*dst.Stride:][:w]
		for x := range w {
			out[x] = uint8(sums[x] / uint32((edges[x+1]-edges[x])*(bottom-top)))
		}
	}
}
