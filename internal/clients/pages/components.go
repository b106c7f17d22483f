package pages

// textHeight estimates how tall small letters and digits are, in pixels: the
// middle height of the dark spots that have the size and shape of one. It is 0
// when there are too few to tell.
func textHeight(g *gray) int {
	const smallest, largest = 4, 120
	dark := uint8(max(60, int(percentile(g, 0.5))-70))
	var heights [largest + 1]int
	n := 0
	for _, s := range spots(g, dark) {
		w, h := s.x1-s.x0, s.y1-s.y0
		if h < smallest || h > largest || w > 3*h || 6*w < h {
			continue
		}
		heights[h]++
		n++
	}
	if n < 30 {
		return 0
	}
	left := n / 2
	for h, k := range heights {
		if left -= k; left < 0 {
			return h
		}
	}
	return 0
}

// spot is the box of pixels that hang together.
type spot struct{ x0, y0, x1, y1 int }

// spots finds dark pixels that touch, also at corners. It goes row by row and
// joins runs that overlap those of the row above.
func spots(g *gray, dark uint8) []spot {
	type run struct{ from, to, spot int }
	var boxes []spot
	var parent []int
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	var above, here []run
	for y := range g.h {
		here = here[:0]
		row := g.row(y)
		k := 0
		for x := 0; x < g.w; x++ {
			if row[x] >= dark {
				continue
			}
			from := x
			for x < g.w && row[x] < dark {
				x++
			}
			r := run{from, x, -1}
			for k < len(above) && above[k].to < from {
				k++
			}
			for i := k; i < len(above) && above[i].from <= x; i++ {
				up := root(above[i].spot)
				if r.spot < 0 {
					r.spot = up
				} else if r.spot != up {
					a, b := &boxes[r.spot], boxes[up]
					a.x0, a.y0, a.x1, a.y1 = min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1)
					parent[up] = r.spot
				}
			}
			if r.spot < 0 {
				r.spot = len(boxes)
				boxes = append(boxes, spot{from, y, x, y + 1})
				parent = append(parent, r.spot)
			}
			b := &boxes[r.spot]
			b.x0, b.x1, b.y1 = min(b.x0, from), max(b.x1, x), y+1
			here = append(here, r)
		}
		above, here = here, above
	}
	out := boxes[:0]
	for i, b := range boxes {
		if parent[i] == i {
			out = append(out, b)
		}
	}
	return out
}
