package pages

import "math"

// enlarged scales g by a factor over 1 with a Catmull-Rom kernel, which keeps
// strokes sharp.
func (g *gray) enlarged(factor float64) *gray {
	w, h := int(math.Round(float64(g.w)*factor)), int(math.Round(float64(g.h)*factor))
	wide := newGray(w, g.h)
	across := cubicTaps(g.w, w)
	for y := range g.h {
		src, dst := g.row(y), wide.row(y)
		for x, t := range across {
			dst[x] = t.mix(src[t.at[0]], src[t.at[1]], src[t.at[2]], src[t.at[3]])
		}
	}
	out := newGray(w, h)
	for y, t := range cubicTaps(g.h, h) {
		a, b, c, d := wide.row(t.at[0]), wide.row(t.at[1]), wide.row(t.at[2]), wide.row(t.at[3])
		dst := out.row(y)
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
