package ui

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Dot is a point of a Plot.
type Dot struct {
	At     time.Time
	Value  float64
	Sign   string   // one cell: what kind of point it is
	Low    *float64 // the reference range that goes with it; nil: open or not known
	High   *float64
	Picked bool
}

// band is the sign of the reference range; it is drawn behind the dots.
const band = "·"

// Plot draws dots in proportional time, w by h cells, with the range of each dot as a
// band around it up to half the way to its neighbours, a scale at the left and the first and
// last day below. Dots in the same cell show the later one. Nothing is joined by lines.
func Plot(th *Theme, dots []Dot, w, h int) string {
	low, high, ok := extent(dots)
	scale := 9
	if !ok || h < 3 || w < scale+10 {
		return th.Dim.Render(Cut(" No values that can be drawn.", w))
	}
	rows, cols := h-1, w-scale-1
	first, last := dots[0].At, dots[len(dots)-1].At
	x := func(t time.Time) int {
		if !last.After(first) {
			return cols / 2
		}
		return max(0, min(cols-1, int(float64(t.Sub(first))/float64(last.Sub(first))*float64(cols-1))))
	}
	y := func(v float64) int {
		return max(0, min(rows-1, int(math.Round((high-v)/(high-low)*float64(rows-1)))))
	}
	grid := make([][]string, rows)
	for i := range grid {
		grid[i] = make([]string, cols)
		for j := range grid[i] {
			grid[i][j] = " "
		}
	}
	for i, d := range dots {
		if d.Low == nil && d.High == nil {
			continue
		}
		from, to := 0, cols-1
		if i > 0 {
			from = (x(dots[i-1].At) + x(d.At) + 1) / 2
		}
		if i < len(dots)-1 {
			to = (x(d.At) + x(dots[i+1].At) - 1) / 2
		}
		top, bottom := 0, rows-1
		if d.High != nil {
			top = y(*d.High)
		}
		if d.Low != nil {
			bottom = y(*d.Low)
		}
		for r := top; r <= bottom; r++ {
			for c := from; c <= to; c++ {
				grid[r][c] = th.Dim.Render(band)
			}
		}
	}
	for _, d := range dots {
		if d.Picked {
			for r := range grid {
				grid[r][x(d.At)] = th.Key.Render("|")
			}
		}
	}
	for _, d := range dots {
		style := th.Strong
		if d.Picked {
			style = th.Key
		}
		grid[y(d.Value)][x(d.At)] = style.Render(d.Sign)
	}
	var b strings.Builder
	for r := range grid {
		label := ""
		if r == 0 || r == rows-1 || r == rows/2 && rows > 4 {
			label = figure(high - (high-low)*float64(r)/float64(rows-1))
		}
		b.WriteString(th.Dim.Render(PadLeft(label, scale-1)+" |") + strings.Join(grid[r], "") + "\n")
	}
	from, to := first.Format("02-Jan-2006"), last.Format("02-Jan-2006")
	if from == to {
		b.WriteString(th.Dim.Render(Cut(spaces(scale+1)+from, w)))
	} else {
		b.WriteString(th.Dim.Render(Sides(spaces(scale+1)+from, to, w)))
	}
	return b.String()
}

// extent gives the values the scale reaches over, with a margin.
func extent(dots []Dot) (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, d := range dots {
		low, high = min(low, d.Value), max(high, d.Value)
		if d.Low != nil {
			low = min(low, *d.Low)
		}
		if d.High != nil {
			high = max(high, *d.High)
		}
	}
	if math.IsInf(low, 0) || math.IsInf(high, 0) || math.IsNaN(low) || math.IsNaN(high) {
		return 0, 0, false
	}
	margin := (high - low) * 0.08
	if margin == 0 {
		margin = max(1, math.Abs(high)*0.1)
	}
	return low - margin, high + margin, true
}

// figure writes a number of the scale shortly.
func figure(v float64) string {
	digits := 2
	switch a := math.Abs(v); {
	case a >= 100:
		digits = 0
	case a >= 10:
		digits = 1
	}
	if s := strconv.FormatFloat(v, 'f', digits, 64); len(s) < 8 {
		return s
	}
	return strconv.FormatFloat(v, 'e', 0, 64) // a number is never cut
}
