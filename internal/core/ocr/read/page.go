package read

import (
	"context"
	"image"
	"slices"

	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// recognize takes the page's own text, or draws it and has it read.
func (r Reader) recognize(ctx context.Context, d *document, n int, o core.ReadingRequest) (core.Page, error) {
	var page core.Page
	err := d.do(ctx, func(src core.PageSource) (err error) {
		page, err = src.Text(ctx, n)
		return err
	})
	own := err == nil && len(page.Words) > 0
	ink, scattered := page.Ink, page.Scattered
	page.Ink, page.Scattered = nil, false
	switch {
	case page.Source == core.SourceTextFile: // has no picture
	case own && o.ForceOCR:
		own = false
		page.Steps = []string{"text layer not used: reading by OCR was asked for"}
	}
	if err == nil && (page.Source == core.SourceTextFile || own) {
		page.Engine = page.Source
		if page.Status == "" {
			page.Status = core.PageRead
		}
		page.Leaves()
		if own && scattered {
			page.Words, page.Text = Layout(page.Words)
		}
		if len(ink) > 0 && own {
			return r.joined(ctx, d, page, ink, o.Language)
		}
		return page, nil
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
	read.Leaves(page.Unread...)
	return read, nil
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
