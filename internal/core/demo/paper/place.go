package paper

import (
	"image"
	"math"
	"math/rand/v2"

	"clinician/internal/core"
)

// quad is where the corners of a page land: top left, top right, bottom right,
// bottom left.
type quad [4][2]float64

// place puts the page onto the image the sensor delivers: turned, skewed or in
// perspective, and moves the words' boxes along.
func place(img *image.Gray, words []Word, p Profile, r *rand.Rand) (*image.Gray, []Word) {
	w, h := float64(img.Rect.Dx()), float64(img.Rect.Dy())
	skew := p.Skew
	if skew != 0 {
		skew += (r.Float64() - 0.5) * 0.2
	}
	if skew == 0 && p.Quarter == 0 && !p.Photo {
		return img, words
	}
	var to quad
	dw, dh := w, h
	ground := uint8(247)
	switch {
	case p.Photo:
		to, ground = photoQuad(w, h, r), 96
	default:
		if p.Quarter%2 == 1 {
			dw, dh = h, w
		}
		to = turned(w, h, dw, dh, skew+90*float64(p.Quarter))
	}
	m := newMapping(to, w, h)
	out := blank(int(dw), int(dh), ground)
	m.draw(out, img)
	moved := make([]Word, 0, len(words))
	for _, word := range words {
		if word.Box = m.box(word.Box).clip(out.Rect); word.Box.W > 0 && word.Box.H > 0 {
			moved = append(moved, word)
		}
	}
	return out, moved
}

// turned gives the corners of a w×h page turned clockwise about its centre and
// centred on dw×dh.
func turned(w, h, dw, dh, degrees float64) quad {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	var q quad
	for i, c := range [4][2]float64{{-w / 2, -h / 2}, {w / 2, -h / 2}, {w / 2, h / 2}, {-w / 2, h / 2}} {
		q[i] = [2]float64{c[0]*cos - c[1]*sin + dw/2, c[0]*sin + c[1]*cos + dh/2}
	}
	return q
}

// photoQuad leaves a margin of desk and shortens one side, as a phone that is
// not held level does.
func photoQuad(w, h float64, r *rand.Rand) quad {
	in := func(share float64) float64 { return share * (0.6 + 0.8*r.Float64()) }
	return quad{
		{w * in(0.055), h * in(0.035)},
		{w * (1 - in(0.06)), h * in(0.025)},
		{w * (1 - in(0.025)), h * (1 - in(0.03))},
		{w * in(0.02), h * (1 - in(0.025))},
	}
}

// mapping is the projective map from page to image and back.
type mapping struct {
	there, back [9]float64
}

// newMapping maps the rectangle 0,0..w,h onto q (Heckbert 1989, unit square to
// quadrilateral, scaled).
func newMapping(q quad, w, h float64) mapping {
	dx1, dy1 := q[1][0]-q[2][0], q[1][1]-q[2][1]
	dx2, dy2 := q[3][0]-q[2][0], q[3][1]-q[2][1]
	sx, sy := q[0][0]-q[1][0]+q[2][0]-q[3][0], q[0][1]-q[1][1]+q[2][1]-q[3][1]
	det := dx1*dy2 - dx2*dy1
	g, k := (sx*dy2-dx2*sy)/det, (dx1*sy-sx*dy1)/det
	m := [9]float64{
		q[1][0] - q[0][0] + g*q[1][0], q[3][0] - q[0][0] + k*q[3][0], q[0][0],
		q[1][1] - q[0][1] + g*q[1][1], q[3][1] - q[0][1] + k*q[3][1], q[0][1],
		g, k, 1,
	}
	for i := range 3 {
		m[3*i] /= w
		m[3*i+1] /= h
	}
	return mapping{there: m, back: adjugate(m)}
}

// adjugate is the inverse up to a factor, which a projective map does not mind.
func adjugate(m [9]float64) [9]float64 {
	return [9]float64{
		m[4]*m[8] - m[5]*m[7], m[2]*m[7] - m[1]*m[8], m[1]*m[5] - m[2]*m[4],
		m[5]*m[6] - m[3]*m[8], m[0]*m[8] - m[2]*m[6], m[2]*m[3] - m[0]*m[5],
		m[3]*m[7] - m[4]*m[6], m[1]*m[6] - m[0]*m[7], m[0]*m[4] - m[1]*m[3],
	}
}

func project(m *[9]float64, x, y float64) (float64, float64) {
	w := m[6]*x + m[7]*y + m[8]
	return (m[0]*x + m[1]*y + m[2]) / w, (m[3]*x + m[4]*y + m[5]) / w
}

// draw fills dst with src seen through the map; outside src it leaves dst.
func (m *mapping) draw(dst, src *image.Gray) {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	b := &m.back
	for y := range dst.Rect.Dy() {
		line := dst.Pix[y*dst.Stride : y*dst.Stride+dst.Rect.Dx()]
		fy := float64(y) + 0.5
		u, v, t := b[1]*fy+b[2]+0.5*b[0], b[4]*fy+b[5]+0.5*b[3], b[7]*fy+b[8]+0.5*b[6]
		for x := range line {
			inv := 256 / t
			su, sv := int(u*inv)-128, int(v*inv)-128
			u, v, t = u+b[0], v+b[3], t+b[6]
			px, py := su>>8, sv>>8
			if px < 0 || py < 0 || px >= w-1 || py >= h-1 {
				continue
			}
			at := py*src.Stride + px
			a, bb := int(src.Pix[at]), int(src.Pix[at+1])
			c, d := int(src.Pix[at+src.Stride]), int(src.Pix[at+src.Stride+1])
			if a == bb && c == d && a == c { // most of a page is white
				line[x] = uint8(a)
				continue
			}
			fx, fyy := su&255, sv&255
			top, low := a*256+(bb-a)*fx, c*256+(d-c)*fx
			line[x] = uint8((top*256 + (low-top)*fyy) >> 16)
		}
	}
}

// boxF is a box with float corners.
type boxF struct{ x0, y0, x1, y1 float64 }

// box gives the upright box around the image of b.
func (m *mapping) box(b core.Box) boxF {
	out := boxF{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range [4][2]int{{b.X, b.Y}, {b.X + b.W, b.Y}, {b.X + b.W, b.Y + b.H}, {b.X, b.Y + b.H}} {
		x, y := project(&m.there, float64(c[0]), float64(c[1]))
		out = boxF{min(out.x0, x), min(out.y0, y), max(out.x1, x), max(out.y1, y)}
	}
	return out
}

func (b boxF) clip(r image.Rectangle) core.Box {
	x0, y0 := max(int(math.Floor(b.x0)), 0), max(int(math.Floor(b.y0)), 0)
	x1, y1 := min(int(math.Ceil(b.x1)), r.Dx()), min(int(math.Ceil(b.y1)), r.Dy())
	return core.Box{X: x0, Y: y0, W: x1 - x0, H: y1 - y0}
}
