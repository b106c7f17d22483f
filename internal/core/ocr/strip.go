package ocr

import (
	"bytes"

	"clinician/internal/core"
)

// picture is a grey picture of 8 bits; row y starts at y*w.
type picture struct {
	pix  []byte
	w, h int
}

func newPicture(w, h int) picture {
	return picture{bytes.Repeat([]byte{white}, w*h), w, h}
}

const (
	white = 255
	black = 128 // what is darker is ink
)

// pictureOf gives the pixels of a page image in core.FormatGray; false for other formats.
func pictureOf(img core.PageImage) (picture, bool) {
	pix, ok := img.Gray()
	return picture{pix, img.Width, img.Height}, ok
}

// ink counts dark pixels.
func (p picture) ink() int {
	n := 0
	for _, v := range p.pix {
		if v < black {
			n++
		}
	}
	return n
}

func (p picture) page() core.PageImage {
	return core.PageImage{Data: p.pix, Format: core.FormatGray, Width: p.w, Height: p.h}
}

// cut copies a part; what lies outside the picture is left out.
func (p picture) cut(b core.Box) picture {
	x0, y0, x1, y1 := max(0, b.X), max(0, b.Y), min(p.w, b.X+b.W), min(p.h, b.Y+b.H)
	if x1 <= x0 || y1 <= y0 {
		return picture{}
	}
	out := newPicture(x1-x0, y1-y0)
	for y := range out.h {
		copy(out.pix[y*out.w:(y+1)*out.w], p.pix[(y0+y)*p.w+x0:])
	}
	return out
}

// inked is the part of a box within p up to its outermost ink; empty without any.
func (p picture) inked(b core.Box) core.Box {
	x0, y0, x1, y1 := b.X+b.W, b.Y+b.H, b.X, b.Y
	for y := b.Y; y < b.Y+b.H; y++ {
		for x, v := range p.pix[y*p.w+b.X:][:b.W] {
			if v < black {
				x0, y0, x1, y1 = min(x0, b.X+x), min(y0, y), max(x1, b.X+x+1), max(y1, y+1)
			}
		}
	}
	return core.Box{X: x0, Y: y0, W: max(0, x1-x0), H: max(0, y1-y0)}
}

func grown(b core.Box, by int) core.Box {
	return core.Box{X: b.X - by, Y: b.Y - by, W: b.W + 2*by, H: b.H + 2*by}
}

// doubled is twice as large, with what lies between mixed.
func (p picture) doubled() picture {
	out := newPicture(2*p.w, 2*p.h)
	for y := range out.h {
		y0, fy := before(y, p.h)
		y1 := min(y0+1, p.h-1)
		for x := range out.w {
			x0, fx := before(x, p.w)
			x1 := min(x0+1, p.w-1)
			top := int(p.pix[y0*p.w+x0])*(4-fx) + int(p.pix[y0*p.w+x1])*fx
			bottom := int(p.pix[y1*p.w+x0])*(4-fx) + int(p.pix[y1*p.w+x1])*fx
			out.pix[y*out.w+x] = byte((top*(4-fy) + bottom*fy) / 16)
		}
	}
	return out
}

// before gives the pixel of the small picture before that of the doubled one,
// and how many quarters beyond it that lies.
func before(at, n int) (int, int) {
	quarters := max(0, 2*at-1)
	return min(quarters/4, n-1), quarters % 4
}

// paste copies a picture to a place within p.
func (p picture) paste(small picture, x, y int) {
	for row := range small.h {
		copy(p.pix[(y+row)*p.w+x:], small.pix[row*small.w:(row+1)*small.w])
	}
}

// strip stacks pictures with room around them, and gives the top of each.
func strip(parts []picture, room int) (picture, []int) {
	width, height := 0, room
	tops := make([]int, len(parts))
	for i, p := range parts {
		tops[i] = height
		width, height = max(width, p.w), height+p.h+room
	}
	out := newPicture(width+2*room, height)
	for i, p := range parts {
		out.paste(p, room, tops[i])
	}
	return out, tops
}
