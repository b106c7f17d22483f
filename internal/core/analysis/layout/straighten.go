package layout

import (
	"math"
	"slices"

	"clinician/internal/core/analysis/vocabulary"
)

// straighten gives the words places on an upright page with level lines: pages
// are turned by quarters as their lines run, then sheared by the slope of their
// lines, which may change down the page as in photographs. Boxes stay as they are.
func straighten(words []vocabulary.Token) {
	turn := runs(words)
	for i := range words {
		w := &words[i]
		x, y, x1, y1 := float64(w.Box.X), float64(w.Box.Y), float64(w.Box.X+w.Box.W), float64(w.Box.Y+w.Box.H)
		switch turn {
		case 90: // lines run down
			w.X0, w.X1, w.Y0, w.Y1 = y, y1, -x1, -x
		case 180:
			w.X0, w.X1, w.Y0, w.Y1 = -x1, -x, -y1, -y
		case 270: // lines run up
			w.X0, w.X1, w.Y0, w.Y1 = -y1, -y, x, x1
		default:
			w.X0, w.X1, w.Y0, w.Y1 = x, x1, y, y1
		}
	}
	slope := slopes(words)
	top, bottom := math.Inf(1), math.Inf(-1)
	for _, w := range words {
		top, bottom = min(top, w.Y0), max(bottom, w.Y1)
	}
	lean := slope((top + bottom) / 2) // what stands upright leans as far as lines fall
	for i := range words {
		w := &words[i]
		fall, shift := slope(w.Middle())*(w.X0+w.X1)/2, lean*w.Middle()
		w.Y0, w.Y1 = w.Y0-fall, w.Y1-fall
		w.X0, w.X1 = w.X0+shift, w.X1+shift
	}
	lift(words)
}

// lift moves the page so that no place is negative.
func lift(words []vocabulary.Token) {
	var x, y float64
	for _, w := range words {
		x, y = min(x, w.X0), min(y, w.Y0)
	}
	for i := range words {
		w := &words[i]
		w.X0, w.X1, w.Y0, w.Y1 = w.X0-x, w.X1-x, w.Y0-y, w.Y1-y
	}
}

// runs gives by how many degrees clockwise the lines of the page are turned.
func runs(words []vocabulary.Token) int {
	var dx, dy, ax, ay float64
	for i := 1; i < len(words); i++ {
		a, b := words[i-1], words[i]
		if a.Line != b.Line {
			continue
		}
		x := float64(2*b.Box.X+b.Box.W-2*a.Box.X-a.Box.W) / 2
		y := float64(2*b.Box.Y+b.Box.H-2*a.Box.Y-a.Box.H) / 2
		dx, dy, ax, ay = dx+x, dy+y, ax+math.Abs(x), ay+math.Abs(y)
	}
	switch {
	case ay > 2*ax && dy > ay/2:
		return 90
	case ay > 2*ax && dy < -ay/2:
		return 270
	case ax > 2*ay && dx < -ax/2:
		return 180
	}
	return 0
}

// slopes measures how lines fall to the right, at a height of the page.
func slopes(words []vocabulary.Token) func(y float64) float64 {
	type measured struct{ y, slope float64 }
	var all []measured
	for i := 0; i < len(words); {
		k := i
		for k < len(words) && words[k].Line == words[i].Line {
			k++
		}
		if s, ok := slopeOf(words[i:k]); ok {
			all = append(all, measured{words[i].Middle(), s})
		}
		i = k
	}
	if len(all) < 3 {
		return func(float64) float64 { return 0 }
	}
	slices.SortFunc(all, func(a, b measured) int {
		if a.y < b.y {
			return -1
		}
		return 1
	})
	middle := func(part []measured) measured {
		ys, ss := make([]float64, len(part)), make([]float64, len(part))
		for i, m := range part {
			ys[i], ss[i] = m.y, m.slope
		}
		slices.Sort(ys)
		slices.Sort(ss)
		return measured{ys[len(ys)/2], ss[len(ss)/2]}
	}
	if len(all) < 10 {
		m := middle(all)
		return func(float64) float64 { return m.slope }
	}
	a, b := middle(all[:len(all)/2]), middle(all[len(all)/2:])
	if b.y-a.y < 1 {
		return func(float64) float64 { return a.slope }
	}
	k := (b.slope - a.slope) / (b.y - a.y)
	return func(y float64) float64 { return a.slope + k*(y-a.y) }
}

// slopeOf fits a line through the middles of words; short runs say nothing.
func slopeOf(words []vocabulary.Token) (float64, bool) {
	var n, sx, sy, sxx, sxy, height float64
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, w := range words {
		if w.Fold == "" {
			continue
		}
		x, y := (w.X0+w.X1)/2, w.Middle()
		n, sx, sy, sxx, sxy, height = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y, height+w.Height()
		lo, hi = min(lo, w.X0), max(hi, w.X1)
	}
	div := n*sxx - sx*sx
	if n < 3 || hi-lo < 12*height/n || div <= 0 {
		return 0, false
	}
	slope := (n*sxy - sx*sy) / div
	return slope, math.Abs(slope) < 0.25
}
