package read

import (
	"bytes"
	"math"
	"testing"

	"clinician/internal/core"
)

// at makes a word; lines are numbered by the engine's reading order.
func at(text string, x, y, line int) core.Word {
	return core.Word{Text: text, Line: line, Box: core.Box{X: x, Y: y, W: 20 * len(text), H: 30}}
}

func TestLayout(t *testing.T) {
	var columns []core.Word
	want := ""
	for side := range 2 {
		for row := range 8 {
			for k := range 5 {
				columns = append(columns, at("word", side*1200+k*100, 100+row*40, side*8+row+1))
			}
			if want != "" {
				want += "\n"
			}
			want += "word word word word word"
		}
	}
	for name, c := range map[string]struct {
		words []core.Word
		text  string
	}{
		"a table read column by column": {[]core.Word{
			at("Sodium", 100, 100, 1), at("Potassium", 100, 150, 2),
			at("139", 600, 103, 3), at("4.2", 600, 152, 4),
			at("mmol/l", 900, 98, 5), at("mmol/l", 900, 149, 6),
		}, "Sodium   139   mmol/l\nPotassium   4.2   mmol/l"},
		"a gap between paragraphs":       {[]core.Word{at("One", 100, 100, 1), at("line", 170, 101, 1), at("Two", 100, 200, 2)}, "One line\n\nTwo"},
		"lines that touch stay two":      {[]core.Word{at("upper", 100, 100, 1), at("lower", 100, 118, 2)}, "upper\nlower"},
		"words of a line out of order":   {[]core.Word{at("world", 300, 100, 1), at("hello", 190, 100, 1)}, "hello world"},
		"columns of prose are not mixed": {columns, want},
		"nothing":                        {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			words, text := Layout(c.words)
			if text != c.text {
				t.Errorf("got\n%s\nwant\n%s", text, c.text)
			}
			if len(words) != len(c.words) {
				t.Errorf("%d words became %d", len(c.words), len(words))
			}
			for i := 1; i < len(words); i++ {
				if d := words[i].Line - words[i-1].Line; d < 0 || d > 1 {
					t.Errorf("line %d after %d", words[i].Line, words[i-1].Line)
				}
			}
		})
	}
}

// A point of the page, moved as the page worker moves it, comes back.
func TestToPlain(t *testing.T) {
	const w, h, x, y = 400, 600, 120, 80 // the plain page and a word's centre on it
	for _, turn := range []int{0, 90, 180, 270} {
		for _, skew := range []float64{0, 3, -5} {
			for _, scale := range []float64{1, 2} {
				rw, rh, rx, ry := float64(w), float64(h), float64(x), float64(y)
				switch turn {
				case 90:
					rw, rh, rx, ry = h, w, h-y, x
				case 180:
					rx, ry = w-x, h-y
				case 270:
					rw, rh, rx, ry = h, w, y, w-x
				}
				rw, rh, rx, ry = rw*scale, rh*scale, rx*scale, ry*scale
				sin, cos := math.Sincos(-skew * math.Pi / 180)
				dx, dy := rx-rw/2, ry-rh/2
				rx, ry = rw/2+dx*cos-dy*sin, rh/2+dx*sin+dy*cos
				box := core.Box{X: int(math.Round(rx)) - 10, Y: int(math.Round(ry)) - 6, W: 20, H: 12}
				p := core.Page{Words: []core.Word{{Box: box}}}
				toPlain(&p, core.PageImage{Width: int(rw), Height: int(rh), Scale: scale, Skew: skew}, turn)
				b := p.Words[0].Box
				if gx, gy := b.X+b.W/2, b.Y+b.H/2; p.Width != w || p.Height != h || abs(gx-x) > 2 || abs(gy-y) > 2 {
					t.Errorf("turn %d skew %g scale %g: %d,%d on %d×%d, want %d,%d", turn, skew, scale, gx, gy, p.Width, p.Height, x, y)
				}
			}
		}
	}
}

func abs(n int) int { return max(n, -n) }

func TestBetter(t *testing.T) {
	level := []core.Word{at("levelled", 0, 0, 1)}
	upright := []core.Word{{Text: "upright", Box: core.Box{W: 20, H: 200}}}
	of := func(mean float64, chars int, words []core.Word) reading {
		return reading{mean: mean, chars: chars, worth: float64(chars) * max(0, mean-60), words: words}
	}
	scant := func(b reading) reading { b.scant = true; return b }
	for i, c := range []struct {
		a, b   reading
		gain   float64
		second bool
	}{
		{of(60, 100, level), of(80, 110, level), 0, true},
		{of(80, 100, level), of(90, 20, level), 0, false},
		{of(88, 100, level), of(84, 140, level), 0, true}, // more was read surely
		{of(41, 10, level), of(44, 12, level), turnGain, false},
		{of(41, 10, level), of(88, 500, level), turnGain, true},
		{of(90, 500, level), of(94, 500, level), turnGain, false},
		{of(84, 500, level), of(94, 500, level), turnGain, true},
		{reading{}, of(33, 0, upright), 0, true},
		{of(90, 500, upright), of(88, 480, level), turnGain, true},
		{of(80, 480, level), of(95, 500, upright), turnGain, false},
		{scant(of(96, 1, level)), of(88, 500, level), turnGain, true},
		{of(88, 500, level), scant(of(96, 1, level)), turnGain, false},
	} {
		c.a.turn, c.b.turn = 1, 2
		if got := better(c.a, c.b, c.gain); (got.turn == 2) != c.second {
			t.Errorf("case %d: the wrong reading was kept", i)
		}
	}
}

func TestBlank(t *testing.T) {
	pix := bytes.Repeat([]byte{250}, 1000*1000)
	img := core.PageImage{Data: pix, Format: core.FormatGray, Width: 1000, Height: 1000}
	if !blank(img) {
		t.Error("an empty page is not blank")
	}
	for i := range 200 {
		pix[5000+i] = 0
	}
	if blank(img) {
		t.Error("a page with a stroke is blank")
	}
	if blank(core.PageImage{Data: []byte("x"), Width: 1, Height: 1}) {
		t.Error("what cannot be looked at is blank")
	}
}

func TestSpecksAreNoWords(t *testing.T) {
	sure := func(c float64) *float64 { return &c }
	for _, c := range []struct {
		text  string
		conf  *float64
		w, h  int
		speck bool
	}{
		{"|", sure(32), 22, 51, true},
		{"—", sure(88), 26, 50, true}, // a dash is not taller than wide
		{"—", sure(88), 40, 4, false},
		{"_", sure(77), 35, 51, true},
		{"____", sure(20), 120, 3, false}, // a line to write on
		{"©", sure(18), 51, 50, true},
		{"<", sure(12), 14, 20, false}, // losing it changes a value
		{"+", sure(30), 14, 14, false},
		{"-", sure(30), 14, 4, false},
		{"%", sure(41), 20, 20, false},
		{"l", sure(5), 4, 30, false},
		{"4", sure(5), 14, 20, false},
		{"|", nil, 22, 51, false}, // an engine without confidences
	} {
		w := core.Word{Text: c.text, Confidence: c.conf, Box: core.Box{W: c.w, H: c.h}}
		if got := speck(w); got != c.speck {
			t.Errorf("%q (%d by %d): speck %v", c.text, c.w, c.h, got)
		}
	}
}
