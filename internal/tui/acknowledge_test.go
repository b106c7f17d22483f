package tui

import (
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
)

// A scan whose text was not read is acknowledged once its last page was seen,
// a photograph at once, and what cannot be drawn too.
func TestADocumentWithoutTextIsReviewedAfterItsLastPage(t *testing.T) {
	scan := fakeRecord("r3", 4, "CT thorax", "Imaging", core.MIMEPDF, 9382133, core.JobFailed)
	photo := fakeRecord("r2", 4, "Blood count", "Lab Report", core.MIMEPNG, 2418331, "")
	for _, c := range []struct {
		record core.Record
		turns  int // pages to turn before it counts as read
	}{{scan, 3}, {photo, 0}} {
		f := newFake()
		d := newDriver(t, f, 80, 24, termenv.Ascii)
		d.settle()
		d.chart()
		chart := d.r.top().(*chartScreen)
		d.r.env.push(newViewer(d.r.env, chart.banner, c.record))
		d.press("j")
		for range c.turns {
			d.press("R")
			d.sees("Look at every page first")
			if n := f.count("ReviewRecord"); n != 0 {
				t.Fatalf("%s was acknowledged unseen", c.record.Title)
			}
			d.press("right")
		}
		d.press("R")
		if n := f.count("ReviewRecord"); n != 1 {
			t.Errorf("%s was acknowledged %d times:\n%s", c.record.Title, n, d.r.View())
		}
	}
}
