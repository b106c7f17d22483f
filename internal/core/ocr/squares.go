package ocr

import "clinician/internal/core"

// squares is a page cut into small squares; marked are those with ink that
// belongs to no word.
type squares struct {
	marked     []bool
	w, h, size int
}

// newSquares cuts a picture into squares of so many pixels. Words own a little
// more than their boxes: what sticks out of a letter is no text of its own.
func newSquares(img picture, size int, words []core.Word) squares {
	const ink = 10 // of a hundred pixels; a square with less is paper
	s := squares{make([]bool, (img.w/size)*(img.h/size)), img.w / size, img.h / size, size}
	owned := make([]bool, len(s.marked))
	for _, w := range words {
		b := grown(w.Box, w.Box.H/4)
		for y := max(0, b.Y/size); y <= min(s.h-1, (b.Y+b.H)/size); y++ {
			for x := max(0, b.X/size); x <= min(s.w-1, (b.X+b.W)/size); x++ {
				owned[y*s.w+x] = true
			}
		}
	}
	for i := range s.marked {
		if owned[i] {
			continue
		}
		n := 0
		for y := i / s.w * size; y < (i/s.w+1)*size; y++ {
			for _, v := range img.pix[y*img.w+i%s.w*size:][:size] {
				if v < black {
					n++
				}
			}
		}
		s.marked[i] = 100*n >= ink*size*size
	}
	return s
}

// regions gives the boxes of marked squares that hang together. Along the line
// a gap of less than reach pixels does not part them.
func (s squares) regions(reach int) []core.Box {
	seen := make([]bool, len(s.marked))
	var out []core.Box
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
		out = append(out, core.Box{X: x0 * s.size, Y: y0 * s.size, W: (x1 - x0) * s.size, H: (y1 - y0) * s.size})
	}
	return out
}
