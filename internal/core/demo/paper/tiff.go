package paper

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
)

// TIFF binds pages into one multi-page file: little-endian baseline TIFF, one
// strip a page, Deflate, one bit a pixel for bilevel pages and eight otherwise.
func TIFF(pages []Image) ([]byte, error) {
	if len(pages) == 0 {
		return nil, errors.New("encode TIFF: no pages")
	}
	out := []byte{'I', 'I', 42, 0, 0, 0, 0, 0}
	link := 4 // where the offset of the next directory goes
	for i, p := range pages {
		data, err := deflate(rows(p))
		if err != nil {
			return nil, fmt.Errorf("encode TIFF page %d: %w", i+1, err)
		}
		strip := len(out)
		out = append(out, data...)
		if len(out)%2 == 1 { // directories start on a word boundary
			out = append(out, 0)
		}
		resolution := len(out)
		out = binary.LittleEndian.AppendUint32(out, uint32(p.DPI))
		out = binary.LittleEndian.AppendUint32(out, 1)
		binary.LittleEndian.PutUint32(out[link:], uint32(len(out)))
		out = appendDirectory(out, p, i, len(pages), strip, len(data), resolution)
		link = len(out) - 4
	}
	return out, nil
}

// Field types of TIFF 6.0.
const (
	tiffShort    = 3
	tiffLong     = 4
	tiffRational = 5
)

func appendDirectory(out []byte, p Image, page, pages, strip, size, resolution int) []byte {
	bits := 8
	if p.Bilevel {
		bits = 1
	}
	fields := []struct{ tag, kind, count, value int }{
		{254, tiffLong, 1, 2}, // NewSubfileType: one page of many
		{256, tiffLong, 1, p.Rect.Dx()},
		{257, tiffLong, 1, p.Rect.Dy()},
		{258, tiffShort, 1, bits},
		{259, tiffShort, 1, 8}, // Deflate
		{262, tiffShort, 1, 1}, // black is zero
		{273, tiffLong, 1, strip},
		{277, tiffShort, 1, 1},
		{278, tiffLong, 1, p.Rect.Dy()},
		{279, tiffLong, 1, size},
		{282, tiffRational, 1, resolution},
		{283, tiffRational, 1, resolution},
		{296, tiffShort, 1, 2}, // inches
		{297, tiffShort, 2, page | pages<<16},
	}
	out = binary.LittleEndian.AppendUint16(out, uint16(len(fields)))
	for _, f := range fields {
		out = binary.LittleEndian.AppendUint16(out, uint16(f.tag))
		out = binary.LittleEndian.AppendUint16(out, uint16(f.kind))
		out = binary.LittleEndian.AppendUint32(out, uint32(f.count))
		out = binary.LittleEndian.AppendUint32(out, uint32(f.value))
	}
	return append(out, 0, 0, 0, 0) // no next directory, until there is one
}

// rows gives the pixels as TIFF stores them.
func rows(p Image) []byte {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	if !p.Bilevel {
		return p.Pix
	}
	stride := (w + 7) / 8
	packed := make([]byte, stride*h)
	for y := range h {
		line := p.Pix[y*p.Stride : y*p.Stride+w]
		for x, v := range line {
			packed[y*stride+x/8] |= v >> 7 << (7 - x%8)
		}
	}
	return packed
}

func deflate(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
