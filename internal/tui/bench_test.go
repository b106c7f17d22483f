package tui

import (
	"fmt"
	"testing"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// BenchmarkKeyToFrame is a key in the patient list and the frame after it. The
// cost must not grow with the number of rows.
func BenchmarkKeyToFrame(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d := longList(b, n)
			for i := 0; b.Loop(); i++ {
				d.r.Update(keyMsg([]string{"j", "j", "k"}[i%3]))
				if d.r.View() == "" {
					b.Fatal("no frame")
				}
			}
		})
	}
}

func longList(t testing.TB, n int) *driver {
	d := newDriver(t, newFake(), 120, 40, termenv.TrueColor)
	d.settle()
	d.login()
	d.press("p")
	rows := make([]core.PatientSummary, n)
	for i := range rows {
		rows[i] = fakePeople[i%len(fakePeople)].summary(int64(i + 1))
	}
	d.r.top().Update(ui.Result[core.PatientPage]{Address: ui.Address{Slot: page.SlotList}, Value: core.PatientPage{Count: n, Patients: rows}})
	return d
}
