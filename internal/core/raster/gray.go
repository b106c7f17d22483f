package raster

import (
	"bytes"
	"image"
	"image/color"
)

// Gray is a picture of 8 bits a pixel, 0 is black and 255 white, without stride:
// row y starts at y*W, and len(Pix) is W*H. The zero value is an empty picture.
type Gray struct {
	Pix  []uint8
	W, H int
}

// White is what paper is.
const White = 255

// New gives a black picture.
func New(w, h int) *Gray { return &Gray{make([]uint8, w*h), w, h} }

// NewWhite gives a white picture.
func NewWhite(w, h int) *Gray { return &Gray{bytes.Repeat([]uint8{White}, w*h), w, h} }

// Row gives the pixels of row y, not a copy.
func (g *Gray) Row(y int) []uint8 { return g.Pix[y*g.W : (y+1)*g.W] }

// Image gives the picture as the standard library has it. Both share their pixels.
func (g *Gray) Image() *image.Gray {
	return &image.Gray{Pix: g.Pix, Stride: g.W, Rect: image.Rect(0, 0, g.W, g.H)}
}

// FromImage copies a picture and converts it with the weights of ITU-R BT.601.
// What is transparent is white, as on paper.
func FromImage(img image.Image) *Gray {
	b := img.Bounds()
	g := New(b.Dx(), b.Dy())
	switch src := img.(type) {
	case *image.Gray:
		for y := range g.H {
			copy(g.Row(y), src.Pix[src.PixOffset(b.Min.X, b.Min.Y+y):])
		}
	case *image.YCbCr:
		for y := range g.H {
			copy(g.Row(y), src.Y[src.YOffset(b.Min.X, b.Min.Y+y):])
		}
	case *image.RGBA:
		for y := range g.H {
			row, p := g.Row(y), src.Pix[src.PixOffset(b.Min.X, b.Min.Y+y):]
			for x := range row {
				q := p[4*x : 4*x+4 : 4*x+4]
				row[x] = uint8((299*int(q[0])+587*int(q[1])+114*int(q[2]))/1000 + 255 - int(q[3]))
			}
		}
	case *image.Paletted:
		var table [256]uint8
		for i, c := range src.Palette {
			table[i&255] = grayOf(c)
		}
		for y := range g.H {
			row, p := g.Row(y), src.Pix[src.PixOffset(b.Min.X, b.Min.Y+y):]
			for x := range row {
				row[x] = table[p[x]]
			}
		}
	default:
		for y := range g.H {
			row := g.Row(y)
			for x := range row {
				row[x] = grayOf(img.At(b.Min.X+x, b.Min.Y+y))
			}
		}
	}
	return g
}

func grayOf(c color.Color) uint8 {
	r, gr, b, a := c.RGBA()
	return uint8(min(255, ((299*r+587*gr+114*b)/1000+0xffff-a)>>8))
}

// Inverted makes black white and white black.
func (g *Gray) Inverted() *Gray {
	out := New(g.W, g.H)
	for i, v := range g.Pix {
		out.Pix[i] = 255 - v
	}
	return out
}

// Rotated turns g clockwise by a multiple of 90 degrees; by none it is g itself.
func (g *Gray) Rotated(degrees int) *Gray {
	switch ((degrees % 360) + 360) % 360 {
	case 90:
		out := New(g.H, g.W)
		for y := range g.H {
			for x, v := range g.Row(y) {
				out.Pix[x*out.W+g.H-1-y] = v
			}
		}
		return out
	case 180:
		out := New(g.W, g.H)
		for i, v := range g.Pix {
			out.Pix[len(out.Pix)-1-i] = v
		}
		return out
	case 270:
		out := New(g.H, g.W)
		for y := range g.H {
			for x, v := range g.Row(y) {
				out.Pix[(g.W-1-x)*out.W+y] = v
			}
		}
		return out
	}
	return g
}

// Share is FromImage without a copy where the picture is grey already. A decoded
// JPEG may have more lines than it shows.
func Share(img image.Image) *Gray {
	if g, ok := img.(*image.Gray); ok && g.Rect.Min == (image.Point{}) && g.Stride == g.Rect.Dx() {
		w, h := g.Rect.Dx(), g.Rect.Dy()
		return &Gray{g.Pix[: w*h : w*h], w, h}
	}
	return FromImage(img)
}

// Crop copies a part; what lies outside the picture is left out.
func (g *Gray) Crop(r image.Rectangle) *Gray {
	x0, y0, x1, y1 := max(0, r.Min.X), max(0, r.Min.Y), min(g.W, r.Max.X), min(g.H, r.Max.Y)
	if x1 <= x0 || y1 <= y0 {
		return &Gray{}
	}
	out := New(x1-x0, y1-y0)
	for y := range out.H {
		copy(out.Pix[y*out.W:(y+1)*out.W], g.Pix[(y0+y)*g.W+x0:])
	}
	return out
}

// Paste copies a picture to a place within g.
func (g *Gray) Paste(small *Gray, x, y int) {
	for row := range small.H {
		copy(g.Pix[(y+row)*g.W+x:], small.Pix[row*small.W:(row+1)*small.W])
	}
}

// Fill gives a part one shade; what lies outside the picture is left out.
func (g *Gray) Fill(r image.Rectangle, shade uint8) {
	r = r.Intersect(image.Rect(0, 0, g.W, g.H))
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := g.Row(y)[r.Min.X:r.Max.X]
		for x := range row {
			row[x] = shade
		}
	}
}

// Stack puts pictures below each other on white, with room around each, and gives
// the top of each.
func Stack(parts []*Gray, room int) (stack *Gray, tops []int) {
	width, height := 0, room
	tops = make([]int, len(parts))
	for i, p := range parts {
		tops[i] = height
		width, height = max(width, p.W), height+p.H+room
	}
	out := NewWhite(width+2*room, height)
	for i, p := range parts {
		out.Paste(p, room, tops[i])
	}
	return out, tops
}
