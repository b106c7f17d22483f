package format

import (
	"image"
	"slices"
)

// greyAlpha is a page of greys of 8 or 16 bits with further samples beside each, as
// "convert -compress zip" makes of a picture with transparency. Go's decoder
// refuses it, so it is given as a plain grey page with the samples side by side.
type greyAlpha struct {
	samples     int  // of a pixel
	bits        int  // of a sample
	alpha       int  // ExtraSamples of the second sample: 1 associated, 2 not, else no alpha
	zeroIsWhite bool // the page's own; the directory for the decoder says black
	differences bool // samples are differences to the pixel at their left
	block       int  // width of a tile in samples; 0: strips over the whole width
}

// Tags of a directory and what they are called in TIFF 6.0.
const (
	tagWidth       = 256
	tagBits        = 258
	tagPhotometric = 262
	tagSamples     = 277
	tagPlanar      = 284
	tagPredictor   = 317
	tagTileWidth   = 322
	tagExtra       = 338
)

// maxSamples of a pixel: more than grey, alpha and a mask nobody writes.
// maxEntries of a directory that is copied keeps a file of thousands of long
// directories from growing.
const maxSamples, maxEntries = 4, 64

// directory gives the entries of the directory at an offset that tiffPages found.
func (t *tiffFile) directory(at uint32) []byte {
	return t.content[at+2 : int64(at)+2+12*int64(t.order.Uint16(t.content[at:]))]
}

// field gives the number n of an entry, -1 when there is none: of SHORT and LONG
// entries that lie in the file.
func (t *tiffFile) field(entries []byte, tag uint16, n int) int64 {
	for ; len(entries) >= 12; entries = entries[12:] {
		if t.order.Uint16(entries) != tag {
			continue
		}
		size := map[uint16]int64{3: 2, 4: 4}[t.order.Uint16(entries[2:])]
		count := int64(t.order.Uint32(entries[4:]))
		if size == 0 || int64(n) >= count {
			return -1
		}
		values := entries[8:12]
		if size*count > 4 {
			at := int64(t.order.Uint32(values))
			if at+size*count > int64(len(t.content)) {
				return -1
			}
			values = t.content[at:]
		}
		if size == 2 {
			return int64(t.order.Uint16(values[2*n:]))
		}
		return int64(t.order.Uint32(values[4*n:]))
	}
	return -1
}

// greyAlphaAt recognises such a page by its directory.
func (t *tiffFile) greyAlphaAt(at uint32) (*greyAlpha, bool) {
	d := t.directory(at)
	if len(d) > maxEntries*12 {
		return nil, false
	}
	photometric, samples := t.field(d, tagPhotometric, 0), t.field(d, tagSamples, 0)
	width, tile := t.field(d, tagWidth, 0), t.field(d, tagTileWidth, 0)
	if photometric != 0 && photometric != 1 || samples < 2 || samples > maxSamples || t.field(d, tagPlanar, 0) == 2 {
		return nil, false
	}
	if largest := int64(1) << 30; width < 1 || width > largest || tile > largest {
		return nil, false
	}
	bits := t.field(d, tagBits, 0)
	for n := range samples {
		if bits != 8 && bits != 16 || t.field(d, tagBits, int(n)) != bits {
			return nil, false
		}
	}
	return &greyAlpha{samples: int(samples), bits: int(bits), alpha: int(t.field(d, tagExtra, 0)), zeroIsWhite: photometric == 0,
		differences: t.field(d, tagPredictor, 0) == 2, block: int(max(0, tile) * samples)}, true
}

// asPlainGrey appends a directory to the file that describes the page at an offset
// as plain greys, and gives the offset.
func (t *tiffFile) asPlainGrey(at uint32, g *greyAlpha) uint32 {
	d := slices.Clone(t.directory(at))
	wider := func(tag uint16) uint32 { return uint32(t.field(d, tag, 0) * int64(g.samples)) }
	for e := d; len(e) >= 12; e = e[12:] {
		switch tag := t.order.Uint16(e); tag {
		case tagWidth, tagTileWidth:
			t.put(e, 4, wider(tag))
		case tagBits:
			t.put(e, 3, uint32(g.bits))
		case tagPhotometric, tagSamples, tagPredictor:
			t.put(e, 3, 1)
		}
	}
	return t.appendDirectory(d)
}

// appendDirectory appends a directory of its own to the file and gives its offset.
func (t *tiffFile) appendDirectory(d []byte) uint32 {
	t.content = append(t.content, make([]byte, len(t.content)%2)...) // directories begin at even offsets
	start := uint32(len(t.content))
	t.content = append(t.content, 0, 0)
	t.order.PutUint16(t.content[start:], uint16(len(d)/12))
	t.content = append(append(t.content, d...), 0, 0, 0, 0)
	return start
}

// put writes an entry of one SHORT (kind 3) or LONG (kind 4).
func (t *tiffFile) put(entry []byte, kind uint16, value uint32) {
	t.order.PutUint16(entry[2:], kind)
	t.order.PutUint32(entry[4:], 1)
	if t.order.PutUint32(entry[8:], value); kind == 3 {
		t.order.PutUint32(entry[8:], 0)
		t.order.PutUint16(entry[8:], uint16(value))
	}
}

// onPaper puts the pixels of a page together again and lays them on white.
func (g *greyAlpha) onPaper(wide image.Image) *image.Gray {
	b := wide.Bounds()
	out := image.NewGray(image.Rect(0, 0, b.Dx()/g.samples, b.Dy()))
	row := make([]int, b.Dx())
	white := 1<<g.bits - 1
	for y := range b.Dy() {
		readRow(row, wide, y)
		for x := g.samples; g.differences && x < len(row); x++ {
			if g.block == 0 || x%g.block >= g.samples {
				row[x] = (row[x] + row[x-g.samples]) & white
			}
		}
		for x := range out.Rect.Dx() {
			grey, alpha := row[x*g.samples], row[x*g.samples+1]
			if g.zeroIsWhite {
				grey = white - grey
			}
			switch g.alpha {
			case 1:
				grey = min(white, grey+white-alpha)
			case 2:
				grey = (grey*alpha + white*(white-alpha) + white/2) / white
			}
			out.Pix[y*out.Stride+x] = uint8(grey >> (g.bits - 8))
		}
	}
	return out
}

// readRow copies row y of an image of greys as they were stored.
func readRow(row []int, img image.Image, y int) {
	switch img := img.(type) {
	case *image.Gray:
		for x := range row {
			row[x] = int(img.Pix[y*img.Stride+x])
		}
	case *image.Gray16:
		for x := range row {
			row[x] = int(img.Gray16At(x, y).Y)
		}
	}
}
