package numbers

import (
	"bytes"
	"errors"
	"testing"

	"clinician/internal/core/raster"
)

// says is a model that reads the same in each line.
type says struct {
	a    alphabet
	what string
	err  error
	seen [][2]int // values and width of each line
}

func (s *says) about() loaded { return loaded{Version: "1", Device: "cpu"} }

func (s *says) run(values []float32, width int) ([]float32, int, error) {
	s.seen = append(s.seen, [2]int{len(values), width})
	p, classes := steps(s.a, s.what)
	return p, classes, s.err
}

func TestLinesOfAPage(t *testing.T) {
	t.Parallel()
	a := testAlphabet(t)
	m := &says{a: a, what: "_4_.5_"}
	w := worker{m, a}
	texts, err := w.read([]size{{60, 24}, {400, 96}, {3, 1}}, make([]byte, 60*24+400*96+3))
	if err != nil || len(texts) != 3 {
		t.Fatalf("%v, %v", texts, err)
	}
	for i, l := range []struct{ width, lineWidth int }{{120, 60}, {200, 400}, {144, 3}} {
		if m.seen[i] != [2]int{3 * lineHeight * l.width, l.width} {
			t.Errorf("line %d: the model was given %v", i, m.seen[i])
		}
		if texts[i].Text() != "4.5" || texts[i].Confidence() < 89 {
			t.Errorf("line %d: %+v", i, texts[i])
		}
		last := -1
		for _, c := range texts[i].Characters {
			if c.X < last || c.X >= l.lineWidth {
				t.Errorf("line %d: %q at %d of %d", i, c.Text, c.X, l.lineWidth)
			}
			last = c.X
		}
	}
	m.err = errors.New("broken")
	if _, err := w.read([]size{{60, 24}}, make([]byte, 60*24)); !errors.Is(err, m.err) {
		t.Errorf("%v", err)
	}
}

func TestInputOfTheModel(t *testing.T) {
	t.Parallel()
	g := raster.NewWhite(100, lineHeight)
	g.Pix[0] = 0
	values, width := input(g)
	if width != 104 || len(values) != 3*lineHeight*width {
		t.Fatalf("%d values, width %d", len(values), width)
	}
	for plane := range 3 {
		v := values[plane*lineHeight*width:]
		if v[0] != -1 || v[1] != 1 || v[99] != 1 || v[100] != 0 {
			t.Errorf("plane %d: ink %v, paper %v, beside the line %v", plane, v[0], v[1], v[100])
		}
	}
	if long, factor := scaled(raster.NewWhite(40*mostWidth, lineHeight)); long.W > mostWidth || factor >= 1 {
		t.Errorf("a line of %d pixels, factor %v", long.W, factor)
	}
}

// Whatever sizes are promised, what is read lies within the pixels that came.
func FuzzLines(f *testing.F) {
	f.Add(60, 24, 2, 3, []byte("pixels"))
	f.Add(1<<32, 1<<32, -1, 0, []byte{})
	f.Fuzz(func(t *testing.T, w1, h1, w2, h2 int, pixels []byte) {
		a := testAlphabet(t)
		texts, err := worker{&says{a: a, what: "1"}, a}.read([]size{{w1, h1}, {w2, h2}}, bytes.Clone(pixels))
		if err == nil && (len(texts) != 2 || w1*h1+w2*h2 > len(pixels)) {
			t.Errorf("%d texts of %d×%d and %d×%d in %d bytes", len(texts), w1, h1, w2, h2, len(pixels))
		}
	})
}
