package ui

import (
	"image"

	"golang.org/x/image/draw"
)

// View is a window over a picture that is drawn in cells, two square pixels each.
type View struct {
	Zoom   float64 // of the whole picture in its place
	Scale  float64 // cells for each pixel of the picture
	W, H   float64 // of the picture that is seen, 0..1
	x, y   float64 // where it begins, of what is not seen, 0..1
	cw, ch int     // cells it fills
}

// NewView looks at a picture in w by h cells. Without a zoom the picture is as wide as
// its place; x and y say where the window stands, from 0 to 1.
func NewView(img *image.Gray, w, h int, zoom, x, y float64) View {
	b := img.Bounds()
	bw, bh := float64(b.Dx()), float64(b.Dy())
	fit := min(float64(w)/bw, float64(2*h)/bh)
	if zoom == 0 {
		zoom = float64(w) / bw / fit
	}
	v := View{Zoom: max(1, zoom), x: x, y: y}
	v.Scale = fit * v.Zoom
	v.cw, v.ch = max(1, min(w, int(bw*v.Scale+0.01))), max(1, min(h, int(bh*v.Scale/2+0.01)))
	v.W, v.H = min(1, float64(v.cw)/v.Scale/bw), min(1, float64(2*v.ch)/v.Scale/bh)
	return v
}

// Centre says where the window stands when its middle is at a place of the picture.
func (v View) Centre(x, y float64) (left, top float64) {
	at := func(p, part float64) float64 {
		if part >= 1 {
			return 0
		}
		return max(0, min(1, (p-part/2)/(1-part)))
	}
	return at(x, v.W), at(y, v.H)
}

// Middle is the place of the picture in the middle of the window.
func (v View) Middle() (x, y float64) {
	return v.x*(1-v.W) + v.W/2, v.y*(1-v.H) + v.H/2
}

// Seen gives the part of the picture's height that is seen, in percent.
func (v View) Seen() (from, to int) {
	at := 100 * v.y * (1 - v.H)
	return int(at + 0.5), int(at + 100*v.H + 0.5)
}

// rect is the part of a picture that is seen.
func (v View) rect(b image.Rectangle) image.Rectangle {
	pw, ph := max(1, int(v.W*float64(b.Dx()))), max(1, int(v.H*float64(b.Dy())))
	x, y := b.Min.X+int(v.x*float64(b.Dx()-pw)), b.Min.Y+int(v.y*float64(b.Dy()-ph))
	return image.Rect(x, y, x+pw, y+ph).Intersect(b)
}

// Part gives the picture that is seen, no finer than terminals have pixels, and the cells
// it fills.
func (v View) Part(img *image.Gray) (part *image.Gray, cw, ch int) {
	part, _ = img.SubImage(v.rect(img.Bounds())).(*image.Gray)
	if b, most := part.Bounds(), v.cw*20; b.Dx() > most { // no terminal has cells of more pixels
		small := image.NewGray(image.Rect(0, 0, most, max(1, b.Dy()*most/b.Dx())))
		draw.ApproxBiLinear.Scale(small, small.Bounds(), part, b, draw.Src, nil)
		part = small
	}
	return part, v.cw, v.ch
}

// readableRows is how many cells high the print of a row must be drawn to be read.
const readableRows = 4

// Readable looks at a strip of print so that the place at can be read: at all of it when
// its print is large enough then, otherwise at the part around the place. dots is how many
// pixels are drawn in the width.
func Readable(strip *image.Gray, at image.Rectangle, w, h int, dots float64) View {
	b := strip.Bounds()
	v := NewView(strip, w, h, 1, 0, 0)
	enough := 2 * readableRows * float64(w) / dots // in halves of a cell
	if print := float64(at.Dy()) * v.Scale; print < enough && at.Dy() > 0 {
		most := float64(2*h) / float64(b.Dy()) / v.Scale // the strip fills the height
		v = NewView(strip, w, h, max(1, min(most, enough/print)), 0, 0)
	}
	c := at.Min.Add(at.Size().Div(2)).Sub(b.Min)
	x, y := v.Centre(float64(c.X)/float64(b.Dx()), float64(c.Y)/float64(b.Dy()))
	if float64(at.Max.X-b.Min.X) < v.W*float64(b.Dx()) {
		x = 0 // the row's beginning is seen as well
	}
	v.x, v.y = x, y
	return v
}
