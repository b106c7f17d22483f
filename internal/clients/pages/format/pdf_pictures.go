package format

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

var errPDFPicture = core.Errorf(core.CodeInvalid, "The picture on this page is damaged and cannot be shown. Scan the page again, or upload a good copy.")

// Of a page with more objects or deeper forms than this the rest is not looked
// at. A scan is one picture, or some dozens of strips.
const (
	mostObjects = 1000
	deepestForm = 4
)

// placed is a picture on a page, or inside a form on it.
type placed struct {
	object references.FPDF_PAGEOBJECT
	x0, y0 float64 // where it stands, in pixels of the drawn page
	x1, y1 float64
}

// showsPictures fails with errPDFPicture when half of a drawn page or more is
// pictures that PDFium could not decode, or the page shows nothing and a picture of
// it is missing. PDFium leaves such places white or black and
// says nothing, and a scan would be read as an empty page. Only pictures that look
// like that are decoded once more.
func (p *pdf) showsPictures(page, dpi int, g *raster.Gray) error {
	toPixels, err := p.mapping(page, float64(dpi)/72, g.W, g.H)
	if err != nil {
		return nil // nothing can be said about where things are
	}
	area := 0.0
	for _, pic := range p.pictures(page, toPixels) {
		switch {
		case lacks(g, pic) && p.damaged(page, pic.object):
			area += (pic.x1 - pic.x0) * (pic.y1 - pic.y0)
			p.loses(page, core.MessageOf(errPDFPicture))
		case endsFlat(g, pic) && p.endsEarly(page, pic.object):
			p.loses(page, "A picture on this page ends early: what it shows there is missing. Scan the page again, or upload a good copy.")
		}
	}
	if 2*area >= float64(g.W)*float64(g.H) || blank(g) && p.missing(page) {
		return errPDFPicture
	}
	return nil
}

// resolution gives the dpi of the picture that fills a page of so many square
// inches; 0 when none does.
func (p *pdf) resolution(page int, inches float64) int {
	for _, pic := range p.pictures(page, func(x, y float64) (float64, float64) { return x / 72, y / 72 }) {
		area := (pic.x1 - pic.x0) * (pic.y1 - pic.y0)
		if area < 0.9*inches {
			continue
		}
		meta, err := p.lib.FPDFImageObj_GetImageMetadata(&requests.FPDFImageObj_GetImageMetadata{ImageObject: pic.object, Page: p.ref(page)})
		if err != nil {
			return 0
		}
		pixels := float64(meta.ImageMetadata.Width) * float64(meta.ImageMetadata.Height)
		return int(math.Ceil(math.Sqrt(pixels / area)))
	}
	return 0
}

// object gives an object of a page and what it is.
func (p *pdf) object(page, i int) (references.FPDF_PAGEOBJECT, enums.FPDF_PAGEOBJ, error) {
	o, err := p.lib.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: p.ref(page), Index: i})
	if err != nil {
		return "", 0, err
	}
	p.handles++
	kind, err := p.lib.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o.PageObject})
	if err != nil {
		return "", 0, err
	}
	return o.PageObject, kind.Type, nil
}

// pictures lists the pictures of a page.
func (p *pdf) pictures(page int, toPixels func(x, y float64) (float64, float64)) []placed {
	var out []placed
	looked := 0
	var look func(o references.FPDF_PAGEOBJECT, place placed, depth int)
	look = func(o references.FPDF_PAGEOBJECT, place placed, depth int) {
		looked++
		kind, err := p.lib.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
		if err != nil || looked > mostObjects || kind.Type != enums.FPDF_PAGEOBJ_IMAGE && kind.Type != enums.FPDF_PAGEOBJ_FORM {
			return
		}
		if depth == 0 {
			b, err := p.lib.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: o})
			if err != nil {
				return
			}
			x0, y0 := toPixels(float64(b.Left), float64(b.Bottom))
			x1, y1 := toPixels(float64(b.Right), float64(b.Top))
			place = placed{x0: min(x0, x1), y0: min(y0, y1), x1: max(x0, x1), y1: max(y0, y1)}
		}
		switch kind.Type {
		case enums.FPDF_PAGEOBJ_IMAGE:
			place.object = o
			out = append(out, place)
		case enums.FPDF_PAGEOBJ_FORM: // what is in it has the form's own coordinates, and counts where the form stands
			n, err := p.lib.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})
			if err != nil || depth == deepestForm {
				return
			}
			for i := range min(n.Count, mostObjects-looked) {
				in, err := p.lib.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(i)})
				if err == nil {
					look(in.PageObject, place, depth+1)
				}
			}
		}
	}
	defer func() { p.handles += looked }()
	n, err := p.lib.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: p.ref(page)})
	if err != nil {
		return nil
	}
	for i := range min(n.Count, mostObjects) {
		o, err := p.lib.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: p.ref(page), Index: i})
		if err == nil {
			look(o.PageObject, placed{}, 0)
		}
	}
	return out
}

