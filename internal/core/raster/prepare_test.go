package raster

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core/demo/paper"
)

// sheetOf draws some lines of text as a grey page at 150 dpi.
func sheetOf(p paper.Profile) *Gray {
	text := strings.Repeat("The quick brown fox jumps over the lazy dog near the river bank.\n", 18)
	p.DPI = 150
	return FromImage(paper.ScanText([]string{text}, paper.ScanOptions{Profile: p})[0].Gray)
}

func TestSkew(t *testing.T) {
	for _, want := range []float64{-6, -2.5, 0, 0.5, 4} {
		g := sheetOf(paper.Profile{}).Turned(-want * math.Pi / 180)
		if got, _ := Skew(g); math.Abs(got-want) > 0.15 {
			t.Errorf("a page that falls by %.1f° is measured as %.2f°", want, got)
		}
	}
	if got, _ := Skew(blankSheet(800, 1000)); got != 0 {
		t.Errorf("an empty page is askew by %.2f°", got)
	}
}

func TestSidewaysPagesSayWhichWay(t *testing.T) {
	words := strings.Fields("The quick brown fox jumps over the lazy dog near the river bank while it held a nib and a letter of paper")
	r := rand.New(rand.NewPCG(1, 2))
	var lines strings.Builder // all different: letters under letters would be columns
	for range 40 {
		r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		lines.WriteString(strings.Join(words[:14], " ") + "\n")
	}
	text := lines.String()
	g := FromImage(paper.ScanText([]string{text}, paper.ScanOptions{Profile: paper.Profile{DPI: 300}})[0].Gray)
	for turn, want := range map[int]int{0: 0, 90: 270, 180: 0, 270: 90} {
		if _, got := Skew(g.Rotated(turn)); got != want {
			t.Errorf("a page turned by %d° asks to be turned by %d°, not %d°", turn, got, want)
		}
	}
}

func blankSheet(w, h int) *Gray {
	g := New(w, h)
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	return g
}

func TestRulingLinesGoAndTextStays(t *testing.T) {
	g := sheetOf(paper.Profile{})
	ink := dark(g)
	ruled := &Gray{slices.Clone(g.Pix), g.W, g.H}
	for x := 50; x < g.W-50; x++ {
		for _, y := range []int{40, 41, g.H - 60} {
			ruled.Pix[y*g.W+x] = 0
		}
	}
	for y := 40; y < g.H-60; y++ {
		ruled.Pix[y*g.W+50] = 0
	}
	clean, rules := RemoveRulingLines(ruled)
	if len(rules) == 0 {
		t.Fatal("no lines found")
	}
	for _, at := range []image.Rectangle{image.Rect(50, 40, g.W-50, 42), image.Rect(50, g.H-60, g.W-50, g.H-59), image.Rect(50, 40, 51, g.H-60)} {
		if !slices.ContainsFunc(rules, func(r image.Rectangle) bool { return at.In(r.Inset(-3)) }) {
			t.Errorf("the line at %v is not among the rules that were removed: %v", at, rules)
		}
	}
	if d := dark(clean); d < ink*99/100 || d > ink+20 {
		t.Errorf("%d dark pixels of text became %d", ink, d)
	}
	if _, rules := RemoveRulingLines(g); len(rules) > 0 {
		t.Error("lines found on a page without")
	}
}

func dark(g *Gray) int {
	n := 0
	for _, v := range g.Pix {
		if v < 128 {
			n++
		}
	}
	return n
}

