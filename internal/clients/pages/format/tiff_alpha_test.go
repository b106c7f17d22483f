package format

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"image/color"
	"testing"
)

type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// greyPage is a page of a TIFF of greys, with alpha when extra says of what sort.
type greyPage struct {
	width, height int
	order         byteOrder
	zeroIsWhite   bool
	extra         int // ExtraSamples; -1: no second sample
	predict       bool
	tile          int                     // width and height of tiles; 0 strips
	deep          bool                    // 16 bits, the upper half as at gives them
	at            func(x, y int) [2]uint8 // grey and alpha
}

func (p greyPage) samples() int {
	if p.extra < 0 {
		return 1
	}
	return 2
}

// block packs a strip or tile.
func (p greyPage) block(r image.Rectangle) []byte {
	n := p.samples()
	var raw []byte
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := make([]uint16, 0, n*r.Dx())
		for x := r.Min.X; x < r.Max.X; x++ {
			s := p.at(x, y)
			row = append(row, uint16(s[0]), uint16(s[1]))[:len(row)+n]
		}
		for i := range row {
			if p.deep {
				row[i] *= 257
			}
		}
		for i := len(row) - 1; p.predict && i >= n; i-- {
			row[i] -= row[i-n]
		}
		for _, v := range row {
			if p.deep {
				raw = p.order.AppendUint16(raw, v)
			} else {
				raw = append(raw, uint8(v))
			}
		}
	}
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(raw) // into memory: cannot fail
	w.Close()
	return b.Bytes()
}

// greyTIFF writes pages as "convert -compress zip" does: Deflate, mostly with
// differences.
func greyTIFF(pages ...greyPage) []byte {
	o := pages[0].order
	out := o.AppendUint32(o.AppendUint16(map[bool][]byte{true: []byte("II"), false: []byte("MM")}[o.Uint16([]byte{1, 0}) == 1], 42), 0)
	link := 4
	for _, p := range pages {
		var offsets, counts []uint32
		add := func(r image.Rectangle) {
			b := p.block(r)
			offsets, counts = append(offsets, uint32(len(out))), append(counts, uint32(len(b)))
			out = append(out, b...)
		}
		if p.tile > 0 {
			for y := 0; y < p.height; y += p.tile {
				for x := 0; x < p.width; x += p.tile {
					add(image.Rect(x, y, x+p.tile, y+p.tile))
				}
			}
		} else {
			add(image.Rect(0, 0, p.width, p.height))
		}
		list := func(v []uint32) uint32 {
			if len(v) == 1 {
				return v[0]
			}
			at := len(out)
			for _, x := range v {
				out = o.AppendUint32(out, x)
			}
			return uint32(at)
		}
		type entry struct {
			tag, kind    uint16
			count, value uint32
		}
		where, sizes := uint16(273), uint16(279)
		if p.tile > 0 {
			where, sizes = 324, 325
		}
		photometric, predictor := uint32(1), uint32(1)
		if p.zeroIsWhite {
			photometric = 0
		}
		if p.predict {
			predictor = 2
		}
		depth := uint16(8)
		if p.deep {
			depth = 16
		}
		bits := o.Uint32(o.AppendUint16(o.AppendUint16(nil, depth), depth)) // of both samples
		short := func(v uint32) uint32 { return o.Uint32(append(o.AppendUint16(nil, uint16(v)), 0, 0)) }
		entries := []entry{{256, 4, 1, uint32(p.width)}, {257, 4, 1, uint32(p.height)}, {258, 3, uint32(p.samples()), bits}, {259, 3, 1, short(8)},
			{262, 3, 1, short(photometric)}}
		if p.extra < 0 {
			entries[2].value = short(uint32(depth))
		}
		n := uint32(len(offsets))
		if p.tile == 0 {
			entries = append(entries, entry{where, 4, n, list(offsets)})
		}
		entries = append(entries, entry{277, 3, 1, short(uint32(p.samples()))})
		if p.tile == 0 {
			entries = append(entries, entry{278, 4, 1, uint32(p.height)}, entry{sizes, 4, n, list(counts)})
		}
		entries = append(entries, entry{317, 3, 1, short(predictor)})
		if p.tile > 0 {
			entries = append(entries, entry{322, 4, 1, uint32(p.tile)}, entry{323, 4, 1, uint32(p.tile)}, entry{where, 4, n, list(offsets)}, entry{sizes, 4, n, list(counts)})
		}
		if p.extra >= 0 {
			entries = append(entries, entry{338, 3, 1, short(uint32(p.extra))})
		}
		o.PutUint32(out[link:], uint32(len(out)))
		out = o.AppendUint16(out, uint16(len(entries)))
		for _, e := range entries {
			out = o.AppendUint32(o.AppendUint32(o.AppendUint16(o.AppendUint16(out, e.tag), e.kind), e.count), e.value)
		}
		link = len(out)
		out = o.AppendUint32(out, 0)
	}
	return out
}

