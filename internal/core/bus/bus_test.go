package bus

import (
	"fmt"
	"testing"
	"time"

	"go.uber.org/goleak"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestContract(t *testing.T) {
	coretest.Bus(t, func(*testing.T) (core.Bus, core.Bus) {
		b := New(nil)
		return b, b
	})
}

func TestNothingStaysBehind(t *testing.T) {
	now := time.Unix(0, 0)
	b := New(func() time.Time { return now })
	for i := range 2 * maxEndings {
		now = now.Add(time.Millisecond)
		id := fmt.Sprint(i)
		w, err := b.Subscribe(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			if err := b.Publish(t.Context(), id, coretest.Event(id, 1, core.JobCompleted)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.watches) != 0 || len(b.endings) > maxEndings {
		t.Errorf("%d watches, %d endings", len(b.watches), len(b.endings))
	}
	now = now.Add(keepEndings + time.Second)
	w, err := b.Subscribe(t.Context(), "0")
	if err != nil {
		t.Fatal(err)
	}
	if len(b.watches) != 1 {
		t.Error("an ending of long ago is still told")
	}
	w.Close()
}
