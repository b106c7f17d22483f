package ui

import (
	"bytes"
	"errors"
	"image"
	_ "image/jpeg" // pages may come as JPEG
	_ "image/png"
	"slices"
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

// Blocks draws what a window shows of a picture: two by two pixels in a cell in two greys,
// or one sign in a cell where there are no colours. Cache what it gives: it is too slow for
// every frame.
func Blocks(th *Theme, img *image.Gray, v View) string {
	if img == nil {
		return ""
	}
	across := 2
	if th.NoColour {
		across = 1
	}
	b := v.rect(img.Bounds())
	small := image.NewGray(image.Rect(0, 0, across*v.cw, 2*v.ch))
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

// quadrants are the signs whose upper left (1), upper right (2), lower left (4) and lower
// right (8) quarter is filled.
var quadrants = [16]string{" ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█"}

// cells draws four pixels in a cell, the darker ones filled; runs of equal colours share
// one sequence.
func cells(g *image.Gray, p termenv.Profile) string {
	var b strings.Builder
	for y := 0; y+1 < g.Rect.Dy(); y += 2 {
		if y > 0 {
			b.WriteByte('\n')
		}
		last := [2]int{-1, -1}
		for x := 0; x+1 < g.Rect.Dx(); x += 2 {
			mask, dark, light := quarters(g, x, y)
			c := [2]int{level(dark, p), level(light, p)}
			if mask == 0 && last[1] == c[1] {
				c[0] = last[0] // nothing of it is seen
			}
			if c != last {
				b.WriteString(colour(c, p))
				last = c
			}
			b.WriteString(quadrants[mask])
		}
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

// quarters parts four pixels in dark and light ones: which are dark, and the mean of
// each kind.
func quarters(g *image.Gray, x, y int) (mask int, dark, light uint8) {
	at := [4]uint8{g.GrayAt(x, y).Y, g.GrayAt(x+1, y).Y, g.GrayAt(x, y+1).Y, g.GrayAt(x+1, y+1).Y}
	low, high := slices.Min(at[:]), slices.Max(at[:])
	var sum, n [2]int
	for i, v := range at {
		kind := 0
		if high-low > 16 && int(v)*2 < int(low)+int(high) {
			kind = 1
			mask |= 1 << i
		}
		sum[kind] += int(v)
		n[kind]++
	}
	light = uint8(sum[0] / max(1, n[0])) //nolint:gosec // a mean of bytes is a byte
	if dark = light; n[1] > 0 {
		dark = uint8(sum[1] / n[1]) //nolint:gosec // a mean of bytes is a byte
	}
	return mask, dark, light
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
