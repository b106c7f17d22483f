package tui

import (
	"testing"

	"clinician/internal/core"
)

// selected is the document of the chart that keys act on.
func (d *driver) selected() core.Record {
	d.t.Helper()
	chart, ok := d.r.top().(interface{ Selected() (core.Record, bool) })
	if !ok {
		d.t.Fatalf("this is no chart:\n%s", d.r.View())
	}
	r, _ := chart.Selected()
	return r
}

// stands checks which document of the chart the next key acts on.
func (d *driver) stands(id string) {
	d.t.Helper()
	if r := d.selected(); r.ID != id {
		d.t.Errorf("the cursor stands on %q, not on %q:\n%s", r.ID, id, d.r.View())
	}
}

func TestTheCursorStandsOnTheDocumentOneComesFrom(t *testing.T) {
	file := scan(t)
	upload := func(d *driver) { d.press("U"); d.write(file); d.press("ctrl+s") }
	for name, c := range map[string]struct {
		do   func(d *driver)
		want string
	}{
		"uploaded":           {func(d *driver) { upload(d) }, "r9"},
		"uploaded, filtered": {func(d *driver) { d.press("/"); d.write("blood"); d.press("enter"); upload(d) }, "r9"},
		"uploaded and read":  {func(d *driver) { upload(d); d.press("A") }, "r9"},
		"readings":           {func(d *driver) { d.press("down", "J") }, "r2"},
		"viewer":             {func(d *driver) { d.press("down", "down", "enter") }, "r3"},
		"viewer, next one":   {func(d *driver) { d.press("down", "enter", "}") }, "r3"},
		"values":             {func(d *driver) { d.press("v") }, "r1"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			f.newID = "r9"
			d := atChart(t, f)
			c.do(d)
			d.post(keyMsg("esc"))
			d.stands(c.want) // also before the server answers
			d.settle()
			d.stands(c.want)
		})
	}
}

// Leaving a reading that goes on comes back to its document.
func TestTheCursorStandsOnTheDocumentThatIsBeingRead(t *testing.T) {
	f := newFake()
	f.newID, f.frames, f.hold = "r9", f.frames[:4], true
	d := atChart(t, f)
	d.press("U")
	d.write(scan(t))
	d.press("ctrl+s")
	d.read("A")
	d.post(keyMsg("esc"))
	d.stands("r9")
	d.settle()
	d.stands("r9")
}
