package numbers

import "clinician/internal/core/raster"

// The model takes lines of one height, and widths that are a multiple of eight.
const (
	lineHeight = 48
	leastWidth = 96
	mostWidth  = 4096 // of a line as long as a page is wide, in small print
)

// scaled brings a line to the height of the model. It reports the factor.
func scaled(g *raster.Gray) (*raster.Gray, float64) {
	factor := float64(lineHeight) / float64(g.H)
	if most := float64(mostWidth) / float64(g.W); most < factor {
		factor = most
	}
	switch {
	case factor > 1:
		g = g.Enlarged(factor)
	case factor < 1:
		g = g.ShrunkTo(max(1, int(float64(g.W)*factor+0.5)))
	}
	return g, factor
}

// input gives what the model takes for a line of its height: three equal planes from -1
// (black) to 1, padded at the right with what padding is in its training, 0.
func input(g *raster.Gray) (values []float32, width int) {
	width = max(leastWidth, (g.W+7)/8*8)
	plane := lineHeight * width
	values = make([]float32, 3*plane)
	for y := range min(g.H, lineHeight) {
		row := values[y*width:]
		for x, v := range g.Row(y) {
			row[x] = float32(v)/127.5 - 1
		}
	}
	copy(values[plane:], values[:plane])
	copy(values[2*plane:], values[:plane])
	return values, width
}
