package plain

import (
	"context"
	"sync"
)

// making follows how a demo's data come into being, so that lists of them are not taken
// for all there is. Its methods may be called from any goroutine.
type making struct {
	mu          sync.Mutex
	done, total int
}

// follow takes what next says, until it gives an error: all are there.
func (m *making) follow(ctx context.Context, next func(context.Context) (done, total int, err error)) {
	for {
		done, total, err := next(ctx)
		if err != nil {
			done = total
		}
		m.mu.Lock()
		m.done, m.total = done, total
		m.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// sayMaking says that a demo is not all there yet.
func (s *plainShell) sayMaking() {
	s.making.mu.Lock()
	done, total := s.making.done, s.making.total
	s.making.mu.Unlock()
	if done < total {
		s.say("Demo data, being made: %d of %d documents are there.", done, total)
	}
}
