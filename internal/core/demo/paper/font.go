package paper

import (
	"fmt"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Font is one of the four cuts a sheet can use.
type Font int

const (
	Regular Font = iota
	Bold
	Italic
	Mono
)

// typeface is a parsed font with the advance widths layout needs, in ems.
type typeface struct {
	ttf      []byte
	font     *sfnt.Font
	advances map[rune]float64
}

// typefaces parses the fonts once: they are compiled in and never change.
var typefaces = sync.OnceValue(func() [4]*typeface {
	var all [4]*typeface
	for i, ttf := range [][]byte{goregular.TTF, gobold.TTF, goitalic.TTF, gomono.TTF} {
		t, err := parseTypeface(ttf)
		if err != nil {
			panic(fmt.Sprintf("paper: compiled-in font %d: %v", i, err))
		}
		all[i] = t
	}
	return all
})

// The characters layout may use. All Go fonts have them.
var ranges = [][2]rune{{0x20, 0x7e}, {0xa0, 0x17f}, {0x2010, 0x2026}, {0x2190, 0x2193}, {0x2248, 0x2265}}

func parseTypeface(ttf []byte) (*typeface, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, err
	}
	t := &typeface{ttf: ttf, font: f, advances: map[rune]float64{}}
	var buf sfnt.Buffer
	em := fixed.I(int(f.UnitsPerEm()))
	for _, span := range ranges {
		for r := span[0]; r <= span[1]; r++ {
			g, err := f.GlyphIndex(&buf, r)
			if err != nil || g == 0 {
				continue
			}
			adv, err := f.GlyphAdvance(&buf, g, em, font.HintingNone)
			if err != nil {
				return nil, err
			}
			t.advances[r] = float64(adv) / float64(em)
		}
	}
	return t, nil
}

// TextWidth gives the width of text in points.
func TextWidth(f Font, size float64, text string) float64 {
	t := typefaces()[f]
	var w float64
	for _, r := range text {
		w += t.advance(r)
	}
	return w * size
}

// CanPrint reports whether every character of text can be set in f; others
// come out as boxes.
func CanPrint(f Font, text string) bool {
	for _, r := range text {
		if _, ok := typefaces()[f].advances[r]; !ok {
			return false
		}
	}
	return true
}

func (t *typeface) advance(r rune) float64 {
	if a, ok := t.advances[r]; ok {
		return a
	}
	return t.advances['?']
}

// glyph is a rendered character: a coverage mask and where it goes relative to
// the pen.
type glyph struct {
	mask   []uint8
	w, h   int
	dx, dy int
}

// face renders the glyphs of one font at one size and remembers them.
type face struct {
	face   font.Face
	font   *sfnt.Font
	pixels float64
	stem   float64 // share of the size that a stem is wide
	glyphs map[rune]*glyph
}

func newFace(f Font, pixels float64) *face {
	ff, err := opentype.NewFace(typefaces()[f].font, &opentype.FaceOptions{Size: pixels, DPI: 72, Hinting: font.HintingNone})
	if err != nil { // only for a nil font or absurd sizes
		panic(fmt.Sprintf("paper: face: %v", err))
	}
	stem := 0.082
	if f == Bold {
		stem = 0.135
	}
	return &face{face: ff, font: typefaces()[f].font, pixels: pixels, stem: stem, glyphs: map[rune]*glyph{}}
}

func (f *face) glyph(r rune) *glyph {
	if g, ok := f.glyphs[r]; ok {
		return g
	}
	if r == '0' {
		g := f.zero()
		f.glyphs[r] = g
		return g
	}
	g := &glyph{}
	bounds, mask, at, _, ok := f.face.Glyph(fixed.Point26_6{}, r)
	if ok && !bounds.Empty() {
		g.w, g.h, g.dx, g.dy = bounds.Dx(), bounds.Dy(), bounds.Min.X, bounds.Min.Y
		g.mask = make([]uint8, g.w*g.h)
		for y := range g.h {
			for x := range g.w {
				_, _, _, a := mask.At(at.X+x, at.Y+y).RGBA()
				g.mask[y*g.w+x] = uint8(a >> 8)
			}
		}
	}
	f.glyphs[r] = g
	return g
}
