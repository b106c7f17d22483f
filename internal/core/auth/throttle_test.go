package auth

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"clinician/internal/core"
)

func wait(t *testing.T, err error) int {
	t.Helper()
	var e *core.Error
	if !errors.As(err, &e) || e.Code != core.CodeRateLimited || e.RetryAfter < 1 {
		t.Fatalf("want rate limited, got %v", err)
	}
	return e.RetryAfter
}

func TestThrottleDelayGrows(t *testing.T) {
	now := start
	th := NewThrottle(func() time.Time { return now })
	try := func() error { return th.Try("Ann@example.org", "") }
	for i := range freePerAccount {
		if err := try(); err != nil {
			t.Fatalf("try %d: %v", i+1, err)
		}
	}
	for i, want := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900} {
		if err := try(); err != nil {
			t.Fatalf("after the delay, %d: %v", i, err)
		}
		if got := wait(t, th.Try("ann@EXAMPLE.org", "")); got != want {
			t.Fatalf("delay %d is %d s, want %d", i, got, want)
		}
		now = now.Add(time.Duration(want)*time.Second - time.Millisecond)
		if got := wait(t, try()); got != 1 {
			t.Fatalf("just before the end: %d s", got)
		}
		now = now.Add(time.Millisecond)
	}
	if err := th.Try("bob@example.org", ""); err != nil {
		t.Errorf("another account: %v", err)
	}
	if err := try(); err != nil { // never for good
		t.Errorf("after the longest delay: %v", err)
	}
}

func TestThrottleForgets(t *testing.T) {
	now := start
	th := NewThrottle(func() time.Time { return now })
	fail := func(n int) {
		for range n {
			if err := th.Try("ann", ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	fail(freePerAccount)
	now = now.Add(throttleWindow + time.Second)
	fail(freePerAccount) // time resets
	th.Succeeded("ann", "")
	fail(freePerAccount) // success resets
	th.Undo("ann", "")
	fail(2) // a try without an answer does not count
	wait(t, th.Try("ann", ""))
}

func TestThrottleByAddress(t *testing.T) {
	now := start
	th := NewThrottle(func() time.Time { return now })
	for i := range freePerAddress {
		if err := th.Try(fmt.Sprintf("user%d", i), fmt.Sprintf("2001:db8:0:1::%x", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := th.Try("victim", "2001:db8:0:1::ffff"); err != nil {
		t.Fatal(err)
	}
	wait(t, th.Try("victim", "2001:db8:0:1:abcd::1"))
	if err := th.Try("victim", "2001:db8:0:2::1"); err != nil {
		t.Errorf("another network: %v", err)
	}
	if err := th.Try("victim", ""); err != nil {
		t.Errorf("no address: %v", err)
	}
	if addressKey("::ffff:192.0.2.1") != addressKey("192.0.2.1") || addressKey("192.0.2.1") == addressKey("192.0.2.2") {
		t.Error("IPv4 addresses are told apart wrongly")
	}
}

// A valid account must not buy fresh guesses at others from the same address.
func TestSuccessDoesNotClearTheAddress(t *testing.T) {
	now := start
	th := NewThrottle(func() time.Time { return now })
	const address = "192.0.2.1"
	for i := range freePerAddress {
		if err := th.Try(fmt.Sprintf("user%d", i), address); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 { // honest logins from the same clinic still go through
		if err := th.Try("honest", address); err != nil {
			t.Fatal(err)
		}
		th.Succeeded("honest", address)
	}
	if err := th.Try("next", address); err != nil {
		t.Fatal(err)
	}
	wait(t, th.Try("next2", address))
}

func TestThrottleMemoryIsBounded(t *testing.T) {
	now := start
	th := NewThrottle(func() time.Time { return now })
	if err := th.Try("first", ""); err != nil {
		t.Fatal(err)
	}
	for i := range maxThrottled + 50 {
		now = now.Add(time.Microsecond)
		if err := th.Try(fmt.Sprintf("user%d", i), ""); err != nil {
			t.Fatal(err)
		}
	}
	if len(th.seen) > maxThrottled {
		t.Errorf("%d remembered", len(th.seen))
	}
	if _, ok := th.seen[accountKey("first")]; ok {
		t.Error("the oldest is still there")
	}
}