// damaged reports whether a picture cannot be decoded, or most of it is missing.
func (p *pdf) damaged(page int, o references.FPDF_PAGEOBJECT) bool {
	drawn, err := p.lib.FPDFImageObj_GetBitmap(&requests.FPDFImageObj_GetBitmap{ImageObject: o})
	if err != nil {
		return true
	}
	_, _ = p.lib.FPDFBitmap_Destroy(&requests.FPDFBitmap_Destroy{Bitmap: drawn.Bitmap}) // goes with the document at the latest
	meta, err := p.lib.FPDFImageObj_GetImageMetadata(&requests.FPDFImageObj_GetImageMetadata{ImageObject: o, Page: p.ref(page)})
	if err != nil {
		return false
	}
	filters, err := p.lib.FPDFImageObj_GetImageFilterCount(&requests.FPDFImageObj_GetImageFilterCount{ImageObject: o})
	if err != nil {
		return false
	}
	for i := range filters.Count {
		f, err := p.lib.FPDFImageObj_GetImageFilter(&requests.FPDFImageObj_GetImageFilter{ImageObject: o, Index: i})
		if err != nil || f.ImageFilter != "FlateDecode" && f.ImageFilter != "LZWDecode" {
			return false // its own format, where PDFium says so when it cannot be decoded
		}
	}
	want := int64(meta.ImageMetadata.Width) * int64(meta.ImageMetadata.Height) * int64(meta.ImageMetadata.BitsPerPixel) / 8
	if want > p.maxPixels {
		return false
	}
	data, err := p.lib.FPDFImageObj_GetImageDataDecoded(&requests.FPDFImageObj_GetImageDataDecoded{ImageObject: o})
	return err != nil || int64(len(data.Data)) < want/2
}

// endsEarly reports whether the data of a picture stop before all of it is there.
// PDFium draws what there is.
func (p *pdf) endsEarly(page int, o references.FPDF_PAGEOBJECT) bool {
	filters, err := p.lib.FPDFImageObj_GetImageFilterCount(&requests.FPDFImageObj_GetImageFilterCount{ImageObject: o})
	if err != nil || filters.Count != 1 {
		return false
	}
	f, err := p.lib.FPDFImageObj_GetImageFilter(&requests.FPDFImageObj_GetImageFilter{ImageObject: o})
	if err != nil {
		return false
	}
	switch f.ImageFilter {
	case "DCTDecode":
		raw, err := p.lib.FPDFImageObj_GetImageDataRaw(&requests.FPDFImageObj_GetImageDataRaw{ImageObject: o})
		return err == nil && p.cutShort(raw.Data)
	case "FlateDecode", "LZWDecode", "RunLengthDecode":
		meta, err := p.lib.FPDFImageObj_GetImageMetadata(&requests.FPDFImageObj_GetImageMetadata{ImageObject: o, Page: p.ref(page)})
		if err != nil {
			return false
		}
		want := int64(meta.ImageMetadata.Width) * int64(meta.ImageMetadata.Height) * int64(meta.ImageMetadata.BitsPerPixel) / 8
		data, err := p.lib.FPDFImageObj_GetImageDataDecoded(&requests.FPDFImageObj_GetImageDataDecoded{ImageObject: o})
		return err == nil && want <= p.maxPixels && int64(len(data.Data)) < want
	}
	return false
}

// cutShort reports whether a JPEG that can be read as far as it goes ends early.
func (p *pdf) cutShort(data []byte) bool {
	size, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil || int64(size.Width)*int64(size.Height) > p.maxPixels {
		return false
	}
	_, err = jpeg.Decode(bytes.NewReader(data))
	var unsupported jpeg.UnsupportedError
	return err != nil && !errors.As(err, &unsupported)
}

// endsFlat reports whether the lowest part of a picture, where it stands, is of one
// shade: nothing may have been there to be drawn.
func endsFlat(g *raster.Gray, at placed) bool {
	x0, y0 := max(0, int(at.x0)+1), max(0, int(at.y0)+1)
	x1, y1 := min(g.W, int(at.x1)), min(g.H, int(at.y1))
	if x0 >= x1 || y0 >= y1 {
		return false
	}
	first := int(g.Pix[(y1-1)*g.W+x0])
	return g.Within(image.Rect(x0, y1-max(1, (y1-y0)/50), x1, y1), first-2, first+2)
}

// lacks reports whether a picture may be missing where it stands: all is of one
// shade, or a tenth along one side is black.
func lacks(g *raster.Gray, at placed) bool {
	x0, y0 := max(0, int(at.x0)+1), max(0, int(at.y0)+1)
	x1, y1 := min(g.W, int(at.x1)), min(g.H, int(at.y1))
	if x0 >= x1 || y0 >= y1 {
		return false
	}
	first := int(g.Pix[y0*g.W+x0])
	if g.Within(image.Rect(x0, y0, x1, y1), first-2, first+2) {
		return true
	}
	dx, dy := (x1-x0+9)/10, (y1-y0+9)/10
	return g.Within(image.Rect(x0, y1-dy, x1, y1), 0, 4) || g.Within(image.Rect(x0, y0, x1, y0+dy), 0, 4) ||
		g.Within(image.Rect(x0, y0, x0+dx, y1), 0, 4) || g.Within(image.Rect(x1-dx, y0, x1, y1), 0, 4)
}

// blank reports whether a page shows nothing.
func blank(g *raster.Gray) bool {
	first := int(g.Pix[0])
	return g.Within(image.Rect(0, 0, g.W, g.H), first-2, first+2)
}
