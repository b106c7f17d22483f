package app

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A part that hangs is asked once, keeps nobody waiting beyond their time, and its answer
// counts for a while.
func TestPartsThatHang(t *testing.T) {
	t.Parallel()
	var l lately
	bad := errors.New("bad")
	asked, answer := make(chan struct{}, 9), make(chan error)
	part := func(context.Context) error {
		asked <- struct{}{}
		return <-answer
	}
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	gone, leave := context.WithCancel(t.Context())
	leave()
	for range 3 {
		if err := l.ask(gone, now, part); !errors.Is(err, context.Canceled) {
			t.Errorf("while it hangs: %v", err)
		}
	}
	got := make(chan error)
	go func() { got <- l.ask(t.Context(), now, part) }()
	answer <- bad
	if err := <-got; !errors.Is(err, bad) {
		t.Errorf("then %v", err)
	}
	if err := l.ask(t.Context(), now.Add(healthAge-1), part); !errors.Is(err, bad) {
		t.Errorf("soon after %v", err)
	}
	if len(asked) != 1 {
		t.Errorf("asked %d times", len(asked))
	}
	go func() { got <- l.ask(t.Context(), now.Add(healthAge), part) }()
	answer <- nil
	if err := <-got; err != nil || len(asked) != 2 {
		t.Errorf("later %v, asked %d times", err, len(asked))
	}
}
