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

	framed *image.Gray // turned, with the boxes
	cells  string      // as it was drawn last
	drawn  drawing
	part   string // the enlarged part that was drawn last
	partAs cropping
	sent   int // the terminal's number of the picture, 0: none was sent
}

// look is how a page is looked at; it stays when the page is turned.
type look struct {
	zoom  float64
	x, y  float64 // 0..1
	turns int     // quarters, clockwise
}

// drawing says how a picture was drawn.
type drawing struct {
	page, w, h int
	look       look
}

// cropping says how a part was drawn.
type cropping struct {
	page, pageW, pageH, w, h int
	boxes                    string
}

// Crop draws the part of the page that holds boxes, as large as there is room;
// "" when its place is not known. missing says whether there is an image.
func (p *Picture) Crop(boxes []core.Box, pageW, pageH, w, h int) string {
	want := cropping{p.Page, pageW, pageH, w, h, fmt.Sprint(boxes)}
	if p.part != "" && p.partAs == want {
		return p.part
	}
	part := ui.Around(p.Image, boxes, pageW, pageH)
	if part == nil {
		return ""
	}
	p.part, p.partAs = indent(ui.HalfBlocks(p.Theme, part, w-2, h, 1, 0, 0)), want
	return p.part
}

// imageWidth is how many pixels are asked for: enough to zoom in.
const imageWidth = 1800

const SlotImage ui.Slot = "image"

// Pictures gives images of pages.
type Pictures interface {
	PageImage(ctx context.Context, id string, page, maxWidth int, all bool) (core.PageImage, error)
}

func NewPicture(b *Base, from Pictures, record string, page int) Picture {
	return Picture{Base: b, from: from, record: record, Page: page, look: look{zoom: 1}}
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
	p.Image, p.Err, p.framed, p.cells, p.part = m.Value, m.Err, nil, "", ""
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
	p.Page, p.Image, p.Err, p.cells, p.framed, p.Boxes = page, nil, nil, "", nil, nil
	p.look.x, p.look.y = 0, 0
	p.scope.Drop(SlotImage)
	return p.Want()
}

// Point frames boxes and, when the page is zoomed, moves the window to them.
func (p *Picture) Point(boxes []core.Box, pageW, pageH int) {
	p.Boxes, p.PageW, p.pageH, p.framed, p.cells = boxes, pageW, pageH, nil, ""
	if len(boxes) == 0 || pageW <= 0 || pageH <= 0 {
		return
	}
	b := boxes[0]
	x, y := float64(b.X+b.W/2)/float64(pageW), float64(b.Y+b.H/2)/float64(pageH)
	switch p.look.turns {
	case 1:
		x, y = 1-y, x
	case 2:
		x, y = 1-x, 1-y
	case 3:
		x, y = y, 1-x
	}
	if z := p.look.zoom; z > 1 { // the window is 1/z of the page and its place counts from 0 to 1
		p.look.x, p.look.y = within((x-0.5/z)/(1-1/z)), within((y-0.5/z)/(1-1/z))
	}
}

func within(v float64) float64 { return max(0, min(1, v)) }

func (p *Picture) Zoom(f float64) {
	p.look.zoom = max(1, min(12, p.look.zoom*f))
	if p.look.zoom < 1.01 {
		p.look.zoom = 1
	}
	if len(p.Boxes) > 0 {
		p.Point(p.Boxes, p.PageW, p.pageH)
	}
}

// pan moves the window by parts of itself.
func (p *Picture) pan(dx, dy float64) {
	step := 0.5 / max(1, p.look.zoom-1)
	p.look.x, p.look.y = within(p.look.x+dx*step), within(p.look.y+dy*step)
}

func (p *Picture) turn(quarters int) {
	p.look.turns = (p.look.turns + quarters + 4) % 4
	p.framed = nil
}

// zoomed reports whether a part of the page only is on screen.
func (p *Picture) zoomed() bool { return p.look.zoom > 1 }

