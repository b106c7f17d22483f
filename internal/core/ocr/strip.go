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

const white = 255

// pictureOf gives the pixels of a page image in core.FormatGray; false for other formats.
func pictureOf(img core.PageImage) (picture, bool) {
	pix, ok := img.Gray()
	return picture{pix, img.Width, img.Height}, ok
}

// ink counts dark pixels.
func (p picture) ink() int {
	n := 0
	for _, v := range p.pix {
		if v < 128 {
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
