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
		for range 8 {
			if c.enlarge {
				d.press("+")
			}
		}
		for range c.turns {
			d.press("R")
			d.sees("Look at every page first")
			if n := f.count("ReviewRecord"); n != 0 {
				t.Fatalf("%s was acknowledged unseen", c.record.Title)
			}
			if c.enlarge {
				d.press("0", "right")
				for range 8 {
					d.press("+")
				}
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
