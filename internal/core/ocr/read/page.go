package read

import (
	"cmp"
	"context"
	"image"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// recognize takes the page's own text, or draws it and has it read, or both.
func (r Reader) recognize(ctx context.Context, d *document, n int, o core.ReadingRequest) (core.Page, error) {
	var page core.Page
	err := d.do(ctx, func(src core.PageSource) (err error) {
		page, err = src.Text(ctx, n)
		return err
	})
	unread := page.Unread
	page.Unread = nil
	file := err == nil && page.Source == core.SourceTextFile // it has no picture
	if file || err == nil && r.usable(ctx, d, &page, n, o) {
		return r.own(ctx, d, page, unread, o.Language)
	}
	if ctx.Err() != nil {
		return core.Page{}, ctx.Err()
	}
	info, err := r.Engine.Info(ctx)
	if err != nil {
		return core.Page{}, err
	}
	best, err := pageReading{Reader: r, d: d, n: n, language: o.Language}.best(ctx)
	if err != nil {
		return core.Page{}, err
	}
	read := best.page(info)
	read.Steps = append(slices.Clone(page.Steps), read.Steps...) // why the text layer was not taken
	read.Leaves(unread...)
	return read, nil
}

// usable reports whether a page has text of its own that is taken; if not, its steps
// say why.
func (r Reader) usable(ctx context.Context, d *document, page *core.Page, n int, o core.ReadingRequest) bool {
	if len(page.Words) == 0 {
		return false
	}
	if o.ForceOCR {
		page.Steps = []string{"text layer not used: reading by OCR was asked for"}
		return false
	}
	info, err := r.Engine.Info(ctx)
	if err != nil {
		return true
	}
	look := pageReading{Reader: r, d: d, n: n, language: o.Language}
	if foreign(page.Words, info.Languages) && look.shownInLatin(ctx, page.Words) {
		page.Steps = append(page.Steps, "text layer unusable: its letters are not those that the page shows")
		return false
	}
	if look.otherNumbers(ctx, page.Words) {
		page.Steps = append(page.Steps, "text layer unusable: its numbers are not those that the page shows")
		return false
	}
	return true
}

// own is a page with text of its own, with what is drawn beside it.
func (r Reader) own(ctx context.Context, d *document, page core.Page, unread []core.Unread, language string) (core.Page, error) {
	ink, scattered := page.Ink, page.Scattered
	page.Ink, page.Scattered = nil, false
	page.Engine = page.Source
	page.Status = cmp.Or(page.Status, core.PageRead)
	page.Leaves(unread...)
	if scattered && len(page.Words) > 0 {
		page.Words, page.Text = arranged(page.Words)
	}
	if len(ink) > 0 {
		return r.joined(ctx, d, page, ink, language)
	}
	return page, nil
}

// blank reports whether a grey picture holds next to no ink: less than a
// hundredth of a line of text.
func blank(img core.PageImage) bool {
	p, ok := grayOf(img)
	return ok && p.InkCount()*50000 < len(p.Pix)
}

// inky reports whether a grey picture holds five times the ink of a few words, or more.
func inky(img core.PageImage) bool {
	p, ok := grayOf(img)
	return ok && p.InkCount()*200 > len(p.Pix)
}

// grayOf gives the pixels of a page image in core.FormatGray; false for other
// formats and for one whose size is not what it says.
func grayOf(img core.PageImage) (*raster.Gray, bool) {
	pix, ok := img.Gray()
	return &raster.Gray{Pix: pix, W: img.Width, H: img.Height}, ok
}

func pageImage(g *raster.Gray) core.PageImage {
	return core.PageImage{Data: g.Pix, Format: core.FormatGray, Width: g.W, Height: g.H}
}

// rectangle keeps a box as it is, also one of a negative size.
func rectangle(b core.Box) image.Rectangle {
	return image.Rectangle{Min: image.Pt(b.X, b.Y), Max: image.Pt(b.X+b.W, b.Y+b.H)}
}

func grown(b core.Box, by int) core.Box {
	return core.Box{X: b.X - by, Y: b.Y - by, W: b.W + 2*by, H: b.H + 2*by}
}