func TestPrepareSaysWhatItDid(t *testing.T) {
	grey := sheetOf(paper.Profile{Paper: 90})
	noisy := sheetOf(paper.Profile{})
	rnd := rand.New(rand.NewPCG(1, 2))
	for range len(noisy.Pix) / 50 {
		noisy.Pix[rnd.IntN(len(noisy.Pix))] = uint8(255 * rnd.IntN(2))
	}
	for name, c := range map[string]struct {
		g    *Gray
		want []string
	}{
		"clean":      {sheetOf(paper.Profile{}).Enlarged(2), nil},
		"small":      {sheetOf(paper.Profile{}), []string{"enlarge"}},
		"grey":       {grey, []string{"enlarge", "even"}},
		"noisy":      {noisy, []string{"enlarge", "median"}},
		"askew":      {sheetOf(paper.Profile{Skew: 3}), []string{"enlarge", "deskew"}},
		"negative":   {sheetOf(paper.Profile{}).Inverted(), []string{"invert", "enlarge"}},
		"empty":      {blankSheet(2480, 3508), nil},
		"tiny":       {blankSheet(1, 1), nil},
		"one column": {blankSheet(1, 300), nil},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(c.g.Pix)
			p := Prepare(c.g)
			var got []string
			for _, step := range p.Steps {
				name, _, _ := strings.Cut(step, " ")
				got = append(got, name)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("steps %q, want %q", p.Steps, c.want)
			}
			if !slices.Equal(before, c.g.Pix) {
				t.Error("the page given was changed")
			}
		})
	}
}

// Blowing up the noise of an empty page would keep the engine busy for minutes.
func TestEmptyPageStaysEmpty(t *testing.T) {
	g := blankSheet(1200, 1700)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range g.Pix {
		g.Pix[i] = uint8(200 + rnd.NormFloat64()*8)
	}
	if n := dark(Prepare(g).Gray); n > 0 {
		t.Errorf("%d dark pixels on an empty page", n)
	}
}

func TestRotated(t *testing.T) {
	g := &Gray{[]uint8{1, 2, 3, 4, 5, 6}, 3, 2}
	for degrees, want := range map[int][]uint8{0: {1, 2, 3, 4, 5, 6}, 90: {4, 1, 5, 2, 6, 3}, 180: {6, 5, 4, 3, 2, 1}, 270: {3, 6, 2, 5, 1, 4}, -90: {3, 6, 2, 5, 1, 4}} {
		got := g.Rotated(degrees)
		if !slices.Equal(got.Pix, want) {
			t.Errorf("%d°: %v, want %v", degrees, got.Pix, want)
		}
		if c := FromImage(RotateImage(g.Image(), degrees)); !slices.Equal(c.Pix, want) {
			t.Errorf("in colour %d°: %v, want %v", degrees, c.Pix, want)
		}
	}
}

func TestMedian(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	g := New(17, 9)
	for i := range g.Pix {
		g.Pix[i] = uint8(rnd.IntN(256))
	}
	got := Median3(g)
	for y := 1; y < g.H-1; y++ {
		for x := 1; x < g.W-1; x++ {
			var n []uint8
			for dy := -1; dy <= 1; dy++ {
				n = append(n, g.Row(y + dy)[x-1:x+2]...)
			}
			slices.Sort(n)
			if v := got.Row(y)[x]; v != n[4] {
				t.Fatalf("median at %d,%d is %d, want %d", x, y, v, n[4])
			}
		}
	}
}

func TestDoubled(t *testing.T) {
	p := &Gray{[]byte{0, 200, 100, 40}, 2, 2}
	d := p.Doubled()
	if d.W != 4 || d.H != 4 || d.Pix[0] != 0 || d.Pix[3] < 150 || d.Pix[15] > 70 {
		t.Errorf("%v", d)
	}
	if e := (&Gray{}).Doubled(); e.W != 0 || len(e.Pix) != 0 {
		t.Errorf("%v", e)
	}
}

func BenchmarkPrepare(b *testing.B) {
	g := sheetOf(paper.Profile{Paper: 60, Skew: 2}).Enlarged(2)
	for b.Loop() {
		Prepare(g)
	}
}

func TestShrinkPartKeepsTheMean(t *testing.T) {
	g := image.NewGray(image.Rect(0, 0, 7, 5))
	for i := range g.Pix {
		g.Pix[i] = 100
	}
	small := image.NewGray(image.Rect(0, 0, 3, 2))
	ShrinkPart(small, g, g.Bounds())
	for i, v := range small.Pix {
		if v != 100 {
			t.Errorf("pixel %d is %d", i, v)
		}
	}
	one := image.NewGray(image.Rect(0, 0, 1, 1))
	corner := NewWhite(4, 4)
	corner.Pix[0] = 0
	ShrinkPart(one, corner.Image(), image.Rect(0, 0, 2, 2))
	if one.Pix[0] != 255*3/4 {
		t.Errorf("three white pixels and a dark one give %d", one.Pix[0])
	}
}
