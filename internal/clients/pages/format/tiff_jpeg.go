package format

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"image/jpeg"
	"slices"
)

// jpegPage is a page of a TIFF whose strips or tiles are JPEGs, as scanners that print
// and fax write them (compression 7), or that is one JPEG with its tables anywhere in
// the file (compression 6, of old Windows programs). Go's decoder of TIFF knows
// neither; its decoder of JPEG knows what is inside.
type jpegPage struct {
	old          bool
	width        int
	height       int
	blockWidth   int // of a tile; of a strip the width of the page
	blockHeight  int
	colours      int64 // PhotometricInterpretation
	samples      int64
	blocks       []span
	tables       []byte // of all blocks: a JPEG without a picture
	whole        []byte // old: the JPEG of the page, as far as it is in one piece
	quantization []byte // old: tables by component, when there is no whole
	dc, ac       []byte
	factors      byte // of the brightness beside the colours
}

// Tags of JPEGs in TIFF.
const (
	tagRowsPerStrip  = 278
	tagTileLength    = 323
	tagJPEGTables    = 347
	tagJPEGInside    = 513
	tagJPEGLength    = 514
	tagJPEGQuantized = 519
	tagJPEGDC        = 520
	tagJPEGAC        = 521
	newJPEG          = 7
)

// What PhotometricInterpretation says.
const (
	whiteIsZero  = 0
	coloursRGB   = 2
	coloursCMYK  = 5
	coloursYCbCr = 6
)

// jpegAt recognises such a page by its directory; nil for others.
func (t *tiffFile) jpegAt(at uint32) *jpegPage {
	d := t.directory(at)
	compression := t.field(d, tagCompression, 0)
	if compression != newJPEG && compression != oldJPEG || len(d) > maxEntries*12 || t.field(d, tagPlanar, 0) == 2 {
		return nil
	}
	p := &jpegPage{old: compression == oldJPEG, width: int(t.field(d, tagWidth, 0)), height: int(t.field(d, 257, 0)),
		colours: t.field(d, tagPhotometric, 0), samples: max(1, t.field(d, tagSamples, 0))}
	if p.width < 1 || p.height < 1 || p.width > 1<<20 || p.height > 1<<20 {
		return nil
	}
	t.blocks(p, d)
	if p.old {
		t.oldTables(p, d)
	} else if e := entryWith(d, t.order, tagJPEGTables); e != nil {
		p.tables, _ = t.values(e)
	}
	return p
}

// blocks finds the strips or tiles of a page.
func (t *tiffFile) blocks(p *jpegPage, d []byte) {
	p.blockWidth, p.blockHeight = p.width, p.height
	if rows := t.field(d, tagRowsPerStrip, 0); rows > 0 && rows < int64(p.height) {
		p.blockHeight = int(rows)
	}
	offsets, counts := uint16(tagStripOffsets), uint16(tagStripCounts)
	if w, h := t.field(d, tagTileWidth, 0), t.field(d, tagTileLength, 0); w > 0 && h > 0 && w <= 1<<16 && h <= 1<<16 {
		p.blockWidth, p.blockHeight, offsets, counts = int(w), int(h), tagTileOffsets, tagTileCounts
	}
	n := ((p.width + p.blockWidth - 1) / p.blockWidth) * ((p.height + p.blockHeight - 1) / p.blockHeight)
	for i := range min(n, 1<<16) {
		p.blocks = append(p.blocks, span{uint32(max(0, t.field(d, offsets, i))), uint32(max(0, t.field(d, counts, i)))})
	}
}

// oldTables finds the tables of a page of compression 6.
func (t *tiffFile) oldTables(p *jpegPage, d []byte) {
	if from := t.field(d, tagJPEGInside, 0); from > 0 && from < int64(len(t.content)) {
		p.whole = t.content[from:]
		if size := t.field(d, tagJPEGLength, 0); size > 0 && size < int64(len(p.whole)) {
			p.whole = p.whole[:size]
		}
		return
	}
	p.factors = 0x22
	if x, y := t.field(d, 530, 0), t.field(d, 530, 1); x >= 1 && x <= 4 && y >= 1 && y <= 4 {
		p.factors = byte(x<<4 | y)
	}
	for k := range int(min(p.samples, 3)) {
		p.quantization = append(p.quantization, t.at(t.field(d, tagJPEGQuantized, k), 64)...)
		for _, kind := range []struct {
			tag uint16
			to  *[]byte
		}{{tagJPEGDC, &p.dc}, {tagJPEGAC, &p.ac}} {
			from := t.field(d, kind.tag, k)
			lengths, n := t.at(from, 16), 0
			for _, l := range lengths {
				n += int(l)
			}
			table := t.at(from, 16+n)
			*kind.to = append(*kind.to, jpegSegment(0xc4, append([]byte{byte(k)}, table...))...)
		}
	}
}

// at gives bytes of the file; none when they do not lie in it.
func (t *tiffFile) at(from int64, n int) []byte {
	if from < 0 || from+int64(n) > int64(len(t.content)) {
		return nil
	}
	return t.content[from:][:n]
}

func (t *tiffFile) block(s span) []byte {
	size := min(int64(s.size), int64(len(t.content))-int64(s.from))
	if s.from == 0 || size <= 0 {
		return nil
	}
	return t.content[s.from:][:size]
}

