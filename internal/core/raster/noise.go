package raster

import "slices"

// ImpulseNoise gives the share of pixels that stand alone: far from all their
// eight neighbours in the same direction. Text has next to none.
func ImpulseNoise(g *Gray) float64 {
	const far = 60
	var alone, seen int
	for y := 1; y < g.H-1; y += 3 {
		up, row, down := g.Row(y-1), g.Row(y), g.Row(y+1)
		for x := 1; x < g.W-1; x++ {
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
		seen += g.W - 2
	}
	if seen == 0 {
		return 0
	}
	return float64(alone) / float64(seen)
}

// Despeckled replaces pixels that stand alone by a neighbour. A full stop is
// larger than that at any resolution that can be read.
func Despeckled(g *Gray) *Gray {
	const far = 60
	out := &Gray{slices.Clone(g.Pix), g.W, g.H}
	for y := 1; y < g.H-1; y++ {
		up, row, down, dst := g.Row(y-1), g.Row(y), g.Row(y+1), out.Row(y)
		for x := 1; x < g.W-1; x++ {
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

// breaksStrokes reports whether a filter took much of the ink of what has the size of
// letters: their strokes are so thin that it breaks them.
func breaksStrokes(before, after *Gray) bool {
	const smallest, largest, most = 8, 120, 15 // pixels, pixels, of a hundred of their ink
	was, is := 0, 0
	for _, b := range componentBoxes(before, Ink) {
		if w, h := b.x1-b.x0, b.y1-b.y0; h < smallest || h > largest || w > 3*h || 6*w < h {
			continue
		}
		for y := b.y0; y < b.y1; y++ {
			for i := y*before.W + b.x0; i < y*before.W+b.x1; i++ {
				if before.Pix[i] < Ink {
					was++
				}
				if after.Pix[i] < Ink {
					is++
				}
			}
		}
	}
	return 100*(was-is) > most*was
}

// Median3 replaces each pixel by the median of its 3×3 neighbourhood. The border
// stays.
func Median3(g *Gray) *Gray {
	out := &Gray{slices.Clone(g.Pix), g.W, g.H}
	if g.W < 3 {
		return out
	}
	for y := 1; y < g.H-1; y++ {
		a := g.Row(y - 1)
		b, c, dst := g.Row(y)[:len(a)], g.Row(y + 1)[:len(a)], out.Row(y)[:len(a)]
		// Each column is sorted once and used three times.
		l0, m0, h0 := sort3(a[0], b[0], c[0])
		l1, m1, h1 := sort3(a[1], b[1], c[1])
		for x := 2; x < len(a); x++ {
			l2, m2, h2 := sort3(a[x], b[x], c[x])
			dst[x-1] = uint8(middle(max(l0, l1, l2), middle(m0, m1, m2), min(h0, h1, h2)))
			l0, m0, h0, l1, m1, h1 = l1, m1, h1, l2, m2, h2
		}
	}
	return out
}

// sort3 and middle choose without a jump: which way one goes in noise no processor can
// guess, and guesses that fail took nine tenths of the time.
func sort3(x, y, z uint8) (lo, mid, hi int) {
	a, b, c := int(x), int(y), int(z)
	p, q := min(a, b), max(a, b)
	return min(p, c), max(p, min(q, c)), max(q, c)
}

func middle(a, b, c int) int { return max(min(a, b), min(max(a, b), c)) }
