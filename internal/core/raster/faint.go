package raster

import (
	"image"
	"math"
)

// Faint ink is a little darker than its paper and has no dark core: evening out a page
// rubs it off with what shines through from the back.
const (
	faintCell  = 16
	faintest   = 232 // of 255, the paper: what is lighter is paper
	faintCore  = 130 // the darkest of faint ink is lighter
	fewestInky = 4   // of a hundred pixels of a cell
	mostInky   = 60  // more is a shade and no print
)

// faintInk finds where the ink of a page is faint whose paper was made white.
func faintInk(g *Gray) []image.Rectangle {
	w, h := g.W/faintCell, g.H/faintCell
	cells := grid{marked: make([]bool, w*h), w: w, h: h, size: faintCell}
	dark := New(w, h) // the darkest of each cell
	const all = faintCell * faintCell
	for i := range cells.marked {
		inky, darkest := 0, uint8(White)
		for y := i / w * faintCell; y < (i/w+1)*faintCell; y++ {
			for _, v := range g.Pix[y*g.W+i%w*faintCell:][:faintCell] {
				if v < faintest {
					inky++
					darkest = min(darkest, v)
				}
			}
		}
		dark.Pix[i] = darkest
		cells.marked[i] = 100*inky >= fewestInky*all && 100*inky <= mostInky*all
	}
	around := dark.window(func(a, b uint8) uint8 { return min(a, b) })
	for i, darkest := range around.Pix { // else it may be the edge of a letter
		cells.marked[i] = cells.marked[i] && darkest > faintCore
	}
	return cells.regions(2 * faintCell)
}

// turnedBoxes gives where boxes are when the picture of the size w, h is turned as Turned
// turns it.
func turnedBoxes(boxes []image.Rectangle, w, h int, radians float64) []image.Rectangle {
	sin, cos := math.Sincos(-radians)
	cx, cy := float64(w)/2, float64(h)/2
	out := make([]image.Rectangle, len(boxes))
	for i, b := range boxes {
		dx, dy := float64(b.Min.X+b.Max.X)/2-cx, float64(b.Min.Y+b.Max.Y)/2-cy
		x, y := int(cx+dx*cos-dy*sin), int(cy+dx*sin+dy*cos)
		out[i] = image.Rect(x-b.Dx()/2, y-b.Dy()/2, x+b.Dx()/2, y+b.Dy()/2)
	}
	return out
}
