package ui

import (
	"image"
	"image/color"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// Turned gives the picture turned clockwise by quarters of a circle; without a
// turn it is the picture itself.
func Turned(img *image.Gray, quarters int) *image.Gray {
	quarters = (quarters%4 + 4) % 4
	if img == nil || quarters == 0 {
		return img
	}
	return raster.Share(img).Rotated(90 * quarters).Image()
}

// BoxIn places a box of a page of pageW by pageH pixels on a picture of that
// page. Where the size of the page or of the box is not known the place is not either: it is empty.
func BoxIn(img *image.Gray, b core.Box, pageW, pageH int) image.Rectangle {
	r := img.Bounds()
	if pageW <= 0 || pageH <= 0 || b.W <= 0 || b.H <= 0 {
		return image.Rectangle{}
	}
	x0, y0 := r.Min.X+b.X*r.Dx()/pageW, r.Min.Y+b.Y*r.Dy()/pageH
	x1, y1 := r.Min.X+(b.X+b.W)*r.Dx()/pageW, r.Min.Y+(b.Y+b.H)*r.Dy()/pageH
	return image.Rect(x0, y0, x1+1, y1+1).Intersect(r)
}

// Around gives the part of a picture that holds the boxes, with a margin of one
// and a half times their height; nil when there is nothing of it on the picture.
func Around(img *image.Gray, boxes []core.Box, pageW, pageH int) *image.Gray {
	if img == nil {
		return nil
	}
	var all image.Rectangle
	for _, b := range boxes {
		all = all.Union(BoxIn(img, b, pageW, pageH))
	}
	if all.Empty() {
		return nil
	}
	m := max(4, all.Dy()*3/4)
	all = image.Rect(all.Min.X-2*m, all.Min.Y-m, all.Max.X+2*m, all.Max.Y+m).Intersect(img.Bounds())
	part, ok := img.SubImage(all).(*image.Gray)
	if !ok || all.Empty() {
		return nil
	}
	return part
}

// Framed gives a copy of a picture with a dark frame around each box.
func Framed(img *image.Gray, boxes []core.Box, pageW, pageH int) *image.Gray {
	if img == nil || len(boxes) == 0 {
		return img
	}
	b := img.Bounds()
	out := image.NewGray(b)
	copy(out.Pix, img.Pix)
	thick := max(2, b.Dx()/250)
	for _, box := range boxes {
		r := BoxIn(img, box, pageW, pageH)
		if r.Empty() {
			continue
		}
		r = r.Inset(-2 * thick)
		for i := range thick {
			outline(out, r.Inset(i))
		}
	}
	return out
}

func outline(g *image.Gray, r image.Rectangle) {
	for x := r.Min.X; x < r.Max.X; x++ {
		g.SetGray(x, r.Min.Y, color.Gray{})
		g.SetGray(x, r.Max.Y-1, color.Gray{})
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		g.SetGray(r.Min.X, y, color.Gray{})
		g.SetGray(r.Max.X-1, y, color.Gray{})
	}
}
