package auth

import (
	"fmt"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

func TestThrottleContract(t *testing.T) {
	coretest.Throttle(t, func(_ *testing.T, clock core.Clock) core.Throttle { return NewThrottle(clock) })
}

func TestThrottleMemoryIsBounded(t *testing.T) {
	now := start
	th := NewThrottle(func() time.Time { return now })
	if err := th.Try(t.Context(), "first", ""); err != nil {
		t.Fatal(err)
	}
	for i := range maxThrottled + 50 {
		now = now.Add(time.Microsecond)
		if err := th.Try(t.Context(), fmt.Sprintf("user%d", i), ""); err != nil {
			t.Fatal(err)
		}
	}
	if len(th.seen) > maxThrottled {
		t.Errorf("%d remembered", len(th.seen))
	}
	if _, ok := th.seen[core.GuesserOfAccount("first")]; ok {
		t.Error("the oldest is still there")
	}
}
