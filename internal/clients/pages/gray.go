package pages

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/draw"
)

// gray is an 8-bit picture without stride: row y starts at y*w.
type gray struct {
	pix  []uint8
	w, h int
}

func newGray(w, h int) *gray { return &gray{make([]uint8, w*h), w, h} }

func (g *gray) row(y int) []uint8 { return g.pix[y*g.w : (y+1)*g.w] }

func (g *gray) image() *image.Gray {
	return &image.Gray{Pix: g.pix, Stride: g.w, Rect: image.Rect(0, 0, g.w, g.h)}
}

// toGray converts with the weights of ITU-R BT.601. What is transparent is
// white, as on paper.
func toGray(img image.Image) *gray {
	b := img.Bounds()
	g := newGray(b.Dx(), b.Dy())
	switch src := img.(type) {
	case *image.Gray:
		for y := range g.h {
			copy(g.row(y), src.Pix[src.PixOffset(b.Min.X, b.Min.Y+y):])
		}
	case *image.YCbCr:
		for y := range g.h {
			copy(g.row(y), src.Y[src.YOffset(b.Min.X, b.Min.Y+y):])
		}
	case *image.RGBA:
		for y := range g.h {
			row, p := g.row(y), src.Pix[src.PixOffset(b.Min.X, b.Min.Y+y):]
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
		for y := range g.h {
			row, p := g.row(y), src.Pix[src.PixOffset(b.Min.X, b.Min.Y+y):]
			for x := range row {
				row[x] = table[p[x]]
			}
		}
	default:
		for y := range g.h {
			row := g.row(y)
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

func (g *gray) inverted() *gray {
	out := newGray(g.w, g.h)
	for i, v := range g.pix {
		out.pix[i] = 255 - v
	}
	return out
}

// rotated turns g clockwise by a multiple of 90 degrees.
func (g *gray) rotated(degrees int) *gray {
	switch ((degrees % 360) + 360) % 360 {
	case 90:
		out := newGray(g.h, g.w)
		for y := range g.h {
			for x, v := range g.row(y) {
				out.pix[x*out.w+g.h-1-y] = v
			}
		}
		return out
	case 180:
		out := newGray(g.w, g.h)
		for i, v := range g.pix {
			out.pix[len(out.pix)-1-i] = v
		}
		return out
	case 270:
		out := newGray(g.h, g.w)
		for y := range g.h {
			for x, v := range g.row(y) {
				out.pix[(g.w-1-x)*out.w+y] = v
			}
		}
		return out
	}
	return g
}

// rotateImage is rotated for pictures in colour.
func rotateImage(img image.Image, degrees int) image.Image {
	degrees = ((degrees % 360) + 360) % 360
	if degrees == 0 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	at := map[int]func(x, y int) (int, int){
		90:  func(x, y int) (int, int) { return y, h - 1 - x },
		180: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		270: func(x, y int) (int, int) { return w - 1 - y, x },
	}[degrees]
	if degrees != 180 {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	src := toRGBA(img)
	ow, oh := out.Rect.Dx(), out.Rect.Dy()
	if degrees != 180 {
		w, h = h, w
	}
	for y := range oh {
		for x := range ow {
			sx, sy := at(x, y)
			copy(out.Pix[out.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

func toRGBA(img image.Image) *image.RGBA {
	if r, ok := img.(*image.RGBA); ok && r.Rect.Min == (image.Point{}) {
		return r
	}
	out := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Over)
	return out
}

func shrinkImage(img image.Image, width int) image.Image {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, width, max(1, b.Dy()*width/b.Dx())))
	draw.ApproxBiLinear.Scale(out, out.Rect, toRGBA(img), image.Rect(0, 0, b.Dx(), b.Dy()), draw.Src, nil)
	return out
}

// shrunkTo averages g down to a width smaller than its own.
func (g *gray) shrunkTo(width int) *gray {
	out := newGray(width, max(1, g.h*width/g.w))
	sums := make([]uint32, width)
	for y := range out.h {
		clear(sums)
		y0, y1 := y*g.h/out.h, max((y+1)*g.h/out.h, y*g.h/out.h+1)
		for sy := y0; sy < y1; sy++ {
			row := g.row(sy)
			for x := range width {
				x0, x1 := x*g.w/width, (x+1)*g.w/width
				var s uint32
				for _, v := range row[x0:x1] {
					s += uint32(v)
				}
				sums[x] += s / uint32(x1-x0)
			}
		}
		dst := out.row(y)
		for x := range dst {
			dst[x] = uint8(sums[x] / uint32(y1-y0))
		}
	}
	return out
}

// turned rotates g about its centre by radians (positive: counter-clockwise on
// screen), keeping its size; what comes in from outside is white.
func (g *gray) turned(radians float64) *gray {
	out := newGray(g.w, g.h)
	const one = 1 << 16
	sin, cos := math.Sincos(radians)
	dx, dy := int(cos*one), int(sin*one)
	cx, cy := float64(g.w-1)/2, float64(g.h-1)/2
	for y := range g.h {
		ry := float64(y) - cy
		sx := int((cx - cx*cos - ry*sin) * one)
		sy := int((cy - cx*sin + ry*cos) * one)
		dst := out.row(y)
		for x := range dst {
			ix, iy := sx>>16, sy>>16
			if ix >= 0 && iy >= 0 && ix < g.w-1 && iy < g.h-1 {
				fx, fy := (sx>>8)&255, (sy>>8)&255
				p := g.pix[iy*g.w+ix:]
				q := g.pix[(iy+1)*g.w+ix:]
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
