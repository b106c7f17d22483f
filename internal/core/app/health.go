package app

import (
	"context"
	"sync"
	"time"

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
	Vault    error            // where content is kept; nothing can be shown or stored without it
	Audit    error            // the end of the audit log; nothing can be recorded, so nothing done, without it
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
	asking.Go(func() { h.Vault = s.vaultHealth.ask(ctx, s.now(), s.Records.Ping) })
	asking.Go(func() { h.Audit = s.auditHealth.ask(ctx, s.now(), s.Audit.CheckEnd) })
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

// healthAge is how long an answer of lately counts: anybody may ask for the health of the
// server, and some answers cost files.
const healthAge = 2 * time.Second

// lately asks a part that may not answer for long, such as a disk that hangs: once at a
// time, for all who want to know meanwhile.
type lately struct {
	mu    sync.Mutex
	asked chan struct{} // closed when the answer is there; nil: nobody is asking
	at    time.Time     // of the answer; zero: there was none yet
	err   error
}

func (l *lately) ask(ctx context.Context, now time.Time, f func(context.Context) error) error {
	l.mu.Lock()
	if l.asked == nil {
		if age := now.Sub(l.at); !l.at.IsZero() && age >= 0 && age < healthAge {
			defer l.mu.Unlock()
			return l.err
		}
		l.asked = make(chan struct{})
		go func() {
			err := f(context.WithoutCancel(ctx))
			l.mu.Lock()
			defer l.mu.Unlock()
			l.at, l.err = now, err
			close(l.asked)
			l.asked = nil
		}()
	}
	asked := l.asked
	l.mu.Unlock()
	select {
	case <-asked:
	case <-ctx.Done():
		return core.Errorf(core.CodeUnavailable, "It did not answer in time.").WithCause(ctx.Err())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}
