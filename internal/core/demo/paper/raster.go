package paper

import (
	"image"
	"math"
	"math/rand/v2"
	"unicode/utf8"

	"clinician/internal/core"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)) }

// Raster prints a sheet as a grey image of dpi dots per inch and gives the
// words with their boxes in pixels.
func Raster(s *Sheet, dpi int) (*image.Gray, []Word) {
	return newPrinter(dpi).print(s)
}

// printer keeps the rendered glyphs of one size of print; a document's pages
// share it.
type printer struct {
	dpi   int
	scale float64
	faces map[faceKey]*face
}

type faceKey struct {
	font Font
	size float64
}

func newPrinter(dpi int) *printer {
	return &printer{dpi: dpi, scale: float64(dpi) / 72, faces: map[faceKey]*face{}}
}

func (p *printer) face(f Font, size float64) *face {
	k := faceKey{f, size}
	if p.faces[k] == nil {
		p.faces[k] = newFace(f, size*p.scale)
	}
	return p.faces[k]
}

func (p *printer) print(s *Sheet) (*image.Gray, []Word) {
	img := blank(int(math.Round(Width*p.scale)), int(math.Round(Height*p.scale)), 255)
	for i, o := range s.ops {
		switch o.kind {
		case opText:
			p.text(img, o)
		case opHand:
			p.hand(img, o, uint64(i))
		case opStamp:
			p.stamp(img, o)
		case opFill:
			p.fill(img, o)
		case opLine:
			p.stroke(img, o.x, o.y, o.x1, o.y1, o.width)
		case opCurve:
			for i := range len(o.points) - 1 {
				a, b := o.points[i], o.points[i+1]
				p.stroke(img, a[0], a[1], b[0], b[1], o.width)
			}
		}
	}
	return img, p.words(s)
}

func (p *printer) words(s *Sheet) []Word {
	var out []Word
	for line, row := range s.rows() {
		for _, w := range row {
			x0, y0 := math.Floor(w.x0*p.scale), math.Floor(w.y0*p.scale)
			x1, y1 := math.Ceil(w.x1*p.scale), math.Ceil(w.y1*p.scale)
			out = append(out, Word{Text: w.text, Line: line, Hand: w.hand, Over: w.over,
				Box: core.Box{X: int(x0), Y: int(y0), W: int(x1 - x0), H: int(y1 - y0)}})
		}
	}
	return out
}

func blank(w, h int, grey uint8) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = grey
	}
	return img
}

func (p *printer) text(img *image.Gray, o op) {
	f, t := p.face(o.style.Font, o.style.Size), typefaces()[o.style.Font]
	x, y := o.x*p.scale, int(math.Round(o.y*p.scale))
	for _, r := range o.text {
		blot(img, f.glyph(r), int(math.Round(x)), y, o.style.Grey, 0)
		x += t.advance(r) * o.style.Size * p.scale
	}
}

// hand prints slanted letters that do not keep to the line.
func (p *printer) hand(img *image.Gray, o op, seed uint64) {
	f, t := p.face(o.style.Font, o.style.Size), typefaces()[o.style.Font]
	r := newRand(seed + uint64(utf8.RuneCountInString(o.text)))
	x, y := o.x*p.scale, o.y*p.scale
	for _, c := range o.text {
		wobble := (r.Float64() - 0.5) * 0.16 * o.style.Size * p.scale
		blot(img, f.glyph(c), int(math.Round(x)), int(math.Round(y+wobble)), o.style.Grey, 0.12)
		x += t.advance(c) * o.style.Size * p.scale
		y -= 0.02 * o.style.Size * p.scale * r.Float64()
	}
}

