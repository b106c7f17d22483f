package pages

import "math"

// skew gives the angle in degrees by which the page has to be turned
// (counter-clockwise on screen is positive) so that its lines lie level; 0 when
// there is no clear answer. It looks at angles up to 10 degrees either way.
//
// Method: project the ink of a small copy along slanted rows; at the right
// slant rows of text and gaps between them alternate most sharply.
func skew(g *gray) float64 {
	angle, _ := lie(g)
	return angle
}

// lie is skew, and whether the lines seem to run up or down the page: turned by
// a quarter, its rows are far sharper than as it is.
func lie(g *gray) (angle float64, sideways bool) {
	const clear, far = 20, 4
	small := smallCopy(g)
	pts := inkPoints(small)
	angle, upright := slant(small, pts)
	if len(pts) < enoughInk || upright > clear*float64(len(pts)) {
		return angle, false
	}
	turned := small.rotated(90)
	pts = inkPoints(turned)
	_, side := slant(turned, pts)
	return angle, side > clear*float64(len(pts)) && side > far*upright
}

// enoughInk is how many points of ink it takes to see rows.
const enoughInk = 200

// smallCopy is a small copy, in which lines of text are still apart.
func smallCopy(g *gray) *gray {
	const width = 800
	if g.w <= width {
		return g
	}
	return g.shrunkTo(width)
}

// slant is skew for a small picture, with how sharp its rows are then.
func slant(small *gray, pts []point) (angle, sharp float64) {
	if len(pts) < enoughInk {
		return 0, 0
	}
	best, bestScore, level := 0.0, -1.0, 0.0
	try := func(deg float64) {
		s := sharpness(pts, small.w, small.h, deg)
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
func inkPoints(g *gray) []point {
	dark := uint8(max(90, int(percentile(g, 0.5))-60))
	var pts []point
	for y := 0; y < g.h-1; y++ {
		row, below := g.row(y), g.row(y+1)
		for x, v := range row {
			if v < dark && below[x] >= dark {
				pts = append(pts, point{int32(x), int32(y)})
			}
		}
	}
	return pts
}

func sharpness(pts []point, w, h int, deg float64) float64 {
	slope := int64(math.Tan(deg*math.Pi/180) * (1 << 16))
	margin := w/5 + 2
	rows := make([]int32, h+2*margin)
	for _, p := range pts {
		y := int64(p.y) + (int64(p.x)*slope)>>16
		rows[int(y)+margin]++
	}
	var s float64
	for i := 1; i < len(rows); i++ {
		d := float64(rows[i] - rows[i-1])
		s += d * d
	}
	return s
}