// Pages of greys with transparency, beside plain ones, lie on white paper.
func TestTIFFGreyWithAlpha(t *testing.T) {
	shade := func(x, y int) [2]uint8 { return [2]uint8{uint8(x*31 + y*7), uint8(255 - x*13 - y*5)} }
	over := func(grey, alpha uint8) uint8 { return uint8((int(grey)*int(alpha) + 255*(255-int(alpha)) + 127) / 255) }
	for _, o := range []byteOrder{binary.LittleEndian, binary.BigEndian} {
		pages := []greyPage{
			{7, 5, o, false, -1, true, 0, false, shade},
			{7, 5, o, false, 2, true, 0, false, shade},
			{7, 5, o, false, 2, false, 0, false, shade},
			{7, 5, o, true, 2, true, 0, false, shade},
			{7, 5, o, false, 0, true, 0, false, shade},
			{40, 20, o, false, 2, true, 16, false, shade},
			{7, 5, o, false, 2, true, 0, true, shade},
			{7, 5, o, true, 2, false, 0, true, shade},
			{40, 20, o, false, 2, true, 16, true, shade},
			{7, 5, o, false, -1, true, 0, true, shade},
			{7, 5, o, false, 1, true, 0, false, func(x, y int) [2]uint8 { return [2]uint8{uint8(x * 10), uint8(x*10 + 100)} }},
		}
		doc, err := openTIFF(greyTIFF(pages...), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if doc.Count() != len(pages) {
			t.Fatalf("%d pages", doc.Count())
		}
		for i, p := range pages {
			img, err := doc.Draw(i+1, 300, false)
			if err != nil {
				t.Errorf("page %d: %v", i+1, err)
				continue
			}
			if img.Bounds() != image.Rect(0, 0, p.width, p.height) {
				t.Fatalf("page %d is %v", i+1, img.Bounds())
			}
			for y := range p.height {
				for x := range p.width {
					s := p.at(x, y)
					if p.zeroIsWhite {
						s[0] = 255 - s[0]
					}
					want := s[0]
					switch p.extra {
					case 1:
						want = s[0] + 255 - s[1]
					case 2:
						want = over(s[0], s[1])
					}
					if got := color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y; !near(got, want, p.deep) {
						t.Fatalf("page %d at %d,%d is %d, want %d", i+1, x, y, got, want)
					}
				}
			}
		}
	}
}

// near allows for rounding where 16 bits become 8.
func near(got, want uint8, deep bool) bool {
	return got == want || deep && (got+1 == want || want+1 == got)
}

// What such a page unpacks to counts against the bound of pixels, and a page
// whose directory lies is an error.
func TestTIFFGreyWithAlphaIsBounded(t *testing.T) {
	content := greyTIFF(greyPage{7, 5, binary.LittleEndian, false, 2, true, 0, false, func(int, int) [2]uint8 { return [2]uint8{0, 255} }})
	if doc, err := openTIFF(bytes.Clone(content), 34); err == nil {
		t.Errorf("35 pixels where 34 may be: %d pages", doc.Count())
	}
	for i := 8; i < len(content); i++ {
		bad := bytes.Clone(content)
		bad[i] ^= 0xff
		if doc, err := openTIFF(bad, 1000); err == nil {
			doc.Draw(1, 300, false) // must not panic
		}
	}
}
