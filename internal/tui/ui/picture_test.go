package ui

import (
	"image"
	"image/color"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"clinician/internal/core"
)

// corner is a white picture whose top left pixel is dark.
func corner(w, h int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	g.SetGray(0, 0, color.Gray{})
	return g
}

func TestTurnedMovesTheCorner(t *testing.T) {
	for turns, want := range map[int]image.Point{0: {0, 0}, 1: {1, 0}, 2: {2, 1}, 3: {0, 2}, 4: {0, 0}, -1: {0, 2}} {
		g := Turned(corner(3, 2), turns)
		if g.GrayAt(want.X, want.Y).Y != 0 {
			t.Errorf("after %d turns the corner is not at %v: %v of %v", turns, want, g.Pix, g.Rect)
		}
	}
}

func TestBoxesWithoutAPlaceAreEmpty(t *testing.T) {
	g := corner(100, 200)
	for _, c := range []struct {
		box          core.Box
		pageW, pageH int
		want         image.Rectangle
	}{
		{core.Box{X: 100, Y: 400, W: 200, H: 40}, 1000, 2000, image.Rect(10, 40, 31, 45)},
		{core.Box{X: 1, Y: 1, W: 5, H: 5}, 0, 0, image.Rectangle{}},
		{core.Box{}, 1000, 2000, image.Rectangle{}},
		{core.Box{X: 5000, Y: 5000, W: 5, H: 5}, 1000, 2000, image.Rectangle{}},
	} {
		if got := BoxIn(g, c.box, c.pageW, c.pageH); got != c.want {
			t.Errorf("%+v on %dx%d is at %v, want %v", c.box, c.pageW, c.pageH, got, c.want)
		}
	}
	if strip, _ := Row(g, nil, []core.Box{{X: 1, Y: 1, W: 4, H: 4}}, 0, 0); strip != nil {
		t.Error("a part of a page of unknown size is shown: it may be anything")
	}
}

func TestFramedLeavesTheOriginal(t *testing.T) {
	g := corner(100, 100)
	f := Framed(g, []core.Box{{X: 40, Y: 40, W: 20, H: 10}}, 100, 100)
	if g.GrayAt(36, 45).Y != 255 || f.GrayAt(36, 45).Y != 0 || f.GrayAt(50, 45).Y != 255 {
		t.Errorf("original %d, frame %d, inside %d", g.GrayAt(36, 45).Y, f.GrayAt(36, 45).Y, f.GrayAt(50, 45).Y)
	}
}

func TestWindowNeverAsksForMoreThanItsPlace(t *testing.T) {
	g := corner(1800, 2500)
	for _, zoom := range []float64{1, 2.5, 12} {
		part, w, h := NewView(g, 60, 30, zoom, 1, 1).Part(g)
		if part == nil || part.Bounds().Empty() || w > 60 || h > 30 || w < 1 || h < 1 {
			t.Errorf("zoom %v gives %v in %dx%d cells", zoom, part.Bounds(), w, h)
		}
	}
}

// The row of a value is cut out whole, its figure framed, with wide gaps made narrow
// where they hold no ink.
func TestRowIsWholeWithItsFigureFramed(t *testing.T) {
	t.Parallel()
	box := func(x, w int) core.Box { return core.Box{X: x, Y: 100, W: w, H: 20} }
	name, figure, unit := box(50, 200), box(500, 60), box(900, 60)
	for _, ink := range []bool{false, true} {
		g := corner(1000, 200)
		fill := func(b core.Box, v uint8) {
			for y := b.Y; y < b.Y+b.H; y++ {
				for x := b.X; x < b.X+b.W; x++ {
					g.SetGray(x, y, color.Gray{Y: v})
				}
			}
		}
		fill(name, 60)
		fill(figure, 70)
		fill(unit, 80)
		if ink { // a sign that nobody read
			fill(box(700, 3), 0)
		}
		strip, at := Row(g, []core.Box{name, unit, figure}, []core.Box{figure}, 1000, 200)
		has := func(v uint8) int {
			n := 0
			for x := range strip.Rect.Dx() {
				if strip.GrayAt(x, strip.Rect.Dy()/2).Y == v {
					n++
				}
			}
			return n
		}
		if has(60) < 199 || has(70) < 59 || has(80) < 59 {
			t.Errorf("of the row are seen %d, %d and %d pixels", has(60), has(70), has(80))
		}
		if strip.GrayAt(at.Min.X+at.Dx()/2, at.Min.Y+at.Dy()/2).Y != 70 {
			t.Errorf("the figure is not at %v", at)
		}
		if has(0) < 4 { // the frame's sides
			t.Error("the figure is not framed")
		}
		if strip.Rect.Dx() > 800 || ink && (strip.Rect.Dx() < 650 || has(0) < 7) {
			t.Errorf("with ink %v the strip is %d wide", ink, strip.Rect.Dx())
		}
	}
	strip, at := Row(corner(1000, 200), []core.Box{name, figure, unit}, []core.Box{figure}, 1000, 200)
	for _, c := range []struct{ w, h int }{{40, 6}, {78, 6}, {200, 12}} {
		v := Readable(strip, at, c.w, c.h, float64(c.w))
		if print := float64(at.Dy()) * v.Scale / 2; print < min(readableRows, float64(c.h)/2) {
			t.Errorf("in %dx%d cells the figure is %.1f cells high", c.w, c.h, print)
		}
		r := v.rect(strip.Bounds())
		if mid := at.Min.Add(at.Size().Div(2)); !mid.In(r) {
			t.Errorf("in %dx%d cells %v is seen, the figure is at %v", c.w, c.h, r, at)
		}
	}
}

