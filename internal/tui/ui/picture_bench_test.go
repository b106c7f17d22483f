package ui

import (
	"fmt"
	"image"
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
)

// BenchmarkPage draws a page of a scan into half a wide terminal.
func BenchmarkPage(b *testing.B) {
	g := image.NewGray(image.Rect(0, 0, 1800, 2546))
	for i := range g.Pix {
		g.Pix[i] = byte(i * 7)
	}
	th := theme(termenv.TrueColor)
	for _, zoom := range []float64{1, 3} {
		b.Run(fmt.Sprint("zoom ", zoom), func(b *testing.B) {
			for b.Loop() {
				Blocks(th, g, NewView(g, 60, 34, zoom, 0.5, 0.5))
			}
		})
	}
	b.Run("framed", func(b *testing.B) {
		for b.Loop() {
			Framed(g, []core.Box{{X: 10, Y: 10, W: 50, H: 20}}, 1800, 2546)
		}
	})
}