func entryWith(d []byte, order binary.ByteOrder, tag uint16) []byte {
	for ; len(d) >= 12; d = d[12:] {
		if order.Uint16(d) == tag {
			return d[:12]
		}
	}
	return nil
}

func jpegSegment(marker byte, content []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(content)+2))
	return append(b, content...)
}

// decode puts a page together. A block that cannot be read makes the page one.
func (t *tiffFile) decodeJPEG(p *jpegPage) (image.Image, error) {
	if p.old {
		return t.decodeOldJPEG(p)
	}
	var out draw.Image
	across := (p.width + p.blockWidth - 1) / p.blockWidth
	for i, s := range p.blocks {
		data := t.block(s)
		if len(data) < 4 {
			return nil, errTIFF
		}
		img, err := p.decodeBlock(p.stream(data))
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = canvas(img, p.width, p.height)
		}
		at := image.Pt(i%across*p.blockWidth, i/across*p.blockHeight)
		place := image.Rectangle{at, at.Add(image.Pt(p.blockWidth, p.blockHeight))}.Intersect(out.Bounds())
		draw.Draw(out, place.Intersect(img.Bounds().Sub(img.Bounds().Min).Add(at)), img, img.Bounds().Min, draw.Src)
	}
	if out == nil {
		return nil, errTIFF
	}
	return out, nil
}

// canvas gives an empty page for blocks like one.
func canvas(like image.Image, w, h int) draw.Image {
	if _, ok := like.(*image.Gray); ok {
		return image.NewGray(image.Rect(0, 0, w, h))
	}
	return image.NewRGBA(image.Rect(0, 0, w, h))
}

// stream makes a JPEG of its own of a block: with the tables of the page, and with what
// tells Go's decoder of colours that are no YCbCr.
func (p *jpegPage) stream(block []byte) []byte {
	head := []byte{0xff, 0xd8}
	if p.colours == coloursRGB || p.colours == coloursCMYK {
		head = append(head, jpegSegment(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))...)
	}
	if n := len(p.tables); n > 4 && p.tables[0] == 0xff && p.tables[1] == 0xd8 {
		tables := p.tables[2:]
		if bytes.HasSuffix(tables, []byte{0xff, 0xd9}) {
			tables = tables[:len(tables)-2]
		}
		head = append(head, tables...)
	}
	return append(head, bytes.TrimPrefix(block, []byte{0xff, 0xd8})...)
}

// decodeBlock decodes one JPEG, which must not be much larger than its place.
func (p *jpegPage) decodeBlock(data []byte) (image.Image, error) {
	const slack = 64
	size, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, errTIFF.WithCause(err)
	}
	if size.Width > p.blockWidth+slack || size.Height > p.blockHeight+slack {
		return nil, errTIFF
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, errTIFF.WithCause(err)
	}
	switch img := img.(type) {
	case *image.Gray:
		if p.colours == whiteIsZero {
			invert(img.Pix)
		}
	case *image.CMYK: // Go turns the inks round, as Adobe's programs write them; TIFF has them as they are
		invert(img.Pix)
	}
	return img, nil
}

func invert(pix []uint8) {
	for i := range pix {
		pix[i] = ^pix[i]
	}
}

// decodeOldJPEG tries what the programs of that time wrote: one JPEG with all that it
// needs, one whose data stand in the strips, or tables of their own.
func (t *tiffFile) decodeOldJPEG(p *jpegPage) (image.Image, error) {
	p.blockWidth, p.blockHeight = p.width, p.height
	var data []byte
	for _, s := range p.blocks {
		data = append(data, t.block(s)...)
	}
	var tries [][]byte
	if len(p.whole) > 4 {
		tries = append(tries, p.whole, slices.Concat(bytes.TrimSuffix(p.whole, []byte{0xff, 0xd9}), data, []byte{0xff, 0xd9}))
	} else {
		tries = append(tries, data, p.fromTables(data))
	}
	err := error(errTIFF)
	for _, b := range tries {
		var img image.Image
		if img, err = p.decodeBlock(b); err == nil {
			return img, nil
		}
	}
	return nil, err
}

// fromTables writes the head of a JPEG for data whose tables stood in the directory.
func (p *jpegPage) fromTables(data []byte) []byte {
	n := int(min(p.samples, 3))
	out := []byte{0xff, 0xd8}
	for k := 0; 64*k < len(p.quantization); k++ {
		out = append(out, jpegSegment(0xdb, append([]byte{byte(k)}, p.quantization[64*k:min(64*k+64, len(p.quantization))]...))...)
	}
	out = append(out, p.dc...)
	for ac := slices.Clone(p.ac); len(ac) > 4; {
		size := 2 + int(binary.BigEndian.Uint16(ac[2:]))
		if size > len(ac) {
			break
		}
		ac[4] |= 0x10 // class of the table
		out, ac = append(out, ac[:size]...), ac[size:]
	}
	frame := []byte{8, byte(p.height >> 8), byte(p.height), byte(p.width >> 8), byte(p.width), byte(n)}
	scan := []byte{byte(n)}
	for k := range n {
		factors := byte(0x11)
		if k == 0 && n == 3 {
			factors = p.factors
		}
		frame = append(frame, byte(k+1), factors, byte(k))
		scan = append(scan, byte(k+1), byte(k)<<4|byte(k))
	}
	out = append(out, jpegSegment(0xc1, frame)...)
	out = append(out, jpegSegment(0xda, append(scan, 0, 63, 0))...)
	return append(append(out, data...), 0xff, 0xd9)
}
