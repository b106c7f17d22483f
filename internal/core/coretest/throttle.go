package coretest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"clinician/internal/core"
)

// Throttle checks a core.Throttle. open gives an empty one that asks clock for
// the time.
func Throttle(t *testing.T, open func(t *testing.T, clock core.Clock) core.Throttle) {
	for name, test := range map[string]func(*testing.T, *time.Time, core.Throttle){
		"the delay grows":                    throttleDelayGrows,
		"forgets":                            throttleForgets,
		"counts by address":                  throttleByAddress,
		"success does not clear the address": successDoesNotClearTheAddress,
	} {
		t.Run(name, func(t *testing.T) {
			now := at
			test(t, &now, open(t, func() time.Time { return now }))
		})
	}
}

func mustWait(t *testing.T, err error) int {
	t.Helper()
	var e *core.Error
	if !errors.As(err, &e) || e.Code != core.CodeRateLimited || e.RetryAfter < 1 {
		t.Fatalf("want rate limited, got %v", err)
	}
	return e.RetryAfter
}

func throttleDelayGrows(t *testing.T, now *time.Time, th core.Throttle) {
	try := func() error { return th.Try(t.Context(), "Ann@example.org", "") }
	for i := range core.ThrottleFreePerAccount {
		if err := try(); err != nil {
			t.Fatalf("try %d: %v", i+1, err)
		}
	}
	for i, want := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900} {
		if err := try(); err != nil {
			t.Fatalf("after the delay, %d: %v", i, err)
		}
		if got := mustWait(t, th.Try(t.Context(), "ann@EXAMPLE.org", "")); got != want {
			t.Fatalf("delay %d is %d s, want %d", i, got, want)
		}
		*now = now.Add(time.Duration(want)*time.Second - time.Millisecond)
		if got := mustWait(t, try()); got != 1 {
			t.Fatalf("just before the end: %d s", got)
		}
		*now = now.Add(time.Millisecond)
	}
	if err := th.Try(t.Context(), "bob@example.org", ""); err != nil {
		t.Errorf("another account: %v", err)
	}
	if err := try(); err != nil { // never for good
		t.Errorf("after the longest delay: %v", err)
	}
}

func throttleForgets(t *testing.T, now *time.Time, th core.Throttle) {
	fail := func(n int) {
		for range n {
			if err := th.Try(t.Context(), "ann", ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	fail(core.ThrottleFreePerAccount)
	*now = now.Add(core.ThrottleWindow + time.Second)
	fail(core.ThrottleFreePerAccount) // time resets
	th.Succeeded(t.Context(), "ann", "")
	fail(core.ThrottleFreePerAccount) // success resets
	th.Undo(t.Context(), "ann", "")
	fail(2) // a try without an answer does not count
	mustWait(t, th.Try(t.Context(), "ann", ""))
}

func throttleByAddress(t *testing.T, _ *time.Time, th core.Throttle) {
	for i := range core.ThrottleFreePerAddress {
		if err := th.Try(t.Context(), fmt.Sprintf("user%d", i), fmt.Sprintf("2001:db8:0:1::%x", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := th.Try(t.Context(), "victim", "2001:db8:0:1::ffff"); err != nil {
		t.Fatal(err)
	}
	mustWait(t, th.Try(t.Context(), "victim", "2001:db8:0:1:abcd::1"))
	if err := th.Try(t.Context(), "victim", "2001:db8:0:2::1"); err != nil {
		t.Errorf("another network: %v", err)
	}
	if err := th.Try(t.Context(), "victim", ""); err != nil {
		t.Errorf("no address: %v", err)
	}
	if core.GuesserOfAddress("::ffff:192.0.2.1") != core.GuesserOfAddress("192.0.2.1") || core.GuesserOfAddress("192.0.2.1") == core.GuesserOfAddress("192.0.2.2") {
		t.Error("IPv4 addresses are told apart wrongly")
	}
}

// A valid account must not buy fresh guesses at others from the same address.
func successDoesNotClearTheAddress(t *testing.T, _ *time.Time, th core.Throttle) {
	const address = "192.0.2.1"
	for i := range core.ThrottleFreePerAddress {
		if err := th.Try(t.Context(), fmt.Sprintf("user%d", i), address); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 { // honest logins from the same clinic still go through
		if err := th.Try(t.Context(), "honest", address); err != nil {
			t.Fatal(err)
		}
		th.Succeeded(t.Context(), "honest", address)
	}
	if err := th.Try(t.Context(), "next", address); err != nil {
		t.Fatal(err)
	}
	mustWait(t, th.Try(t.Context(), "next2", address))
}
