package format

import (
	"bytes"
	"encoding/binary"
	"image"
	"slices"

	"golang.org/x/image/tiff"

	"clinician/internal/core"
)

// tiffFile is a TIFF of one or many pages. Go's decoder reads the first one
// only; for the others the header is pointed at them.
type tiffFile struct {
	content   []byte
	order     binary.ByteOrder
	found     []uint32           // of each page: its directory
	offsets   []uint32           // of each page: its directory, or one that describes it so that it can be decoded
	grey      map[int]*greyAlpha // by page: those whose samples lie side by side
	opaque    map[int]bool       // by page: those whose fourth sample means nothing
	inks      map[int]bool       // by page: those of four inks, described as colours
	jpegs     map[int]*jpegPage  // by page: those that Go's decoder does not know
	maxPixels int64
}

func openTIFF(content []byte, maxPixels int64) (Document, error) {
	order, offsets := tiffPages(content)
	if len(offsets) == 0 {
		return nil, errPicture
	}
	t := &tiffFile{content: slices.Clip(content), order: order, found: offsets, offsets: slices.Clone(offsets), grey: map[int]*greyAlpha{}, opaque: map[int]bool{}, inks: map[int]bool{}, jpegs: map[int]*jpegPage{}, maxPixels: maxPixels}
	for i, at := range offsets {
		if j := t.jpegAt(at); j != nil {
			t.jpegs[i+1] = j
		} else if g, ok := t.greyAlphaAt(at); ok {
			t.grey[i+1], t.offsets[i] = g, t.asPlainGrey(at, g)
		} else if t.inksAt(at) {
			t.inks[i+1], t.offsets[i] = true, t.asTransparent(at)
		} else if t.rgbxAt(at) {
			t.opaque[i+1], t.offsets[i] = true, t.asTransparent(at)
		}
	}
	if _, err := t.config(1); len(offsets) == 1 && err != nil {
		return nil, err
	}
	return t, nil
}

// maxTIFFPages bounds a chain of directories; more than can be read anyway.
const maxTIFFPages = 10000

// tiffPages walks the chain of image directories. It stops at the first one
// that lies outside the file or was met before. Reduced copies of pages
// (thumbnails) are left out.
func tiffPages(b []byte) (binary.ByteOrder, []uint32) {
	order, ok := tiffOrder(b)
	if !ok {
		return nil, nil
	}
	var pages []uint32
	seen := map[uint32]bool{}
	for at := order.Uint32(b[4:]); at != 0 && !seen[at] && len(pages) < maxTIFFPages; {
		seen[at] = true
		if int64(at)+2 > int64(len(b)) {
			break
		}
		end := int64(at) + 2 + 12*int64(order.Uint16(b[at:]))
		if end > int64(len(b)) {
			break
		}
		if !thumbnail(order, b[at+2:end]) {
			pages = append(pages, at)
		}
		if end+4 > int64(len(b)) {
			break
		}
		at = order.Uint32(b[end:])
	}
	return order, pages
}

// thumbnail reports whether a directory says NewSubfileType "reduced-resolution".
func thumbnail(order binary.ByteOrder, entries []byte) bool {
	for ; len(entries) >= 12; entries = entries[12:] {
		if order.Uint16(entries) == 254 {
			return order.Uint32(entries[8:])&1 != 0
		}
	}
	return false
}

func (t *tiffFile) Count() int { return len(t.offsets) }

func (t *tiffFile) Text(int) (core.Page, error) { return core.Page{}, nil }

// page points the header at a page and gives the whole as that page's file.
func (t *tiffFile) page(n int) *bytes.Reader {
	t.order.PutUint32(t.content[4:], t.offsets[n-1])
	return bytes.NewReader(t.content)
}

func (t *tiffFile) config(n int) (image.Config, error) {
	var cfg image.Config
	var err error
	if j := t.jpegs[n]; j != nil {
		cfg = image.Config{Width: j.width, Height: j.height}
	} else {
		cfg, err = tiff.DecodeConfig(t.page(n))
	}
	if g := t.grey[n]; g != nil {
		cfg.Width /= g.samples
	}
	switch {
	case err != nil:
		return cfg, errTIFF.WithCause(err)
	case cfg.Width < 1 || cfg.Height < 1:
		return cfg, errTIFF
	case int64(cfg.Width)*int64(cfg.Height) > t.maxPixels:
		return cfg, tooManyPixels(t.maxPixels)
	}
	return cfg, nil
}

var errTIFF = core.Errorf(core.CodeInvalid, "This page of the TIFF file is damaged or of a kind that cannot be read. Save it as PDF or PNG and upload that.")

func (t *tiffFile) Draw(n, _ int, _ bool) (image.Image, error) {
	if _, err := t.config(n); err != nil {
		return nil, err
	}
	img, err := t.decode(n)
	if err != nil {
		return nil, err
	}
	return t.asPaper(t.found[n-1], img), nil
}

// decode gives the pixels of a page as they are stored.
func (t *tiffFile) decode(n int) (image.Image, error) {
	if j := t.jpegs[n]; j != nil {
		return t.decodeJPEG(j)
	}
	img, err := tiff.Decode(t.page(n))
	if err != nil {
		return nil, errTIFF.WithCause(err)
	}
	if g := t.grey[n]; g != nil {
		img = g.onPaper(img)
	}
	if t.opaque[n] {
		opaque(img)
	}
	if t.inks[n] {
		return fromInks(img), nil
	}
	return img, nil
}
