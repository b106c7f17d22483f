package tui

import (
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// A scan whose text was not read is acknowledged once its last page was seen, a photograph
// at once. Where the pages were thumbnails that asks; where they could be read it does not.
func TestADocumentWithoutTextIsReviewedAfterItsLastPage(t *testing.T) {
	scan := fakeRecord("r3", 4, "CT thorax", "Imaging", core.MIMEPDF, 9382133, core.JobFailed)
	photo := fakeRecord("r2", 4, "Blood count", "Lab Report", core.MIMEPNG, 2418331, "")
	for _, c := range []struct {
		record  core.Record
		turns   int  // pages to turn before it counts as seen
		enlarge bool // far enough to read them
	}{{scan, 3, false}, {photo, 0, false}, {scan, 3, true}, {photo, 0, true}} {
		f := newFake()
		d := newDriver(t, f, 80, 24, termenv.Ascii)
		d.settle()
		d.chart()
		d.r.Push(page.Viewer{Patient: d.r.top().(page.PatientScreen).Banner(), Record: c.record})
		d.press("j")
		read := func() { // enlarged, to the lower end
			d.sees("image of page") // it was drawn
			d.press("+")
			for range 40 {
				d.press("down")
			}
			d.sees("100 %")
		}
		if c.enlarge {
			d.press("+", "R")
			if c.turns == 0 {
				d.sees("too small to be read, or not to its end")
				d.press("n")
			}
			read()
		}
		for range c.turns {
			d.press("R")
			d.sees("Look at every page first")
			if n := f.count("ReviewRecord"); n != 0 {
				t.Fatalf("%s was acknowledged unseen", c.record.Title)
			}
			if c.enlarge {
				d.press("0", "right")
				read()
				continue
			}
			d.press("right")
		}
		d.press("R")
		if !c.enlarge {
			d.sees("too small to be read")
			if n := f.count("ReviewRecord"); n != 0 {
				t.Fatalf("%s was acknowledged as a thumbnail", c.record.Title)
			}
			d.press("Y")
		}
		if n := f.count("ReviewRecord"); n != 1 {
			t.Errorf("%s was acknowledged %d times:\n%s", c.record.Title, n, d.r.View())
		}
	}
}

// A document that is opened while it is being read shows its text when it is there.
func TestTheTextComesWhenItWasRead(t *testing.T) {
	f := newFake()
	f.underWay = "r1"
	d := newDriver(t, f, 80, 24, termenv.Ascii)
	d.settle()
	d.chart()
	d.r.Push(page.Viewer{Patient: d.r.top().(page.PatientScreen).Banner(), Record: fakeRecord("r1", 4, "Referral letter Dr Okoro", "Referral", core.MIMEPDF, 482133, core.JobProcessing)})
	d.press("j")
	d.sees("The text is being read now")
	f.underWay = ""
	d.run(d.r.top().Update(ui.Result[ui.Tick]{Address: ui.Address{Slot: "await text"}})) // the time to look again has come
	d.settle()
	d.sees("page 1 of 3", "SPRINGFIELD GENERAL HOSPITAL")
}
