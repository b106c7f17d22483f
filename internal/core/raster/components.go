package raster

import "image"

// TextHeight estimates how tall small letters and digits are, in pixels: the
// middle height of the dark spots that have the size and shape of one. It is 0
// when there are too few to tell.
func TextHeight(g *Gray) int {
	const smallest, largest = 4, 120
	dark := uint8(max(60, int(g.Percentile(0.5))-70))
	var heights [largest + 1]int
	n := 0
	for _, s := range componentBoxes(g, dark) {
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

// Spots gives the boxes of what hangs together of the pixels darker than a threshold,
// also at corners.
func Spots(g *Gray, dark uint8) []image.Rectangle {
	boxes := componentBoxes(g, dark)
	out := make([]image.Rectangle, len(boxes))
	for i, b := range boxes {
		out[i] = image.Rect(b.x0, b.y0, b.x1, b.y1)
	}
	return out
}

// box is that of pixels that hang together, without the last column and row.
type box struct{ x0, y0, x1, y1 int }

// componentBoxes finds dark pixels that touch, also at corners. It goes row by row and
// joins runs that overlap those of the row above.
func componentBoxes(g *Gray, dark uint8) []box {
	type run struct{ from, to, box int }
	var boxes []box
	var parent []int
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	var above, here []run
	for y := range g.H {
		here = here[:0]
		row := g.Row(y)
		k := 0
		for x := 0; x < g.W; x++ {
			if row[x] >= dark {
				continue
			}
			from := x
			for x < g.W && row[x] < dark {
				x++
			}
			r := run{from, x, -1}
			for k < len(above) && above[k].to < from {
				k++
			}
			for i := k; i < len(above) && above[i].from <= x; i++ {
				up := root(above[i].box)
				if r.box < 0 {
					r.box = up
				} else if r.box != up {
					a, b := &boxes[r.box], boxes[up]
					a.x0, a.y0, a.x1, a.y1 = min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1)
					parent[up] = r.box
				}
			}
			if r.box < 0 {
				r.box = len(boxes)
				boxes = append(boxes, box{from, y, x, y + 1})
				parent = append(parent, r.box)
			}
			b := &boxes[r.box]
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

// Component is pixels that hang together, with the box they fill: its last column
// and row belong to it.
type Component struct {
	X0, Y0, X1, Y1 int
	Ink            [][2]int // x, y
}

func (c Component) Width() int  { return c.X1 - c.X0 + 1 }
func (c Component) Height() int { return c.Y1 - c.Y0 + 1 }

// Components finds what hangs together of the pixels darker than a threshold, also
// at corners, in the order of their first pixels. It keeps every pixel, so it is for
// parts of a page, such as a word.
func (g *Gray) Components(dark uint8) []Component {
	seen := make([]bool, len(g.Pix))
	var out []Component
	for at, v := range g.Pix {
		if v < dark && !seen[at] {
			out = append(out, g.flood(at, dark, seen))
		}
	}
	return out
}

func (g *Gray) flood(from int, dark uint8, seen []bool) Component {
	c := Component{X0: g.W, Y0: g.H}
	todo := []int{from}
	seen[from] = true
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		x, y := at%g.W, at/g.W
		c.X0, c.X1, c.Y0, c.Y1 = min(c.X0, x), max(c.X1, x), min(c.Y0, y), max(c.Y1, y)
		c.Ink = append(c.Ink, [2]int{x, y})
		for ny := max(0, y-1); ny <= min(g.H-1, y+1); ny++ {
			for nx := max(0, x-1); nx <= min(g.W-1, x+1); nx++ {
				if n := ny*g.W + nx; !seen[n] && g.Pix[n] < dark {
					seen[n] = true
					todo = append(todo, n)
				}
			}
		}
	}
	return c
}

// Moved is the component at another place: in the picture that its part was cut
// out of. It changes c.Ink in place.
func (c Component) Moved(x, y int) Component {
	c.X0, c.Y0, c.X1, c.Y1 = c.X0+x, c.Y0+y, c.X1+x, c.Y1+y
	for i := range c.Ink {
		c.Ink[i][0] += x
		c.Ink[i][1] += y
	}
	return c
}

// Edges gives of each row of a component its first and last ink, and whether there
// is a gap between.
func (c Component) Edges() (left, right []int, gap []bool) {
	h := c.Height()
	left, right, gap = make([]int, h), make([]int, h), make([]bool, h)
	n := make([]int, h)
	for k := range h {
		left[k], right[k] = c.X1+1, c.X0-1
	}
	for _, at := range c.Ink {
		k := at[1] - c.Y0
		left[k], right[k] = min(left[k], at[0]), max(right[k], at[0])
		n[k]++
	}
	for k := range h {
		gap[k] = right[k]-left[k]+1 > n[k]+max(1, c.Width()/8)
	}
	return left, right, gap
}
