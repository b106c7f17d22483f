package raster

import (
	"fmt"
	"image"
	"math"
)

// Prepared is a page as it goes to the engine, and how to find the way back.
type Prepared struct {
	*Gray
	Steps []string // what was done, for people
	Scale float64  // its pixels for one of the page
	Skew  float64  // degrees its lines fell to the right before

	Sideways int // the turn that seems to put lines level that run up or down; 0: none

	Rules []image.Rectangle // ruled lines that were removed
	Faint []image.Rectangle // where the ink was faint before the background was evened
}

// Prepare does to a page what was measured to help reading, in this order:
// enlarge low resolution, median against impulse noise, even out the
// background, straighten, remove ruled lines. Each step is taken only where the
// page needs it and then named in Steps. White on black is turned round first.
func Prepare(g *Gray) (p Prepared) {
	var steps []string
	scale, tilt := 1.0, 0.0
	if g.Percentile(0.5) < 100 {
		g = g.Inverted()
		steps = append(steps, "invert")
	}
	noise := ImpulseNoise(g) > 0.004
	if noise { // before enlarging, which would make specks as large as dots
		g = Despeckled(g)
	}
	if factor := enlargement(g); factor > 1 {
		g, scale = g.Enlarged(factor), factor
		steps = append(steps, fmt.Sprintf("enlarge %g×", factor))
	}
	if noise {
		if filtered := Median3(g); !breaksStrokes(g, filtered) {
			g = filtered
			steps = append(steps, "median filter")
		}
	}
	if flat, faint, ok := EvenBackground(g); ok {
		g, p.Faint = flat, faint
		steps = append(steps, "even background")
	}
	angle, sideways := Skew(g)
	if math.Abs(angle) >= 0.3 {
		p.Faint = turnedBoxes(p.Faint, g.W, g.H, angle*math.Pi/180)
		g, tilt = g.Turned(angle*math.Pi/180), angle
		steps = append(steps, fmt.Sprintf("deskew %.1f°", angle))
	}
	if clean, rules := RemoveRulingLines(g); len(rules) > 0 {
		g, p.Rules = clean, rules
		steps = append(steps, "remove ruled lines")
	}
	p.Gray, p.Steps, p.Scale, p.Skew, p.Sideways = g, steps, scale, tilt, sideways
	return p
}

// enlargement says by how much the page is enlarged before it is read. The
// engine reads best when small letters are 18 pixels tall or more. Pages with
// more than about 210 dpi of A4 are left as they are: there, small is noise.
func enlargement(g *Gray) float64 {
	const lowResolution, tall = 2500, 18
	if long := max(g.W, g.H); long > lowResolution || long < 200 {
		return 1
	}
	if h := TextHeight(g); h == 0 || h >= tall {
		return 1
	}
	return 1.5
}