// A page is as wide as its place; what is seen of it is said, and stays where it was
// when it is enlarged.
func TestViewIsAsWideAsItsPlace(t *testing.T) {
	t.Parallel()
	g := corner(1000, 1414)
	for _, c := range []struct{ w, h int }{{79, 17}, {40, 10}, {10, 60}, {198, 50}} {
		v := NewView(g, c.w, c.h, 0, 0, 0)
		if v.cw < min(c.w, c.w*2*c.h*1000/1414/c.w) || v.W != 1 {
			t.Errorf("in %dx%d it is %d cells wide, %.2f of it", c.w, c.h, v.cw, v.W)
		}
		if from, to := v.Seen(); from != 0 || (to < 100) != (v.H < 1) {
			t.Errorf("%d to %d is seen of %.2f", from, to, v.H)
		}
		x, y := v.Centre(0.5, 0.9)
		v = NewView(g, c.w, c.h, 0, x, y)
		if _, my := v.Middle(); v.H < 0.2 && (my < 0.85 || my > 0.95) {
			t.Errorf("the window is at %.2f, not at 0.9", my)
		}
	}
}

func TestPointAndVisibleSeeTheTextWithoutSigns(t *testing.T) {
	var p Pager
	p.SetSize(40, 5)
	p.Set(Text{Body: "one bad two worse three", Doubt: []Span{{4, 7}, {12, 17}}})
	if got := p.Visible(); got != "one bad two worse three" {
		t.Errorf("visible is %q", got)
	}
	for _, word := range []string{"one", "bad", "two", "worse", "three"} {
		from := strings.Index("one bad two worse three", word)
		p.Point(Span{from, from + len(word)})
		if got := strings.Trim(p.text.Body[p.mark.From:p.mark.To], "~"); got != word {
			t.Errorf("pointed at %q, want %q", got, word)
		}
	}
}

func TestPlotIsProportionalInTime(t *testing.T) {
	th := theme(termenv.Ascii)
	low, high := 60.0, 110.0
	day := func(n int) time.Time { return time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC) }
	view := Plot(th, []Dot{
		{At: day(0), Value: 80, Sign: "*", Low: &low, High: &high}, {At: day(10), Value: 90, Sign: "o", Low: &low, High: &high},
		{At: day(100), Value: 130, Sign: "*", Low: &low, High: &high},
	}, 70, 12)
	lines := strings.Split(view, "\n")
	if len(lines) != 12 {
		t.Fatalf("%d lines:\n%s", len(lines), view)
	}
	at := map[string]int{}
	for _, l := range lines {
		if Width(l) > 70 {
			t.Errorf("a line is %d wide", Width(l))
		}
		if i := strings.Index(l, "o"); i >= 0 && strings.Contains(l, "|") {
			at["o"] = Width(l[:i])
		}
	}
	if at["o"] < 14 || at["o"] > 17 { // a tenth of 60 columns behind the scale
		t.Errorf("the dot of day 10 of 100 is at column %d:\n%s", at["o"], view)
	}
	if strings.Count(lines[0], "·") != 0 {
		t.Errorf("the band reaches over its range:\n%s", view)
	}
	if Plot(th, nil, 70, 12) == "" || Plot(th, []Dot{{Value: 1, Sign: "*"}}, 8, 2) == "" {
		t.Error("nothing to draw is drawn as nothing")
	}
}

func FuzzPlot(f *testing.F) {
	f.Add(1.0, 2.0, int64(5), 70, 12)
	f.Add(-1e300, 1e300, int64(-5), 20, 3)
	th := theme(termenv.Ascii)
	f.Fuzz(func(t *testing.T, a, b float64, gap int64, w, h int) {
		w, h = 1+abs(w)%200, 1+abs(h)%80
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		dots := []Dot{{At: at, Value: a, Sign: "*", Low: &b}, {At: at.Add(time.Duration(gap)), Value: b, Sign: "o", High: &a, Picked: true}}
		view := Plot(th, dots, w, h)
		if Height(view) > max(1, h) {
			t.Errorf("%d lines in %d", Height(view), h)
		}
		for _, l := range strings.Split(view, "\n") {
			if Width(l) > w {
				t.Errorf("%d cells in %d", Width(l), w)
			}
		}
	})
}

func abs(n int) int { return max(n, -n-1) }
