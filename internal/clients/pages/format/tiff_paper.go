package format

import (
	"image"

	"golang.org/x/image/draw"
)

// Tags that say how the pixels of a page lie on paper.
const (
	tagOrientation = 274
	tagAcross      = 282
	tagDown        = 283
)

// asPaper puts a page upright and gives it the proportions it has on paper: a fax has
// twice as many pixels across as down.
func (t *tiffFile) asPaper(at uint32, img image.Image) image.Image {
	d := t.directory(at)
	img = t.squared(d, img)
	if turn, mirror := uprightFrom(int(t.field(d, tagOrientation, 0))); turn != 0 || mirror {
		img = upright(img, turn, mirror)
	}
	return img
}

// squared makes the pixels of a page as wide as high.
func (t *tiffFile) squared(d []byte, img image.Image) image.Image {
	const least, most = 1.15, 5
	across, down := t.ratio(d, tagAcross), t.ratio(d, tagDown)
	if across <= 0 || down <= 0 {
		return img
	}
	b := img.Bounds()
	w, h := float64(b.Dx()), float64(b.Dy())
	switch r := across / down; {
	case r >= least && r <= most:
		h *= r
	case r >= 1/float64(most) && r <= 1/least:
		w /= r
	default:
		return img
	}
	if int64(w)*int64(h) > t.maxPixels {
		return img
	}
	to := image.Rect(0, 0, int(w), int(h))
	var out draw.Image = image.NewRGBA(to)
	switch img.(type) {
	case *image.Gray, *image.Paletted:
		out = image.NewGray(to)
	}
	draw.ApproxBiLinear.Scale(out, to, img, b, draw.Src, nil)
	return out
}

// ratio gives the value of a RATIONAL entry; 0 when there is none.
func (t *tiffFile) ratio(d []byte, tag uint16) float64 {
	e := entryWith(d, t.order, tag)
	if e == nil || t.order.Uint16(e[2:]) != 5 {
		return 0
	}
	v, ok := t.values(e)
	if !ok || len(v) < 8 || t.order.Uint32(v[4:]) == 0 {
		return 0
	}
	return float64(t.order.Uint32(v)) / float64(t.order.Uint32(v[4:]))
}
