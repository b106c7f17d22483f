package paper

import (
	"slices"
	"strings"

	"clinician/internal/core"
	coretext "clinician/internal/core/text"
)

// Word is a word on a page image and where it is. Hand marks handwriting and
// Over what is stamped across other text: nobody should expect either to be
// read reliably.
type Word struct {
	Text string   `json:"text"`
	Box  core.Box `json:"box"`
	Line int      `json:"line"` // running number of the row on the upright page
	Hand bool     `json:"hand,omitempty"`
	Over bool     `json:"over,omitempty"`
}

// Style is how a text looks.
type Style struct {
	Font Font
	Size float64 // points
	Grey uint8   // 0 black ... 255 white
}

// Sheet is one page in the making. The zero value is not usable; NewSheet
// gives a page that already carries the Mark.
type Sheet struct {
	ops   []op
	words []sheetWord
}

type sheetWord struct {
	text           string
	x0, y0, x1, y1 float64
	base           float64 // baseline, for the reading order
	hand, over     bool
}

type opKind int

const (
	opText opKind = iota
	opLine
	opFill
	opHand
	opStamp
	opCurve
)

// op is one drawing step; which fields count depends on kind.
type op struct {
	kind           opKind
	x, y, x1, y1   float64
	width          float64 // of a line
	text           string
	style          Style
	points         [][2]float64
	angle, padding float64
}

// NewSheet gives an A4 page with the Mark at its top and bottom.
func NewSheet() *Sheet {
	s := &Sheet{}
	mark := Style{Font: Bold, Size: 8.5}
	s.Centre(Width/2, 20, mark, Mark)
	s.Centre(Width/2, Height-16, mark, Mark)
	return s
}

// Text sets text at x on the baseline y and gives the x behind it.
func (s *Sheet) Text(x, y float64, st Style, text string) float64 {
	s.ops = append(s.ops, op{kind: opText, x: x, y: y, text: text, style: st})
	s.note(x, y, st, text, false, false)
	return x + TextWidth(st.Font, st.Size, text)
}

// Right sets text that ends at x.
func (s *Sheet) Right(x, y float64, st Style, text string) {
	s.Text(x-TextWidth(st.Font, st.Size, text), y, st, text)
}

// Centre sets text around x.
func (s *Sheet) Centre(x, y float64, st Style, text string) {
	s.Text(x-TextWidth(st.Font, st.Size, text)/2, y, st, text)
}

// Para sets text in lines of at most width, the first on baseline y, and gives
// the baseline after the last. Line feeds in text are kept.
func (s *Sheet) Para(x, y, width float64, st Style, text string) float64 {
	for _, line := range Wrap(st.Font, st.Size, width, text) {
		s.Text(x, y, st, line)
		y += st.Size * 1.32
	}
	return y
}

// Wrap breaks text into lines no wider than width points; a longer word gets
// a line to itself.
func Wrap(f Font, size, width float64, text string) []string {
	return coretext.Wrap(text, func(line string) bool { return TextWidth(f, size, line) <= width })
}

// Hand sets text as if written by hand.
func (s *Sheet) Hand(x, y, size float64, text string) {
	st := Style{Font: Italic, Size: size, Grey: 40}
	s.ops = append(s.ops, op{kind: opHand, x: x, y: y, text: text, style: st})
	s.note(x, y, st, text, true, false)
}

// Stamp puts a framed text over the page, centred on x, y and turned by angle
// degrees (anticlockwise).
func (s *Sheet) Stamp(x, y, size, angle float64, text string) {
	st := Style{Font: Bold, Size: size, Grey: 110}
	s.ops = append(s.ops, op{kind: opStamp, x: x, y: y, text: text, style: st, angle: angle, padding: size * 0.45})
	w := TextWidth(st.Font, st.Size, text)
	s.note(x-w/2, y+size*0.35, st, text, false, true)
}

// Line draws a line of the given width.
func (s *Sheet) Line(x, y, x1, y1, width float64) {
	s.ops = append(s.ops, op{kind: opLine, x: x, y: y, x1: x1, y1: y1, width: width})
}

// Fill fills a rectangle with a grey.
func (s *Sheet) Fill(x, y, w, h float64, grey uint8) {
	s.ops = append(s.ops, op{kind: opFill, x: x, y: y, x1: x + w, y1: y + h, style: Style{Grey: grey}})
}

