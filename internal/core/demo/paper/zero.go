package paper

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// zero draws the digit 0 without the slash the Go fonts put through it:
// hospital printers have none, and OCR engines take the slashed one for a Q.
// It is the outer contour less a copy of it that is a stem smaller all round.
func (f *face) zero() *glyph {
	outline := f.outline('0')
	if len(outline) == 0 {
		return &glyph{}
	}
	lo, hi := outline[0].Args[0], outline[0].Args[0]
	for _, s := range outline {
		for _, p := range s.Args[:argCount(s.Op)] {
			lo.X, lo.Y, hi.X, hi.Y = min(lo.X, p.X), min(lo.Y, p.Y), max(hi.X, p.X), max(hi.Y, p.Y)
		}
	}
	x0, y0 := lo.X.Floor(), lo.Y.Floor()
	w, h := hi.X.Ceil()-x0, hi.Y.Ceil()-y0
	cx, cy := float32(lo.X+hi.X)/128, float32(lo.Y+hi.Y)/128
	stem := float32(f.stem * f.pixels)
	sx := 1 - 2*stem/(float32(hi.X-lo.X)/64)
	sy := 1 - 2*stem*0.9/(float32(hi.Y-lo.Y)/64)
	outer := fillOutline(outline, w, h, func(x, y float32) (float32, float32) { return x - float32(x0), y - float32(y0) })
	inner := fillOutline(outline, w, h, func(x, y float32) (float32, float32) {
		return cx + (x-cx)*sx - float32(x0), cy + (y-cy)*sy - float32(y0)
	})
	for i, v := range inner {
		outer[i] -= min(v, outer[i])
	}
	return &glyph{mask: outer, w: w, h: h, dx: x0, dy: y0}
}

// outline gives the contour of r that covers most, in pixels.
func (f *face) outline(r rune) []sfnt.Segment {
	var buf sfnt.Buffer
	index, err := f.font.GlyphIndex(&buf, r)
	if err != nil {
		return nil
	}
	segments, err := f.font.LoadGlyph(&buf, index, fixed.Int26_6(math.Round(f.pixels*64)), nil)
	if err != nil {
		return nil
	}
	var best []sfnt.Segment
	var bestHeight fixed.Int26_6
	for i := 0; i < len(segments); {
		end := i + 1
		for end < len(segments) && segments[end].Op != sfnt.SegmentOpMoveTo {
			end++
		}
		contour := segments[i:end]
		lo, hi := contour[0].Args[0].Y, contour[0].Args[0].Y
		for _, s := range contour {
			for _, p := range s.Args[:argCount(s.Op)] {
				lo, hi = min(lo, p.Y), max(hi, p.Y)
			}
		}
		if hi-lo > bestHeight {
			best, bestHeight = contour, hi-lo
		}
		i = end
	}
	return append([]sfnt.Segment(nil), best...)
}

func argCount(op sfnt.SegmentOp) int {
	switch op {
	case sfnt.SegmentOpQuadTo:
		return 2
	case sfnt.SegmentOpCubeTo:
		return 3
	}
	return 1
}

func fillOutline(segments []sfnt.Segment, w, h int, to func(x, y float32) (float32, float32)) []uint8 {
	z := vector.NewRasterizer(w, h)
	at := func(p fixed.Point26_6) (float32, float32) { return to(float32(p.X)/64, float32(p.Y)/64) }
	for _, s := range segments {
		ax, ay := at(s.Args[0])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			z.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			z.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			bx, by := at(s.Args[1])
			z.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			bx, by := at(s.Args[1])
			cx, cy := at(s.Args[2])
			z.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	z.ClosePath()
	mask := image.NewAlpha(image.Rect(0, 0, w, h))
	z.DrawOp = draw.Src
	z.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	return mask.Pix
}