// Keys are the bindings of a picture that is on screen. Arrows move a zoomed page.
func (p *Picture) Keys() []ui.Binding {
	keys := []ui.Binding{
		{Keys: []string{"+", "="}, Show: "+/-", Help: "zoom", Quiet: p.zoomed(), Run: Do(func() { p.Zoom(1.5) })},
		{Keys: []string{"-"}, Quiet: true, Help: "zoom out", Run: Do(func() { p.Zoom(1 / 1.5) })},
		{Keys: []string{"]"}, Show: "[/]", Help: "turn the page image", Quiet: true, Run: Do(func() { p.turn(1) })},
		{Keys: []string{"["}, Quiet: true, Help: "turn it to the left", Run: Do(func() { p.turn(-1) })},
	}
	if !p.zoomed() {
		return keys
	}
	return append([]ui.Binding{
		{Keys: []string{"left"}, Show: "Arrows", Help: "move image", Run: Do(func() { p.pan(-1, 0) })},
		{Keys: []string{"right"}, Quiet: true, Help: "move the image right", Run: Do(func() { p.pan(1, 0) })},
		{Keys: []string{"up"}, Quiet: true, Help: "move the image up", Run: Do(func() { p.pan(0, -1) })},
		{Keys: []string{"down"}, Quiet: true, Help: "move the image down", Run: Do(func() { p.pan(0, 1) })},
		{Keys: []string{"0"}, Help: "whole page", Run: Do(func() { p.look.zoom, p.look.x, p.look.y = 1, 0, 0 })},
	}, keys...)
}

// View draws the page with a line that says what it is.
func (p *Picture) View(w, h int) string {
	switch {
	case p.Images == "off":
		return "\n " + p.Theme.Dim.Render(ui.Cut("Page images are switched off by the configuration.", w-2))
	case p.Err != nil:
		return ui.Failed(p.Theme, p.Err, w)
	case p.Image == nil:
		return ui.Loading(p.Theme, fmt.Sprintf("the image of page %d", p.Page))
	}
	label := fmt.Sprintf("image of page %d", p.Page)
	if p.zoomed() {
		label += fmt.Sprintf(", zoom %.1f", p.look.zoom)
	}
	if p.look.turns > 0 {
		label += fmt.Sprintf(", turned %d°", 90*p.look.turns)
	}
	p.draw(w-1, h-1)
	return " " + p.Theme.Dim.Render(label) + "\n" + p.cells
}

// draw makes the cells when they are not those of the last time.
func (p *Picture) draw(w, h int) {
	want := drawing{p.Page, w, h, p.look}
	if p.cells != "" && p.drawn == want && p.framed != nil {
		return
	}
	if p.framed == nil {
		p.framed = ui.Turned(ui.Framed(p.Image, p.Boxes, p.PageW, p.pageH), p.look.turns)
	}
	p.drawn = want
	l := p.look
	if p.kitty() && w > 0 && h > 0 {
		part, cw, ch := ui.Window(p.framed, w, h, l.zoom, l.x, l.y)
		next := pictureID(p.sent)
		if data, err := ui.KittySend(part, next, cw, ch); err == nil {
			if p.sent != 0 {
				data += ui.KittyForget(p.sent)
			}
			p.sent = next
			p.tell(data)
			p.cells = ui.KittyCells(next, cw, ch)
			return
		}
	}
	p.cells = ui.HalfBlocks(p.Theme, p.framed, w, h, l.zoom, l.x, l.y)
}

// legibleWidth is how many pixels a page has to be drawn wide so that its print can be
// read: some 60 to the inch.
const legibleWidth = 480

// Legible reports whether the page as it was drawn last can be read: it is a picture, or
// zoomed far enough. Fitted into cells it is a thumbnail.
func (p *Picture) Legible() bool {
	switch {
	case p.framed == nil || p.cells == "":
		return false
	case p.sent != 0:
		return true
	}
	b, d := p.framed.Bounds(), p.drawn
	fit := min(float64(d.w)/float64(b.Dx()), float64(2*d.h)/float64(b.Dy()))
	return fit*max(1, d.look.zoom)*float64(b.Dx()) >= min(legibleWidth, float64(b.Dx()))
}

// kitty reports whether the terminal is given the picture itself.
func (p *Picture) kitty() bool {
	switch p.Images {
	case "kitty":
		return !p.Theme.Mono()
	case "", "auto":
		return ui.Kitty(p.Theme, p.Getenv)
	}
	return false
}

// pictureID gives another number than the one before: a picture is replaced
// only when its successor is there.
func pictureID(before int) int {
	if before == 201 {
		return 202
	}
	return 201
}

// Close makes the terminal forget the picture.
func (p *Picture) Close() {
	if p.sent != 0 {
		p.tell(ui.KittyForget(p.sent))
		p.sent = 0
	}
}