// blot puts a glyph on the page, its rows pushed right by slant for each row
// above the baseline.
func blot(img *image.Gray, g *glyph, x, y int, ink uint8, slant float64) {
	for row := range g.h {
		py := y + g.dy + row
		if py < 0 || py >= img.Rect.Dy() {
			continue
		}
		px := x + g.dx + int(slant*float64(-(g.dy+row)))
		line := img.Pix[py*img.Stride : py*img.Stride+img.Rect.Dx()]
		for col, m := range g.mask[row*g.w : (row+1)*g.w] {
			if at := px + col; m != 0 && at >= 0 && at < len(line) {
				line[at] = mix(line[at], ink, m)
			}
		}
	}
}

// mix lays ink of the given coverage over a grey; it only darkens.
func mix(under, ink, coverage uint8) uint8 {
	if ink >= under {
		return under
	}
	return uint8(int(under) - (int(under)-int(ink))*int(coverage)/255)
}

func (p *printer) fill(img *image.Gray, o op) {
	r := image.Rect(int(math.Round(o.x*p.scale)), int(math.Round(o.y*p.scale)), int(math.Round(o.x1*p.scale)), int(math.Round(o.y1*p.scale))).Intersect(img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		line := img.Pix[y*img.Stride+r.Min.X : y*img.Stride+r.Max.X]
		for i := range line {
			line[i] = min(line[i], o.style.Grey)
		}
	}
}

// stroke draws a line with soft edges by the distance of each pixel from it.
func (p *printer) stroke(img *image.Gray, x0, y0, x1, y1, width float64) {
	x0, y0, x1, y1 = x0*p.scale, y0*p.scale, x1*p.scale, y1*p.scale
	half := max(width*p.scale/2, 0.5)
	dx, dy := x1-x0, y1-y0
	length := dx*dx + dy*dy
	r := image.Rect(int(min(x0, x1)-half-1), int(min(y0, y1)-half-1), int(max(x0, x1)+half+2), int(max(y0, y1)+half+2)).Intersect(img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			fx, fy := float64(x)+0.5-x0, float64(y)+0.5-y0
			t := 0.0
			if length > 0 {
				t = min(max((fx*dx+fy*dy)/length, 0), 1)
			}
			d := math.Hypot(fx-t*dx, fy-t*dy)
			if cover := half + 0.5 - d; cover > 0 {
				at := y*img.Stride + x
				img.Pix[at] = mix(img.Pix[at], 0, uint8(min(cover, 1)*255))
			}
		}
	}
}

// stamp prints text and frame upright, then lays them turned over the page.
func (p *printer) stamp(img *image.Gray, o op) {
	w, h := TextWidth(o.style.Font, o.style.Size, o.text)+2*o.padding, o.style.Size+2*o.padding
	rubber := blank(int(w*p.scale)+4, int(h*p.scale)+4, 255)
	p.text(rubber, op{x: o.padding, y: o.padding + o.style.Size*0.82, text: o.text, style: Style{Font: o.style.Font, Size: o.style.Size}})
	for _, e := range [][4]float64{{1, 1, w - 1, 1}, {w - 1, 1, w - 1, h - 1}, {w - 1, h - 1, 1, h - 1}, {1, h - 1, 1, 1}} {
		p.stroke(rubber, e[0], e[1], e[2], e[3], 1.6)
	}
	sin, cos := math.Sincos(o.angle * math.Pi / 180)
	cx, cy := o.x*p.scale, o.y*p.scale
	reach := int(math.Hypot(float64(rubber.Rect.Dx()), float64(rubber.Rect.Dy()))/2) + 1
	area := image.Rect(int(cx)-reach, int(cy)-reach, int(cx)+reach, int(cy)+reach).Intersect(img.Rect)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			fx, fy := float64(x)-cx, float64(y)-cy
			u := int(fx*cos - fy*sin + float64(rubber.Rect.Dx())/2)
			v := int(fx*sin + fy*cos + float64(rubber.Rect.Dy())/2)
			if !(image.Point{X: u, Y: v}).In(rubber.Rect) {
				continue
			}
			at := y*img.Stride + x
			img.Pix[at] = mix(img.Pix[at], o.style.Grey, 255-rubber.Pix[v*rubber.Stride+u])
		}
	}
}
