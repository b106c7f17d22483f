package format

import (
	"image"
	"image/draw"
	"slices"
)

// rgbxAt recognises a page of colours with a fourth sample of which nothing is
// said, as some scanners write it to fill 32 bits. Go's decoder refuses it.
func (t *tiffFile) rgbxAt(at uint32) bool {
	d := t.directory(at)
	return len(d) <= maxEntries*12 && t.field(d, tagPhotometric, 0) == 2 && t.field(d, tagSamples, 0) == 4 && t.field(d, tagBits, 3) >= 0 &&
		t.field(d, tagExtra, 0) <= 0
}

// asTransparent appends a directory that calls the fourth sample of the page at an
// offset transparency, and gives the offset: that the decoder takes, and leaves the
// colours as they are.
func (t *tiffFile) asTransparent(at uint32) uint32 {
	d := slices.Clone(t.directory(at))
	to := len(d) // behind the last smaller tag
	for i := 0; i < len(d); i += 12 {
		tag := t.order.Uint16(d[i:])
		if tag == tagPhotometric {
			t.put(d[i:], 3, coloursRGB)
		}
		if tag == tagExtra {
			t.put(d[i:], 3, 2)
			return t.appendDirectory(d)
		}
		if tag > tagExtra {
			to = min(to, i)
		}
	}
	entry := make([]byte, 12)
	t.order.PutUint16(entry, tagExtra)
	t.put(entry, 3, 2)
	return t.appendDirectory(slices.Insert(d, to, entry...))
}

// inksAt recognises a page of four inks of 8 bits, as printing programs write it.
func (t *tiffFile) inksAt(at uint32) bool {
	d := t.directory(at)
	return len(d) <= maxEntries*12 && t.field(d, tagPhotometric, 0) == coloursCMYK && t.field(d, tagSamples, 0) == 4 &&
		t.field(d, tagBits, 0) == 8 && t.field(d, tagBits, 3) == 8 && t.field(d, tagPlanar, 0) != 2
}

// fromInks makes colours of inks that were read as if they were colours.
func fromInks(img image.Image) image.Image {
	inks, ok := img.(*image.NRGBA)
	if !ok {
		return img
	}
	out := image.NewRGBA(inks.Rect)
	draw.Draw(out, out.Rect, &image.CMYK{Pix: inks.Pix, Stride: inks.Stride, Rect: inks.Rect}, inks.Rect.Min, draw.Src)
	return out
}

// opaque makes a picture with a fourth sample one without.
func opaque(img image.Image) {
	switch img := img.(type) {
	case *image.NRGBA:
		for i := 3; i < len(img.Pix); i += 4 {
			img.Pix[i] = 0xff
		}
	case *image.NRGBA64:
		for i := 6; i < len(img.Pix); i += 8 {
			img.Pix[i], img.Pix[i+1] = 0xff, 0xff
		}
	}
}
