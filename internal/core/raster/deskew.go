package raster

import "math"

// Skew gives the angle in degrees by which the page has to be turned
// (counter-clockwise on screen is positive) so that its lines lie level; 0 when
// there is no clear answer. It looks at angles up to 10 degrees either way.
// sideways is the clockwise turn (90 or 270) that seems to put lines level which
// run up or down the page, for turned by a quarter its rows are far sharper than
// as it is; else 0.
//
// Method: project the ink of a small copy along slanted rows; at the right
// slant rows of text and gaps between them alternate most sharply.
func Skew(g *Gray) (angle float64, sideways int) {
	const clear, far = 20, 4
	small := smallCopy(g)
	pts := inkPoints(small)
	angle, upright := slant(small, pts)
	if len(pts) < enoughInk || upright > clear*float64(len(pts)) {
		return angle, 0
	}
	turned := small.Rotated(90)
	pts = inkPoints(turned)
	tilt, side := slant(turned, pts)
	if side <= clear*float64(len(pts)) || side <= far*upright {
		return angle, 0
	}
	if onItsHead(turned, -tilt) {
		return angle, 270
	}
	return angle, 90
}

// onItsHead reports whether rows of text begin more sharply than they end, going
// down. Upright, they end sharply: all letters stand on the line, few reach below,
// while many rise above the small ones.
func onItsHead(small *Gray, deg float64) bool {
	dark := uint8(max(90, int(small.Percentile(0.5))-60))
	r := newRows(small.W, small.H, deg)
	for y := range small.H {
		for x, v := range small.Row(y) {
			if v < dark {
				r.add(x, y)
			}
		}
	}
	var begin, end float64
	for i := 1; i < len(r.ink); i++ {
		if d := float64(r.ink[i] - r.ink[i-1]); d > 0 {
			begin += d * d
		} else {
			end += d * d
		}
	}
	return begin > end
}

// rows counts ink along the rows of a picture whose lines fall by an angle.
type rows struct {
	slope  int64 // in 1/65536
	margin int
	ink    []int32
}

func newRows(w, h int, deg float64) rows {
	margin := w/5 + 2
	return rows{int64(math.Tan(deg*math.Pi/180) * (1 << 16)), margin, make([]int32, h+2*margin)}
}

func (r rows) add(x, y int) { r.ink[y+int(int64(x)*r.slope>>16)+r.margin]++ }

// enoughInk is how many points of ink it takes to see rows.
const enoughInk = 200

// smallCopy is a small copy, in which lines of text are still apart.
func smallCopy(g *Gray) *Gray {
	const width = 800
	if g.W <= width {
		return g
	}
	return g.ShrunkTo(width)
}

// slant is Skew for a small picture, with how sharp its rows are then.
func slant(small *Gray, pts []point) (angle, sharp float64) {
	if len(pts) < enoughInk {
		return 0, 0
	}
	best, bestScore, level := 0.0, -1.0, 0.0
	try := func(deg float64) {
		s := sharpness(pts, small.W, small.H, deg)
		if deg == 0 {
			level = s
		}
		if s > bestScore {
			best, bestScore = deg, s
		}
	}
	for deg := -10.0; deg <= 10; deg += 0.5 {
		try(deg)
	}
	for step := 0.25; step > 0.04; step /= 2 {
		at := best
		try(at - step)
		try(at + step)
	}
	if bestScore < 1.1*level || math.Abs(best) > 9.9 {
		return 0, bestScore
	}
	return -best, bestScore
}

type point struct{ x, y int32 }

// inkPoints lists dark pixels that have something lighter below: edges of
// strokes. So large dark areas do not drown the text.
func inkPoints(g *Gray) []point {
	dark := uint8(max(90, int(g.Percentile(0.5))-60))
	var pts []point
	for y := 0; y < g.H-1; y++ {
		row, below := g.Row(y), g.Row(y+1)
		for x, v := range row {
			if v < dark && below[x] >= dark {
				pts = append(pts, point{int32(x), int32(y)})
			}
		}
	}
	return pts
}

func sharpness(pts []point, w, h int, deg float64) float64 {
	r := newRows(w, h, deg)
	for _, p := range pts {
		r.add(int(p.x), int(p.y))
	}
	var s float64
	for i := 1; i < len(r.ink); i++ {
		d := float64(r.ink[i] - r.ink[i-1])
		s += d * d
	}
	return s
}

// Turned rotates g about its centre by radians (positive: counter-clockwise on
// screen), keeping its size; what comes in from outside is white.
func (g *Gray) Turned(radians float64) *Gray {
	out := New(g.W, g.H)
	const one = 1 << 16
	sin, cos := math.Sincos(radians)
	dx, dy := int(cos*one), int(sin*one)
	cx, cy := float64(g.W-1)/2, float64(g.H-1)/2
	for y := range g.H {
		ry := float64(y) - cy
		sx := int((cx - cx*cos - ry*sin) * one)
		sy := int((cy - cx*sin + ry*cos) * one)
		dst := out.Row(y)
		for x := range dst {
			ix, iy := sx>>16, sy>>16
			if ix >= 0 && iy >= 0 && ix < g.W-1 && iy < g.H-1 {
				fx, fy := (sx>>8)&255, (sy>>8)&255
				p := g.Pix[iy*g.W+ix:]
				q := g.Pix[(iy+1)*g.W+ix:]
				top := int(p[0])*(256-fx) + int(p[1])*fx
				bottom := int(q[0])*(256-fx) + int(q[1])*fx
				dst[x] = uint8((top*(256-fy) + bottom*fy) >> 16)
			} else {
				dst[x] = 255
			}
			sx += dx
			sy += dy
		}
	}
	return out
}
