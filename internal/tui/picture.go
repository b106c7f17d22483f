package tui

import (
	"context"
	"fmt"
	"image"
	"os"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// picture is the image of one page of a record and the window over it: turned,
// zoomed, moved. It is the part that screens with page images share.
type picture struct {
	*base
	record string
	page   int // from 1
	img    *image.Gray
	err    error
	look   look
	boxes  []core.Box // what is pointed at
	pageW  int        // of the page image the boxes refer to
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

// crop draws the part of the page that holds boxes, as large as there is room;
// "" when its place is not known. missing says whether there is an image.
func (p *picture) crop(boxes []core.Box, pageW, pageH, w, h int) string {
	want := cropping{p.page, pageW, pageH, w, h, fmt.Sprint(boxes)}
	if p.part != "" && p.partAs == want {
		return p.part
	}
	part := ui.Around(p.img, boxes, pageW, pageH)
	if part == nil {
		return ""
	}
	p.part, p.partAs = indent(ui.HalfBlocks(p.th, part, w-2, h, 1, 0, 0)), want
	return p.part
}

// imageWidth is how many pixels are asked for: enough to zoom in.
const imageWidth = 1800

const slotImage ui.Slot = "image"

func newPicture(b *base, record string, page int) picture {
	return picture{base: b, record: record, page: page, look: look{zoom: 1}}
}

// want fetches the image when it is not here.
func (p *picture) want() tea.Cmd {
	if p.images == "off" || p.img != nil || p.err != nil || p.scope.Busy(slotImage) {
		return nil
	}
	backend, id, n := p.backend, p.record, p.page
	return ui.Load(p.scope, slotImage, func(ctx context.Context) (*image.Gray, error) {
		page, err := backend.PageImage(ctx, id, n, imageWidth, false)
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

// got takes the image.
func (p *picture) got(m ui.Result[*image.Gray]) {
	p.img, p.err, p.framed, p.cells, p.part = m.Value, m.Err, nil, "", ""
}

// missing says why there is no image of a page to cut from; "" when there is one.
func (p *picture) missing(page int) string {
	switch {
	case p.images == "off":
		return "Page images are switched off by the configuration."
	case p.err != nil:
		return "The page image could not be had (r retries)."
	case p.img == nil || p.page != page:
		return "Loading the page image …"
	}
	return ""
}

// show goes to another page and fetches it.
func (p *picture) show(page int) tea.Cmd {
	if page == p.page {
		return p.want()
	}
	p.page, p.img, p.err, p.cells, p.framed, p.boxes = page, nil, nil, "", nil, nil
	p.look.x, p.look.y = 0, 0
	p.scope.Drop(slotImage)
	return p.want()
}

// point frames boxes and, when the page is zoomed, moves the window to them.
func (p *picture) point(boxes []core.Box, pageW, pageH int) {
	p.boxes, p.pageW, p.pageH, p.framed, p.cells = boxes, pageW, pageH, nil, ""
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

func (p *picture) zoom(f float64) {
	p.look.zoom = max(1, min(12, p.look.zoom*f))
	if p.look.zoom < 1.01 {
		p.look.zoom = 1
	}
	if len(p.boxes) > 0 {
		p.point(p.boxes, p.pageW, p.pageH)
	}
}

// pan moves the window by parts of itself.
func (p *picture) pan(dx, dy float64) {
	step := 0.5 / max(1, p.look.zoom-1)
	p.look.x, p.look.y = within(p.look.x+dx*step), within(p.look.y+dy*step)
}

func (p *picture) turn(quarters int) {
	p.look.turns = (p.look.turns + quarters + 4) % 4
	p.framed = nil
}

// zoomed reports whether a part of the page only is on screen.
func (p *picture) zoomed() bool { return p.look.zoom > 1 }

// keys are the bindings of a picture that is on screen. Arrows move a zoomed page.
func (p *picture) keys() []ui.Binding {
	keys := []ui.Binding{
		{Keys: []string{"+", "="}, Show: "+/-", Help: "zoom", Quiet: p.zoomed(), Run: do(func() { p.zoom(1.5) })},
		{Keys: []string{"-"}, Quiet: true, Help: "zoom out", Run: do(func() { p.zoom(1 / 1.5) })},
		{Keys: []string{"]"}, Show: "[/]", Help: "turn the page image", Quiet: true, Run: do(func() { p.turn(1) })},
		{Keys: []string{"["}, Quiet: true, Help: "turn it to the left", Run: do(func() { p.turn(-1) })},
	}
	if !p.zoomed() {
		return keys
	}
	return append([]ui.Binding{
		{Keys: []string{"left"}, Show: "Arrows", Help: "move image", Run: do(func() { p.pan(-1, 0) })},
		{Keys: []string{"right"}, Quiet: true, Help: "move the image right", Run: do(func() { p.pan(1, 0) })},
		{Keys: []string{"up"}, Quiet: true, Help: "move the image up", Run: do(func() { p.pan(0, -1) })},
		{Keys: []string{"down"}, Quiet: true, Help: "move the image down", Run: do(func() { p.pan(0, 1) })},
		{Keys: []string{"0"}, Help: "whole page", Run: do(func() { p.look.zoom, p.look.x, p.look.y = 1, 0, 0 })},
	}, keys...)
}

// view draws the page with a line that says what it is.
func (p *picture) view(w, h int) string {
	switch {
	case p.images == "off":
		return "\n " + p.th.Dim.Render(ui.Cut("Page images are switched off by the configuration.", w-2))
	case p.err != nil:
		return ui.Failed(p.th, p.err, w)
	case p.img == nil:
		return ui.Loading(p.th, fmt.Sprintf("the image of page %d", p.page))
	}
	label := fmt.Sprintf("image of page %d", p.page)
	if p.zoomed() {
		label += fmt.Sprintf(", zoom %.1f", p.look.zoom)
	}
	if p.look.turns > 0 {
		label += fmt.Sprintf(", turned %d°", 90*p.look.turns)
	}
	p.draw(w-1, h-1)
	return " " + p.th.Dim.Render(label) + "\n" + p.cells
}

// draw makes the cells when they are not those of the last time.
func (p *picture) draw(w, h int) {
	want := drawing{p.page, w, h, p.look}
	if p.cells != "" && p.drawn == want && p.framed != nil {
		return
	}
	if p.framed == nil {
		p.framed = ui.Turned(ui.Framed(p.img, p.boxes, p.pageW, p.pageH), p.look.turns)
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
	p.cells = ui.HalfBlocks(p.th, p.framed, w, h, l.zoom, l.x, l.y)
}

// kitty reports whether the terminal is given the picture itself.
func (p *picture) kitty() bool {
	switch p.images {
	case "kitty":
		return !p.th.Mono()
	case "", "auto":
		return ui.Kitty(p.th, os.Getenv)
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

// close makes the terminal forget the picture.
func (p *picture) close() {
	if p.sent != 0 {
		p.tell(ui.KittyForget(p.sent))
		p.sent = 0
	}
}
