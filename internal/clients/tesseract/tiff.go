package tesseract

import (
	"encoding/binary"
	"fmt"

	"clinician/internal/core"
)

// file gives a picture as the parts of a file that the program takes.
//
// Bare pixels become a TIFF without compression, which Leptonica copies row by
// row. PGM it reads with a call for each pixel, and in BMP it knows no grey.
func file(img core.PageImage) ([][]byte, error) {
	if img.Format != core.FormatGray {
		return [][]byte{img.Data}, nil
	}
	pix, ok := img.Gray()
	if !ok {
		return nil, errFailed.WithCause(fmt.Errorf("%d bytes for %d×%d pixels", len(img.Data), img.Width, img.Height))
	}
	return [][]byte{tiffHead(img.Width, img.Height), pix}, nil
}

// Field types of TIFF 6.0, section 2.
const (
	tiffShort = 3
	tiffLong  = 4
)

// stripOffsets is the tag that says where the pixels begin.
const stripOffsets = 273

// tiffHead is a little-endian TIFF up to its pixels: w×h of 8 bits, 0 is black,
// in one strip.
func tiffHead(w, h int) []byte {
	fields := []struct {
		tag, kind uint16
		value     int
	}{ // by tag, as TIFF wants
		{256, tiffLong, w},  // ImageWidth
		{257, tiffLong, h},  // ImageLength
		{258, tiffShort, 8}, // BitsPerSample
		{259, tiffShort, 1}, // Compression: none
		{262, tiffShort, 1}, // PhotometricInterpretation: black is zero
		{stripOffsets, tiffLong, 0},
		{277, tiffShort, 1},    // SamplesPerPixel
		{278, tiffLong, h},     // RowsPerStrip
		{279, tiffLong, w * h}, // StripByteCounts
	}
	pixels := 8 + 2 + 12*len(fields) + 4
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("II*\x00"), 8) // the fields follow
	b = le.AppendUint16(b, uint16(len(fields)))
	for _, f := range fields {
		if f.tag == stripOffsets {
			f.value = pixels
		}
		b = le.AppendUint16(b, f.tag)
		b = le.AppendUint16(b, f.kind)
		b = le.AppendUint32(b, 1)
		b = le.AppendUint32(b, uint32(f.value)) // of a short, the first two bytes count
	}
	return le.AppendUint32(b, 0) // no other picture
}
