package format

import (
	"bytes"
	"encoding/binary"
)

// orientation reads the EXIF orientation of a JPEG: first mirrored left to
// right if mirror, then turned clockwise, the picture stands upright. Anything
// odd means that it already does.
func orientation(jpeg []byte) (turn int, mirror bool) {
	return uprightFrom(exifOrientation(jpeg))
}

// uprightFrom is orientation for a value of the tag.
func uprightFrom(value int) (turn int, mirror bool) {
	switch value {
	case 2:
		return 0, true
	case 3:
		return 180, false
	case 4:
		return 180, true
	case 5:
		return 270, true
	case 6:
		return 90, false
	case 7:
		return 90, true
	case 8:
		return 270, false
	}
	return 0, false
}

func exifOrientation(b []byte) int {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return 0
	}
	for b = b[2:]; len(b) >= 4 && b[0] == 0xff; {
		marker, n := b[1], int(binary.BigEndian.Uint16(b[2:]))
		if marker == 0xff { // fill byte
			b = b[1:]
			continue
		}
		if marker == 0xda || n < 2 || len(b) < 2+n { // pixels begin
			return 0
		}
		segment := b[4 : 2+n]
		if rest, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return tiffOrientation(rest)
		}
		b = b[2+n:]
	}
	return 0
}

func tiffOrientation(b []byte) int {
	order, ok := tiffOrder(b)
	if !ok {
		return 0
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 0
	}
	entries := int64(order.Uint16(b[at:]))
	for i := range entries {
		e := at + 2 + 12*i
		if e+12 > int64(len(b)) {
			return 0
		}
		if order.Uint16(b[e:]) == 0x0112 {
			return int(order.Uint16(b[e+8:]))
		}
	}
	return 0
}

// tiffOrder gives the byte order of a TIFF header with room for its first offset.
func tiffOrder(b []byte) (binary.ByteOrder, bool) {
	if len(b) < 8 {
		return nil, false
	}
	switch string(b[:4]) {
	case "II*\x00":
		return binary.LittleEndian, true
	case "MM\x00*":
		return binary.BigEndian, true
	}
	return nil, false
}
