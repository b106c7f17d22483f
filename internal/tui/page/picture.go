package page

import (
	"context"
	"fmt"
	"image"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Picture is the image of one page of a record and the window over it: turned,
// zoomed, moved. It is the part that screens with page images share.
type Picture struct {
	*Base
	from   Pictures
	record string
	Page   int // from 1
	Image  *image.Gray
	Err    error
	look   look
	Boxes  []core.Box // what is pointed at
	PageW  int        // of the page image the boxes refer to
	pageH  int
	Alone  bool // nothing else on the screen says what it shows
	aimed  bool // the window is to be moved to the boxes

	framed *image.Gray // turned, with the boxes
	page   graphic
	drawn  drawing
	win    ui.View // of the page that was drawn last
	part   graphic // the enlarged part
	partAs cropping
}

// look is how a page is looked at; it stays when the page is turned.
type look struct {
	zoom  float64 // of the whole page in its place; 0: as wide as its place
	x, y  float64 // 0..1
	turns int     // quarters, clockwise
}

// drawing says how a picture was drawn.
type drawing struct {
	page, w, h int
	look       look
	as         ui.Graphics
}

// cropping says how a part was drawn.
type cropping struct {
	page, pageW, pageH, w, h int
	boxes                    string
	as                       ui.Graphics
}

// Crop draws the row of a page with its figure boxed, as much of it around the figure
// as can be read in the place there is. Without a figure it is all of the row. It is ""
// when the place is not known.
func (p *Picture) Crop(row, figure []core.Box, pageW, pageH, w, h int) string {
	want := cropping{p.Page, pageW, pageH, w, h, fmt.Sprint(row, figure), p.graphics()}
	if p.part.cells != "" && p.partAs == want {
		return p.part.cells
	}
	strip, at := ui.Row(p.Image, row, figure, pageW, pageH)
	if strip == nil || w < 4 || h < 1 {
		return ""
	}
	p.partAs = want
	v := ui.NewView(strip, w-2, h, 1, 0, 0)
	if len(figure) > 0 {
		v = ui.Readable(strip, at, w-2, h, p.dots(w-2))
	}
	p.part.draw(p, 203, strip, v)
	p.part.cells = indent(p.part.cells)
	return p.part.cells
}

// imageWidth is how many pixels are asked for: enough to zoom in.
const imageWidth = 1800

const SlotImage ui.Slot = "image"

// Pictures gives images of pages.
type Pictures interface {
	PageImage(ctx context.Context, id string, page, maxWidth int, all bool) (core.PageImage, error)
}

func NewPicture(b *Base, from Pictures, record string, page int) Picture {
	return Picture{Base: b, from: from, record: record, Page: page, look: look{}}
}

// Want fetches the image when it is not here.
func (p *Picture) Want() tea.Cmd {
	if p.Images == "off" || p.Image != nil || p.Err != nil || p.scope.Busy(SlotImage) {
		return nil
	}
	from, id, n := p.from, p.record, p.Page
	return ui.Load(p.scope, SlotImage, func(ctx context.Context) (*image.Gray, error) {
		page, err := from.PageImage(ctx, id, n, imageWidth, false)
		if err != nil {
			return nil, err
		}
		img, err := ui.Decode(page.Data)
		if err != nil {
			return nil, core.Errorf(core.CodeInternal, "The picture of the page is damaged.").WithCause(err)
		}
		return img, nil
	})
}

// Got takes the image.
func (p *Picture) Got(m ui.Result[*image.Gray]) {
	p.Image, p.Err, p.framed, p.page.cells, p.part.cells = m.Value, m.Err, nil, "", ""
}

// Missing says why there is no image of a page to cut from; "" when there is one.
func (p *Picture) Missing(page int) string {
	switch {
	case p.Images == "off":
		return "Page images are switched off by the configuration."
	case p.Err != nil:
		return "The page image could not be had (r retries)."
	case p.Image == nil || p.Page != page:
		return "Loading the page image …"
	}
	return ""
}

// Show goes to another page and fetches it.
func (p *Picture) Show(page int) tea.Cmd {
	if page == p.Page {
		return p.Want()
	}
	p.Page, p.Image, p.Err, p.page.cells, p.framed, p.Boxes, p.aimed = page, nil, nil, "", nil, nil, false
	p.look.x, p.look.y = 0, 0
	p.scope.Drop(SlotImage)
	return p.Want()
}
