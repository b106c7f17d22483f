package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

// A table of values says of every value what the screens say.
func TestValuesAreWorded(t *testing.T) {
	t.Parallel()
	for _, w := range coretest.WordedValues() {
		var out, errs bytes.Buffer
		a := &app{io: stdio{out: &out, err: &errs}, loc: time.UTC}
		v := w.Value
		v.ID = "a1b2c3d4e5f6"
		if err := a.printValues(core.RecordValues{Results: []core.Value{v}, Count: 1, Total: 1}); err != nil {
			t.Fatal(err)
		}
		said := strings.Join(strings.Fields(out.String()), " ")
		if !strings.Contains(said, " "+w.Name+" "+w.Amount) {
			t.Errorf("%s %s is not in\n%s", w.Name, w.Amount, out.String())
		}
		for _, bad := range w.Never {
			if strings.Contains(said, bad) {
				t.Errorf("%q is said of %s", bad, w.Name)
			}
		}
	}
}
