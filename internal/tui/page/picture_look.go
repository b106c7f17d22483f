package page

import (
	"fmt"
	"image"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Point frames boxes and moves the window to them when not all of the page is in it.
func (p *Picture) Point(boxes []core.Box, pageW, pageH int) {
	p.Boxes, p.PageW, p.pageH, p.framed, p.page.cells = boxes, pageW, pageH, nil, ""
	p.aimed = len(boxes) > 0 && pageW > 0 && pageH > 0
}

// aim moves the window to what is pointed at.
func (p *Picture) aim() {
	b := p.Boxes[0]
	x, y := float64(b.X+b.W/2)/float64(p.PageW), float64(b.Y+b.H/2)/float64(p.pageH)
	switch p.look.turns {
	case 1:
		x, y = 1-y, x
	case 2:
		x, y = 1-x, 1-y
	case 3:
		x, y = y, 1-x
	}
	p.look.x, p.look.y = p.win.Centre(x, y)
	p.aimed = false
}

// Zoom enlarges or shrinks what is seen of the page. What cannot be read is enlarged at
// once until it can be.
func (p *Picture) Zoom(f float64) {
	z := p.win.Zoom
	if !p.Legible() && f > 1 && p.framed != nil {
		f = max(f, 1.01*float64(min(legibleWidth, p.framed.Bounds().Dx()))/p.width())
	}
	x, y := p.win.Middle()
	if p.look.zoom = max(1, min(32, z*f)); p.look.zoom < 1.01 {
		p.look.zoom = 1
	}
	if p.aimed = len(p.Boxes) > 0; !p.aimed && p.framed != nil {
		p.look.x, p.look.y = p.window(p.drawn.w, p.drawn.h).Centre(x, y)
	}
}

// pan moves the window by parts of itself.
func (p *Picture) pan(dx, dy float64) {
	x, y := p.win.Middle()
	p.look.x, p.look.y = p.win.Centre(x+dx*p.win.W, y+dy*p.win.H)
}

// Follow moves a page as wide as its place with its text, of which a part from 0 to 1 is
// above the window. It moves in steps: each is sent to the terminal.
func (p *Picture) Follow(part float64) {
	if p.look.zoom == 0 && len(p.Boxes) == 0 {
		p.look.y = float64(int(part*8+0.5)) / 8
	}
}

func (p *Picture) turn(quarters int) {
	p.look.turns = (p.look.turns + quarters + 4) % 4
	p.framed = nil
}

// zoomed reports whether the user has enlarged the page.
func (p *Picture) zoomed() bool { return p.look.zoom > 1 }

// Keys are the bindings of a picture that is on screen. Arrows move a zoomed page, and
// one that has the screen for itself up and down.
func (p *Picture) Keys() []ui.Binding {
	whole := ui.Binding{Name: "whole page", Keys: []string{"0"}, Help: "whole page", Quiet: !p.zoomed(), Run: Do(func() { p.look.zoom, p.look.x, p.look.y = 1, 0, 0 })}
	if p.look.zoom == 1 {
		whole.Help, whole.Run = "page width", Do(func() { p.look.zoom, p.aimed = 0, len(p.Boxes) > 0 })
	}
	keys := []ui.Binding{
		{Keys: []string{"+", "="}, Show: "+/-", Help: "zoom", Quiet: p.zoomed(), Run: Do(func() { p.Zoom(1.5) })},
		{Keys: []string{"-"}, Quiet: true, Help: "zoom out", Run: Do(func() { p.Zoom(1 / 1.5) })},
		{Keys: []string{"]"}, Show: "[/]", Help: "turn the page image", Quiet: true, Run: Do(func() { p.turn(1) })},
		{Keys: []string{"["}, Quiet: true, Help: "turn it to the left", Run: Do(func() { p.turn(-1) })},
		whole,
	}
	moves := []ui.Binding{
		{Keys: []string{"up"}, Quiet: true, Help: "move the image up", Run: Do(func() { p.pan(0, -0.5) })},
		{Keys: []string{"down"}, Quiet: true, Help: "move the image down", Run: Do(func() { p.pan(0, 0.5) })},
	}
	switch {
	case p.zoomed():
		moves = append([]ui.Binding{
			{Keys: []string{"left"}, Show: "Arrows", Help: "move image", Run: Do(func() { p.pan(-0.5, 0) })},
			{Keys: []string{"right"}, Quiet: true, Help: "move the image right", Run: Do(func() { p.pan(0.5, 0) })},
		}, moves...)
	case p.Alone && p.win.H < 1:
		moves[1].Show, moves[1].Quiet = "Up/Down", false
	default:
		return keys
	}
	return append(moves, keys...)
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
	p.draw(w-1, h-1)
	label := fmt.Sprintf("image of page %d", p.Page)
	if p.zoomed() {
		label += fmt.Sprintf(", zoom %.1f", p.look.zoom)
	}
	if p.look.turns > 0 {
		label += fmt.Sprintf(", turned %d°", 90*p.look.turns)
	}
	if from, to := p.win.Seen(); to-from < 100 {
		label += fmt.Sprintf(", %d–%d %%", from, to)
	}
	if p.Alone && !p.Legible() {
		label += ", too small to be read: +"
	}
	return " " + p.Theme.Dim.Render(ui.Cut(label, w-2)) + "\n" + p.page.cells
}

// window is what of the page is seen in a place.
func (p *Picture) window(w, h int) ui.View {
	return ui.NewView(p.framed, w, h, p.look.zoom, p.look.x, p.look.y)
}

// draw makes the cells when they are not those of the last time.
func (p *Picture) draw(w, h int) {
	if w < 1 || h < 1 {
		p.page.cells = ""
		return
	}
	if p.framed == nil {
		p.framed = ui.Turned(ui.Framed(p.Image, p.Boxes, p.PageW, p.pageH), p.look.turns)
		p.page.cells = ""
	}
	p.win = p.window(w, h)
	if p.aimed {
		p.aim()
		p.win = p.window(w, h)
	}
	if want := (drawing{p.Page, w, h, p.look, p.graphics()}); p.page.cells == "" || p.drawn != want {
		p.drawn = want
		p.page.draw(p, 201, p.framed, p.win)
	}
}

// legibleWidth is how many pixels a page has to be drawn wide so that its print can be
// read: some 60 to the inch.
const legibleWidth = 480

// width is how many pixels wide the whole page would be as it was drawn last.
func (p *Picture) width() float64 {
	return max(1, p.dots(1)*p.win.Scale*float64(p.framed.Bounds().Dx()))
}

// Legible reports whether the page as it was drawn last can be read: it is large enough.
// Fitted into cells it is a thumbnail.
func (p *Picture) Legible() bool {
	if p.framed == nil || p.page.cells == "" {
		return false
	}
	return p.width() >= float64(min(legibleWidth, p.framed.Bounds().Dx()))
}

// AtEnd reports whether the lower end of the page is on screen.
func (p *Picture) AtEnd() bool {
	_, to := p.win.Seen()
	return p.page.cells != "" && to >= 99
}

// dots is how many pixels are drawn in so many cells side by side.
func (p *Picture) dots(cells int) float64 {
	switch {
	case p.graphics().Works():
		return float64(cells * max(cellDots, p.graphics().CellW))
	case p.Theme.NoColour:
		return float64(cells)
	}
	return 1.25 * float64(cells) // two across, of two greys
}

// cellDots is how many pixels wide a cell of a terminal that draws pictures is at least.
const cellDots = 8

// graphic is a picture in cells: what a frame holds of it, and what the terminal was sent.
type graphic struct {
	cells string
	sent  int // the terminal's number of a picture of its own cells, 0: none was sent
	laid  int // the number of a picture that lies over cells
}

// draw makes the cells of a window, as good as the terminal can.
func (g *graphic) draw(p *Picture, id int, img *image.Gray, v ui.View) {
	before, gr := g.sent, p.graphics()
	switch {
	case gr.Protocol == ui.Kitty:
		part, cw, ch := v.Part(img)
		if g.sent == id { // a picture is replaced only when its successor is there
			id++
		}
		if data, err := gr.KittySend(part, id, cw, ch); err == nil {
			g.forget(p, false)
			p.tell(data)
			if before != 0 {
				p.tell(gr.KittyForget(before))
			}
			g.sent, g.cells = id, ui.KittyCells(id, cw, ch)
			return
		}
	case gr.Works():
		part, cw, ch := v.Part(img)
		if data := gr.Over(part, cw, ch); data != "" {
			g.forget(p, false)
			g.laid = p.Term.Lay(data, cw, ch)
			g.cells = ui.OverCells(g.laid, cw, ch)
			return
		}
	}
	g.forget(p, true)
	g.cells = ui.Blocks(p.Theme, img, v)
}

// forget takes the picture away from the terminal; wipe also from its screen.
func (g *graphic) forget(p *Picture, wipe bool) {
	if g.sent != 0 && wipe {
		p.tell(p.graphics().KittyForget(g.sent))
	}
	if g.laid != 0 {
		p.Term.Lift(g.laid, wipe)
	}
	*g = graphic{}
}

// graphics is how the terminal is given pictures themselves, if it is at all.
func (p *Picture) graphics() ui.Graphics {
	g := p.Graphics
	switch {
	case p.Theme.Mono() || p.Images == "half" || p.Images == "off" || !g.Works() && p.Images != ui.Kitty && p.Images != ui.ITerm2:
		return ui.Graphics{}
	case p.Images == ui.Kitty || p.Images == ui.ITerm2:
		g.Protocol = p.Images
	}
	return g
}

// Close makes the terminal forget the pictures.
func (p *Picture) Close() {
	p.page.forget(p, true)
	p.part.forget(p, true)
}
