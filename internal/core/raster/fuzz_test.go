package raster

import (
	"bytes"
	"testing"
)

// FuzzPrepare prepares pictures of any size and any pixels for reading.
func FuzzPrepare(f *testing.F) {
	f.Add(uint16(1), []byte{0})
	f.Add(uint16(40), bytes.Repeat([]byte{255, 255, 0, 255}, 500))
	f.Add(uint16(200), []byte("\x00\xff\x80"))
	f.Fuzz(func(t *testing.T, width uint16, pattern []byte) {
		w := int(width)%500 + 1
		if len(pattern) == 0 || len(pattern) > 1<<14 {
			return
		}
		g := New(w, (len(pattern)+w-1)/w+20)
		for i := range g.Pix {
			g.Pix[i] = pattern[i%len(pattern)]
		}
		p := Prepare(g)
		if p.W < 1 || p.H < 1 || len(p.Pix) != p.W*p.H || p.W*p.H > 9*(g.W+50)*(g.H+50) {
			t.Errorf("%d×%d became %d×%d with %d pixels", g.W, g.H, p.W, p.H, len(p.Pix))
		}
	})
}
