package raster

import "image"

// UncoveredInk finds ink that lies in none of the boxes that are covered: the
// boxes of what hangs together of it, in the order of their first cells. The page
// is looked at in square cells of so many pixels; along a line a gap of less than
// reach pixels does not part what stands there.
func UncoveredInk(g *Gray, cell int, covered []image.Rectangle, reach int) []image.Rectangle {
	return newGrid(g, cell, covered).regions(reach)
}

// grid is a page cut into square cells; marked are those with ink that is not covered.
type grid struct {
	marked     []bool
	w, h, size int
}

func newGrid(g *Gray, size int, covered []image.Rectangle) grid {
	const ink = 10 // of a hundred pixels; a cell with less is paper
	s := grid{make([]bool, (g.W/size)*(g.H/size)), g.W / size, g.H / size, size}
	hidden := make([]bool, len(s.marked))
	for _, b := range covered {
		for y := max(0, b.Min.Y/size); y <= min(s.h-1, b.Max.Y/size); y++ {
			for x := max(0, b.Min.X/size); x <= min(s.w-1, b.Max.X/size); x++ {
				hidden[y*s.w+x] = true
			}
		}
	}
	for i := range s.marked {
		if hidden[i] {
			continue
		}
		n := 0
		for y := i / s.w * size; y < (i/s.w+1)*size; y++ {
			for _, v := range g.Pix[y*g.W+i%s.w*size:][:size] {
				if v < Ink {
					n++
				}
			}
		}
		s.marked[i] = 100*n >= ink*size*size
	}
	return s
}

// regions gives the boxes of marked cells that hang together. Along the line
// a gap of less than reach pixels does not part them.
func (s grid) regions(reach int) []image.Rectangle {
	seen := make([]bool, len(s.marked))
	var out []image.Rectangle
	var todo []int
	for start, marked := range s.marked {
		if !marked || seen[start] {
			continue
		}
		seen[start] = true
		todo = append(todo[:0], start)
		x0, y0, x1, y1 := s.w, s.h, 0, 0
		for len(todo) > 0 {
			x, y := todo[len(todo)-1]%s.w, todo[len(todo)-1]/s.w
			todo = todo[:len(todo)-1]
			x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x+1), max(y1, y+1)
			for ny := max(0, y-1); ny <= min(s.h-1, y+1); ny++ {
				far := 1
				if ny == y {
					far = max(1, reach/s.size)
				}
				for nx := max(0, x-far); nx <= min(s.w-1, x+far); nx++ {
					if n := ny*s.w + nx; s.marked[n] && !seen[n] {
						seen[n] = true
						todo = append(todo, n)
					}
				}
			}
		}
		out = append(out, image.Rect(x0*s.size, y0*s.size, x1*s.size, y1*s.size))
	}
	return out
}
