// Package bus carries job events within one process. Replicas share theirs
// through clients/redis.
package bus

import (
	"context"
	"sync"
	"time"

	"clinician/internal/core"
)

// How long and how many endings are kept for those who subscribe late.
const (
	keepEndings = 5 * time.Minute
	maxEndings  = 1000
)

// Bus implements core.Bus. It has no goroutines and needs no closing.
type Bus struct {
	now     core.Clock
	mu      sync.Mutex
	watches map[string]map[*core.EventMailbox]bool
	endings map[string]ending
}

type ending struct {
	ev core.JobEvent
	at time.Time
}

var _ core.Bus = (*Bus)(nil)

// New makes a bus; a nil clock is core.SystemClock.
func New(now core.Clock) *Bus {
	if now == nil {
		now = core.SystemClock
	}
	return &Bus{now: now, watches: make(map[string]map[*core.EventMailbox]bool), endings: make(map[string]ending)}
}

// Publish hands ev to all who watch the job and never waits for them.
func (b *Bus) Publish(_ context.Context, jobID string, ev core.JobEvent) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for m := range b.watches[jobID] {
		m.Put(ev)
	}
	if ev.Final() {
		delete(b.watches, jobID)
		b.remember(jobID, ev)
	}
	return nil
}

func (b *Bus) remember(jobID string, ev core.JobEvent) {
	now := b.now()
	if _, known := b.endings[jobID]; known {
		return // the first ending stands
	}
	if len(b.endings) >= maxEndings {
		oldest, at := "", now.Add(time.Hour)
		for id, e := range b.endings {
			if now.Sub(e.at) > keepEndings {
				delete(b.endings, id)
			} else if e.at.Before(at) {
				oldest, at = id, e.at
			}
		}
		if len(b.endings) >= maxEndings {
			delete(b.endings, oldest)
		}
	}
	b.endings[jobID] = ending{ev, now}
}

// Subscribe gives the events from now on; the ending at once when the job ended
// within the last minutes. The caller closes the watch.
func (b *Bus) Subscribe(_ context.Context, jobID string) (core.JobWatch, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var m *core.EventMailbox
	m = core.NewEventMailbox(func() { b.drop(jobID, m) })
	if e, ok := b.endings[jobID]; ok && b.now().Sub(e.at) <= keepEndings {
		m.Put(e.ev)
		return m, nil
	}
	if b.watches[jobID] == nil {
		b.watches[jobID] = make(map[*core.EventMailbox]bool)
	}
	b.watches[jobID][m] = true
	return m, nil
}

func (b *Bus) drop(jobID string, m *core.EventMailbox) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.watches[jobID], m)
	if len(b.watches[jobID]) == 0 {
		delete(b.watches, jobID)
	}
}

// Remember does nothing: there is no place in this process where others look.
func (b *Bus) Remember(context.Context, core.Job) error { return nil }

// Ping always answers.
func (b *Bus) Ping(context.Context) error { return nil }
