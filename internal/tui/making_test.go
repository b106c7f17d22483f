package tui

import (
	"context"
	"io"
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core/wire"
	"clinician/internal/tui/ui"
)

// While the demo's data are being made every screen says how far that is, and then no
// more.
func TestDemoSaysHowFarItsDataAre(t *testing.T) {
	asked := 0
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii, func(o *Options) { o.Demo = true })
	d.sees("DEMO DATA | ")
	d.r.making.next = func(context.Context) (wire.DemoMaking, error) { asked++; return wire.DemoMaking{}, io.EOF }
	if cmd := d.r.own(ui.Result[wire.DemoMaking]{Value: wire.DemoMaking{Done: 12, Total: 400}}); cmd == nil {
		t.Error("nobody waits for the next word")
	}
	d.sees("DEMO DATA, being made: 12 of 400 documents | ")
	d.r.own(ui.Result[wire.DemoMaking]{Value: wire.DemoMaking{Done: 400, Total: 400}})
	d.sees("DEMO DATA | ")
	d.r.own(ui.Result[wire.DemoMaking]{Err: io.EOF})
	if d.r.followMaking() != nil || asked != 0 {
		t.Error("the end is waited for again")
	}
}
