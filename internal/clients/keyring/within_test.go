package keyring

import (
	"context"
	"errors"
	"testing"
	"time"

	"clinician/internal/core"
)

// A keyring that shows a prompt nobody answers must not hang the program.
func TestWithinGivesUp(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	stuck := func() (string, error) { <-hang; return "late", nil }

	if _, err := within(t.Context(), time.Millisecond, stuck); !errors.Is(err, errNoAnswer) {
		t.Errorf("after the time: %v", err)
	} else if code := core.CodeOf(outward(err)); code != core.CodeUnavailable {
		t.Errorf("callers see %q", code)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := within(ctx, time.Minute, stuck); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that ended: %v", err)
	}
}
