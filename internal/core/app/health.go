package app

import (
	"context"
	"sync"

	"clinician/internal/core"
)

// Sibling is another service of the portal, as far as its health goes.
type Sibling struct {
	Name  string
	Ping  func(context.Context) error
	Spare bool // requests do without it
}

// Health says which parts answer; nil is healthy.
type Health struct {
	Database error
	Bus      error            // Redis, when it is used
	Engine   error            // OCR; without it everything else works
	Siblings map[string]error // by name; each that is used
	Spare    map[string]bool  // which of them requests do without
}

// Health asks every part once, all at the same time.
func (s *Service) Health(ctx context.Context) Health {
	h := Health{Siblings: make(map[string]error, len(s.Siblings)), Spare: map[string]bool{}}
	var asking sync.WaitGroup
	asking.Go(func() { _, h.Engine = s.Recognizer.Engine(ctx) })
	asking.Go(func() { h.Database = s.People.Ping(ctx) })
	asking.Go(func() { h.Bus = s.Bus.Ping(ctx) })
	var mu sync.Mutex
	for _, one := range s.Siblings {
		h.Spare[one.Name] = one.Spare
		asking.Go(func() {
			err := one.Ping(ctx)
			if err != nil && ctx.Err() != nil {
				err = core.Errorf(core.CodeGatewayTimeout, "%s took too long to answer.", one.Name).WithCause(err)
			}
			mu.Lock()
			defer mu.Unlock()
			h.Siblings[one.Name] = err
		})
	}
	asking.Wait()
	return h
}
