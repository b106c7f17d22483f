package ocr

import (
	"context"
	"slices"

	"clinician/internal/core"
)

// recognize takes the page's own text, or draws it and has it read.
func (r Reader) recognize(ctx context.Context, d *document, n int, o ReadOptions) (core.Page, error) {
	var page core.Page
	err := d.do(ctx, func(src core.PageSource) (err error) {
		page, err = src.Text(ctx, n)
		return err
	})
	own := err == nil && len(page.Words) > 0
	switch {
	case page.Source == "text-file": // has no picture
	case own && o.ForceOCR:
		own = false
		page.Steps = []string{"text layer not used: reading by OCR was asked for"}
	}
	if err == nil && (page.Source == "text-file" || own) {
		page.Engine = page.Source
		if page.Status == "" {
			page.Status = statusRead
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
	best, err := pageReading{r, d, n, o.Language}.best(ctx)
	if err != nil {
		return core.Page{}, err
	}
	read := best.page(info)
	read.Steps = append(slices.Clone(page.Steps), read.Steps...) // why the text layer was not taken
	return read, nil
}

// blank reports whether a grey picture holds next to no ink: less than a
// hundredth of a line of text.
func blank(img core.PageImage) bool {
	p, ok := pictureOf(img)
	return ok && p.ink()*50000 < len(p.pix)
}

// inky reports whether a grey picture holds five times the ink of a few words, or more.
func inky(img core.PageImage) bool {
	p, ok := pictureOf(img)
	return ok && p.ink()*200 > len(p.pix)
}