// Rect draws the outline of a rectangle.
func (s *Sheet) Rect(x, y, w, h, width float64) {
	s.Line(x, y, x+w, y, width)
	s.Line(x+w, y, x+w, y+h, width)
	s.Line(x+w, y+h, x, y+h, width)
	s.Line(x, y+h, x, y, width)
}

// Curve draws a pen stroke through points.
func (s *Sheet) Curve(points [][2]float64, width float64) {
	s.ops = append(s.ops, op{kind: opCurve, points: points, width: width})
}

// TickBox draws a box of the given size whose lower left corner is at x, y.
func (s *Sheet) TickBox(x, y, size float64, ticked bool) {
	s.Rect(x, y-size, size, size, 0.8)
	if ticked {
		s.Curve([][2]float64{{x + size*0.15, y - size*0.45}, {x + size*0.42, y - size*0.12}, {x + size*1.15, y - size*1.15}}, 1.4)
	}
}

// Signature scribbles a signature that starts at x on the baseline y.
func (s *Sheet) Signature(x, y, width float64, seed uint64) {
	r := newRand(seed)
	points := [][2]float64{{x, y - 2}}
	step := width / 14
	for i := range 14 {
		rise := 3 + 9*r.Float64()
		if i%2 == 1 {
			rise = -3 * r.Float64()
		}
		points = append(points, [2]float64{x + step*(float64(i)+0.4+0.5*r.Float64()), y - rise})
	}
	points = append(points, [2]float64{x + width*1.15, y - 4})
	s.Curve(smooth(points), 1.1)
}

// smooth cuts the corners of a line twice (Chaikin).
func smooth(p [][2]float64) [][2]float64 {
	for range 2 {
		out := [][2]float64{p[0]}
		for i := range len(p) - 1 {
			a, b := p[i], p[i+1]
			out = append(out,
				[2]float64{0.75*a[0] + 0.25*b[0], 0.75*a[1] + 0.25*b[1]},
				[2]float64{0.25*a[0] + 0.75*b[0], 0.25*a[1] + 0.75*b[1]})
		}
		p = append(out, p[len(p)-1])
	}
	return p
}

// note remembers the words of a text and their boxes.
func (s *Sheet) note(x, y float64, st Style, text string, hand, over bool) {
	t := typefaces()[st.Font]
	start, from := x, 0
	flush := func(to int, end float64) {
		if to > from {
			w := sheetWord{text: text[from:to], x0: start, x1: end, y0: y - 0.74*st.Size, y1: y + 0.02*st.Size, base: y, hand: hand, over: over}
			if strings.ContainsAny(w.text, "gjpqyQ,;()[]ç") {
				w.y1 = y + 0.22*st.Size
			}
			s.words = append(s.words, w)
		}
	}
	for i, r := range text {
		if r == ' ' {
			flush(i, x)
			x += t.advance(r) * st.Size
			start, from = x, i+1
			continue
		}
		x += t.advance(r) * st.Size
	}
	flush(len(text), x)
}

// rows gives the words row by row from the top, left to right, as a person
// would read a form aloud.
func (s *Sheet) rows() [][]sheetWord {
	words := slices.Clone(s.words)
	slices.SortStableFunc(words, func(a, b sheetWord) int { return cmpFloat(a.base, b.base) })
	var rows [][]sheetWord
	for _, w := range words {
		if n := len(rows); n > 0 && w.base-rows[n-1][0].base < 3 {
			rows[n-1] = append(rows[n-1], w)
			continue
		}
		rows = append(rows, []sheetWord{w})
	}
	for _, row := range rows {
		slices.SortStableFunc(row, func(a, b sheetWord) int { return cmpFloat(a.x0, b.x0) })
	}
	return rows
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// PlainText gives the words of the sheet, one row a line. Stamped words are
// left out: they lie across other text.
func (s *Sheet) PlainText() string {
	var b strings.Builder
	for _, row := range s.rows() {
		var words []string
		for _, w := range row {
			if !w.over {
				words = append(words, w.text)
			}
		}
		if len(words) > 0 {
			b.WriteString(strings.Join(words, " ") + "\n")
		}
	}
	return b.String()
}
