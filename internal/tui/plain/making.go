package plain

import (
	"context"
	"sync/atomic"

	"clinician/internal/core/wire"
)

// making follows how a demo's data come into being, so that lists of them are not taken
// for all there is. Its methods may be called from any goroutine.
type making struct {
	newest atomic.Pointer[wire.DemoMaking] // nil: nothing was said, or all are there
}

// follow takes what next says, until it gives an error: all are there.
func (m *making) follow(ctx context.Context, next func(context.Context) (wire.DemoMaking, error)) {
	for {
		at, err := next(ctx)
		if err != nil {
			m.newest.Store(nil)
			return
		}
		m.newest.Store(&at)
	}
}

// sayMaking says that a demo is not all there yet.
func (s *plainShell) sayMaking() {
	if at := s.making.newest.Load(); at != nil && at.Done < at.Total {
		s.say("Demo data, being made: %d of %d documents are there.", at.Done, at.Total)
	}
}
