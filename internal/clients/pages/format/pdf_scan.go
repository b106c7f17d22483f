package format

import (
	"bytes"
	"image"
	"image/jpeg"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"clinician/internal/core/raster"
)

// forEyes is the resolution up to which pages are drawn to be looked at and not read.
const forEyes = 150

// scan gives the picture of a page that is nothing but one JPEG, upright, over
// all of the page and with the pixels that are to be drawn, or for eyes with more of
// them, which are made fewer; nil for all other pages, and in doubt. That is what
// scanners write. PDFium gives the same picture, but its decoder in WebAssembly takes
// five times as long.
func (p *pdf) scan(page, dpi int) *raster.Gray {
	if p.ready() != nil {
		return nil
	}
	defer p.tidy(nil)
	p.settle(page)
	w, h, dpi, err := p.size(page, dpi)
	if err != nil {
		return nil
	}
	object, ok := p.onlyPicture(page, dpi, w, h)
	if !ok || !p.plain(page, object) {
		return nil
	}
	raw, err := p.lib.FPDFImageObj_GetImageDataRaw(&requests.FPDFImageObj_GetImageDataRaw{ImageObject: object})
	if err != nil || !drawnAsIs(dictionaryOf(p.content, raw.Data)) {
		return nil
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(raw.Data))
	if err != nil {
		return nil
	}
	exact := about(float64(size.Width), w) && about(float64(size.Height), h)
	if !exact && (dpi > forEyes || !larger(size.Width, size.Height, w, h)) {
		return nil
	}
	img, err := jpeg.Decode(bytes.NewReader(raw.Data))
	if err != nil {
		return nil // PDFium may make more of it, or says what is damaged
	}
	switch img.(type) {
	case *image.Gray, *image.YCbCr:
		g := raster.Share(img)
		if !exact {
			g = g.ShrunkTo(w)
		}
		return g
	}
	return nil
}

// larger reports whether a picture has more pixels than a drawing, and its shape.
func larger(pictureW, pictureH, w, h int) bool {
	return pictureW > w && pictureH > h && about(float64(pictureH)*float64(w)/float64(pictureW), h)
}

// about allows for page sizes that were rounded.
func about(x float64, want int) bool { return x > float64(want)-2 && x < float64(want)+2 }

// onlyPicture gives the picture that is the one object of a page, stands upright
// and fills it.
func (p *pdf) onlyPicture(page, dpi, w, h int) (object references.FPDF_PAGEOBJECT, ok bool) {
	n, err := p.lib.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: p.ref(page)})
	if err != nil || n.Count != 1 {
		return "", false
	}
	object, kind, err := p.object(page, 0)
	if err != nil || kind != enums.FPDF_PAGEOBJ_IMAGE {
		return "", false
	}
	turned, err := p.lib.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: p.ref(page)})
	if err != nil || turned.PageRotation != enums.FPDF_PAGE_ROTATION_NONE {
		return "", false
	}
	m, err := p.lib.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: object})
	if err != nil || m.Matrix.B != 0 || m.Matrix.C != 0 || m.Matrix.A <= 0 || m.Matrix.D <= 0 {
		return "", false
	}
	toPixels, err := p.mapping(page, float64(dpi)/72, w, h)
	if err != nil {
		return "", false
	}
	x0, y1 := toPixels(float64(m.Matrix.E), float64(m.Matrix.F))
	x1, y0 := toPixels(float64(m.Matrix.E+m.Matrix.A), float64(m.Matrix.F+m.Matrix.D))
	return object, about(x0, 0) && about(y0, 0) && about(x1, w) && about(y1, h)
}

// plain reports whether a picture is drawn with nothing done to it: not clipped,
// not see-through, not part of a layer, and its colours are grey or RGB.
func (p *pdf) plain(page int, o references.FPDF_PAGEOBJECT) bool {
	if clip, err := p.lib.FPDFPageObj_GetClipPath(&requests.FPDFPageObj_GetClipPath{PageObject: o}); err == nil {
		if n, err := p.lib.FPDFClipPath_CountPaths(&requests.FPDFClipPath_CountPaths{ClipPath: clip.ClipPath}); err == nil && n.Count > 0 {
			return false
		}
	}
	through, err := p.lib.FPDFPageObj_HasTransparency(&requests.FPDFPageObj_HasTransparency{PageObject: o})
	if err != nil || through.HasTransparency {
		return false
	}
	marks, err := p.lib.FPDFPageObj_CountMarks(&requests.FPDFPageObj_CountMarks{PageObject: o})
	if err != nil || marks.Count != 0 {
		return false
	}
	meta, err := p.lib.FPDFImageObj_GetImageMetadata(&requests.FPDFImageObj_GetImageMetadata{ImageObject: o, Page: p.ref(page)})
	if err != nil {
		return false
	}
	switch meta.ImageMetadata.Colorspace {
	case enums.FPDF_COLORSPACE_DEVICEGRAY, enums.FPDF_COLORSPACE_CALGRAY:
		return meta.ImageMetadata.BitsPerPixel == 8
	case enums.FPDF_COLORSPACE_DEVICERGB, enums.FPDF_COLORSPACE_CALRGB:
		return meta.ImageMetadata.BitsPerPixel == 24
	case enums.FPDF_COLORSPACE_ICCBASED:
		return meta.ImageMetadata.BitsPerPixel == 8 || meta.ImageMetadata.BitsPerPixel == 24
	}
	return false
}

// dictionaryOf gives what stands in a PDF between the "obj" that begins a stream
// and its data; nil when they are not there exactly once, as in an encrypted PDF.
// A stream is never inside another one, so its dictionary can be read there.
func dictionaryOf(content, data []byte) []byte {
	const longest = 4096
	at := bytes.Index(content, data)
	if len(data) < 100 || at < 0 || bytes.Contains(content[at+1:], data) {
		return nil
	}
	before := content[max(0, at-longest):at]
	begin := bytes.LastIndex(before, []byte("obj"))
	if begin < 0 || !bytes.HasSuffix(bytes.TrimRight(before, "\r\n"), []byte("stream")) {
		return nil
	}
	return before[begin:]
}

// drawnAsIs reports whether the dictionary of a picture, PDF 32000-1, 8.9.5,
// says that it is a JPEG and asks for nothing to be done to its samples. A name
// may be written in other ways with "#".
func drawnAsIs(dictionary []byte) bool {
	if !bytes.Contains(dictionary, []byte("/DCTDecode")) {
		return false
	}
	rest := bytes.ReplaceAll(dictionary, []byte("/DCTDecode"), nil)
	for _, odd := range []string{"#", "Decode", "Mask", "/OC", "/Alternates"} {
		if bytes.Contains(rest, []byte(odd)) {
			return false
		}
	}
	return true
}
