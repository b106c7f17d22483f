package ui

import (
	"bytes"
	"errors"
	"image"
	_ "image/jpeg" // pages may come as JPEG
	_ "image/png"
	"strconv"
	"strings"

	"github.com/muesli/termenv"
	"golang.org/x/image/draw"

	"clinician/internal/core/raster"
)

// maxPixels bounds what Decode unpacks: a picture of a page, not a bomb.
const maxPixels = 64 << 20

// Decode reads a PNG or JPEG into grey levels.
func Decode(data []byte) (*image.Gray, error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if int64(c.Width)*int64(c.Height) > maxPixels || c.Width <= 0 || c.Height <= 0 {
		return nil, errors.New("picture too large")
	}
	src, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if g, ok := src.(*image.Gray); ok {
		return g, nil
	}
	g := image.NewGray(image.Rect(0, 0, c.Width, c.Height))
	draw.Draw(g, g.Bounds(), src, src.Bounds().Min, draw.Src)
	return g, nil
}

// HalfBlocks draws a picture into at most w by h cells, keeping its shape: two
// grey pixels per cell, or one sign per cell where there are no colours. top (0..1)
// is where the window starts when zoom is more than 1. Cache what it gives: it is
// too slow for every frame.
func HalfBlocks(th *Theme, img *image.Gray, w, h int, zoom, left, top float64) string {
	if img == nil || w < 1 || h < 1 {
		return ""
	}
	b := img.Bounds()
	scale := min(float64(w)/float64(b.Dx()), float64(2*h)/float64(b.Dy()))
	tw, tph := max(1, int(float64(b.Dx())*scale)), max(2, int(float64(b.Dy())*scale))
	if zoom > 1 { // the window fills the place, the picture is cut
		full := scale * zoom
		tw, tph = min(w, int(float64(b.Dx())*full)), min(2*h, int(float64(b.Dy())*full))
		cw, ch := int(float64(tw)/full), int(float64(tph)/full)
		x, y := int(left*float64(b.Dx()-cw)), int(top*float64(b.Dy()-ch))
		b = image.Rect(b.Min.X+x, b.Min.Y+y, b.Min.X+x+cw, b.Min.Y+y+ch).Intersect(b)
	}
	tph -= tph % 2
	small := image.NewGray(image.Rect(0, 0, tw, max(2, tph)))
	if b.Dx() >= small.Rect.Dx() && b.Dy() >= small.Rect.Dy() {
		raster.ShrinkPart(small, img, b)
	} else {
		draw.BiLinear.Scale(small, small.Bounds(), img, b, draw.Src, nil)
	}
	if th.NoColour {
		return signs(small)
	}
	return cells(small, th.Profile)
}

// signs is the drawing for terminals without colour: darker pixels, denser signs.
func signs(g *image.Gray) string {
	const ramp = "@%#*+=-:. "
	var b strings.Builder
	for y := 0; y+1 < g.Rect.Dy(); y += 2 {
		if y > 0 {
			b.WriteByte('\n')
		}
		for x := range g.Rect.Dx() {
			v := (int(g.GrayAt(x, y).Y) + int(g.GrayAt(x, y+1).Y)) / 2
			b.WriteByte(ramp[v*(len(ramp)-1)/255])
		}
	}
	return b.String()
}

// cells draws with the upper half block; runs of equal colours share one sequence.
func cells(g *image.Gray, p termenv.Profile) string {
	var b strings.Builder
	for y := 0; y+1 < g.Rect.Dy(); y += 2 {
		if y > 0 {
			b.WriteByte('\n')
		}
		last := [2]int{-1, -1}
		for x := range g.Rect.Dx() {
			c := [2]int{level(g.GrayAt(x, y).Y, p), level(g.GrayAt(x, y+1).Y, p)}
			if c != last {
				b.WriteString(colour(c, p))
				last = c
			}
			b.WriteString("▀")
		}
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

// level maps a grey to the palette: few steps, so that runs are long.
func level(v uint8, p termenv.Profile) int {
	if p == termenv.ANSI {
		return [4]int{0, 8, 7, 15}[int(v)*4/256]
	}
	n := int(v) * 25 / 255
	switch n {
	case 0:
		return 16
	case 25:
		return 231
	}
	return 231 + n
}

func colour(c [2]int, p termenv.Profile) string {
	if p == termenv.ANSI {
		fg, bg := 30+c[0], 40+c[1]
		if c[0] >= 8 {
			fg = 90 + c[0] - 8
		}
		if c[1] >= 8 {
			bg = 100 + c[1] - 8
		}
		return "\x1b[" + strconv.Itoa(fg) + ";" + strconv.Itoa(bg) + "m"
	}
	return "\x1b[38;5;" + strconv.Itoa(c[0]) + ";48;5;" + strconv.Itoa(c[1]) + "m"
}
