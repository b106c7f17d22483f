package format

import (
	"bytes"
	"image"
	"regexp"
	"strconv"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

func (p *pdf) Draw(page, dpi int, colour bool) (image.Image, error) {
	if !colour {
		if g := p.scan(page, dpi); g != nil {
			return g.Image(), nil
		}
	}
	img, _, err := p.render(page, dpi, colour)
	return img, err
}

// DrawInk draws only the parts of a page that its words say nothing of, without the
// text they stand for. Boxes are those of core.Page.Ink.
func (p *pdf) DrawInk(page, dpi int, ink []core.Box) (image.Image, error) {
	v, err := p.view(page)
	if err != nil {
		return nil, err
	}
	bare, actual, err := p.renderBare(page, dpi)
	if err != nil {
		return nil, err
	}
	scale := float64(actual) / float64(v.dpi)
	out := raster.NewWhite(bare.W, bare.H)
	for _, b := range ink {
		copyPart(out, bare, scaled(b, scale))
	}
	if len(v.illegible) > 0 { // words that are drawn and mean nothing to us are read as pictures are
		img, _, err := p.render(page, dpi, false)
		if err != nil {
			return nil, err
		}
		whole := raster.Share(img)
		for _, b := range v.illegible {
			copyPart(out, whole, scaled(b, scale))
		}
	}
	return out.Image(), nil
}

func copyPart(to, from *raster.Gray, r image.Rectangle) {
	if r = r.Intersect(image.Rect(0, 0, min(to.W, from.W), min(to.H, from.H))); !r.Empty() {
		to.Paste(from.Crop(r), r.Min.X, r.Min.Y)
	}
}

// scaled gives a box in a drawing that is so many times as large, with a little
// room around.
func scaled(b core.Box, scale float64) image.Rectangle {
	const room = 2
	return image.Rect(int(float64(b.X)*scale)-room, int(float64(b.Y)*scale)-room,
		int(float64(b.X+b.W)*scale)+1+room, int(float64(b.Y+b.H)*scale)+1+room)
}

// drawing readies a page, works out the resolution for it, which is less than dpi where
// the page is large, and draws in that.
func (p *pdf) drawing(page, dpi int, draw func(actual int) error) (actual int, err error) {
	if err := p.ready(); err != nil {
		return 0, err
	}
	defer func() { p.tidy(err) }()
	p.settle(page)
	if _, _, actual, err = p.size(page, dpi); err != nil {
		return 0, err
	}
	return actual, draw(actual)
}

// render draws a page as a viewer shows it and says the resolution it drew in.
func (p *pdf) render(page, dpi int, colour bool) (img image.Image, actual int, err error) {
	actual, err = p.drawing(page, dpi, func(actual int) (err error) {
		if colour {
			img, err = p.coloured(page, actual)
			return err
		}
		g, err := p.grey(page, actual)
		if err != nil {
			return err
		}
		if err := p.showsPictures(page, actual, g); err != nil {
			return err
		}
		img = g.Image()
		return nil
	})
	return img, actual, err
}

// renderBare draws a page without its text.
func (p *pdf) renderBare(page, dpi int) (g *raster.Gray, actual int, err error) {
	actual, err = p.drawing(page, dpi, func(actual int) error {
		text, err := p.textObjects(page)
		if err != nil {
			return errPDFPage.WithCause(err)
		}
		return p.without(text, func() (err error) {
			g, err = p.grey(page, actual)
			return err
		})
	})
	return g, actual, err
}

func (p *pdf) grey(page, dpi int) (*raster.Gray, error) {
	out, err := p.lib.RenderPageInDPI(&requests.RenderPageInDPI{Page: p.ref(page), DPI: dpi, ImageFormat: requests.RenderImageFormatGrayscale, RenderFlags: enums.FPDF_RENDER_FLAG_ANNOT})
	if err != nil {
		return nil, errPDFPage.WithCause(err)
	}
	defer out.Cleanup() // the pixels live in PDFium's memory and go with it
	return raster.FromImage(out.Result.RenderedImage), nil
}

func (p *pdf) coloured(page, dpi int) (*image.RGBA, error) {
	out, err := p.lib.RenderPageInDPI(&requests.RenderPageInDPI{Page: p.ref(page), DPI: dpi, ImageFormat: requests.RenderImageFormatRGBA, RenderFlags: enums.FPDF_RENDER_FLAG_ANNOT})
	if err != nil {
		return nil, errPDFPage.WithCause(err)
	}
	defer out.Cleanup()
	src := raster.ToRGBA(out.Result.RenderedImage)
	img := &image.RGBA{Pix: append([]uint8(nil), src.Pix...), Stride: src.Stride, Rect: src.Rect}
	for q := img.Pix; len(q) >= 4; q = q[4:] { // what is transparent is white, as on paper
		if rest := 255 - q[3]; rest > 0 {
			q[0], q[1], q[2], q[3] = q[0]+rest, q[1]+rest, q[2]+rest, 255
		}
	}
	return img, nil
}

// without draws, or does something else, while some objects are not drawn.
func (p *pdf) without(objects []references.FPDF_PAGEOBJECT, do func() error) error {
	defer p.activate(objects, true)
	if err := p.activate(objects, false); err != nil {
		return errPDFPage.WithCause(err)
	}
	return do()
}

func (p *pdf) activate(objects []references.FPDF_PAGEOBJECT, active bool) error {
	for _, o := range objects {
		if _, err := p.lib.FPDFPageObj_SetIsActive(&requests.FPDFPageObj_SetIsActive{PageObject: o, Active: active}); err != nil {
			p.handles = keepHandles + 1 // the next page gets another instance
			return err
		}
	}
	return nil
}

// unitSize finds what a point is on a page, in a file as PDFium writes it.
var unitSize = regexp.MustCompile(`/UserUnit ?(\d*\.?\d+)`)

// unit gives the size of a page's unit in points, 1 but for the few pages that say
// otherwise; PDFium does not know of it. Only where it makes a page of some size of a
// small one is it looked for.
func (p *pdf) unit(page int, area float64) float64 {
	const small = 25 * 72 * 72 // square points: about A6
	if area > small {
		return 1
	}
	if u, ok := p.units[page]; ok {
		return u
	}
	u := 1.0
	var copied head
	if err := p.copyTo(&copied, []int{page}); err != nil && len(copied) < headBytes {
		p.handles = keepHandles + 1 // this instance may be half changed
	}
	if at := pageObject.FindIndex(copied); at != nil {
		dictionary, _, _ := bytes.Cut(copied[at[0]:], []byte("\n"))
		if m := unitSize.FindSubmatch(dictionary); m != nil {
			if n, err := strconv.ParseFloat(string(m[1]), 64); err == nil && n >= 1 && n <= 1000 {
				u = n
			}
		}
	}
	p.units[page] = u
	return u
}
