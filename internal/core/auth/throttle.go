package auth

import (
	"context"
	"sync"
	"time"

	"clinician/internal/core"
)

const maxThrottled = 20_000 // accounts and addresses remembered

// Throttle is a core.Throttle in the memory of this process.
type Throttle struct {
	now  core.Clock
	mu   sync.Mutex
	seen map[core.Guesser]failures
}

var _ core.Throttle = (*Throttle)(nil)

type failures struct {
	count int
	last  time.Time
	until time.Time // no try before this
}

func (f failures) over(now time.Time) bool {
	return now.Sub(f.last) > core.ThrottleWindow && !now.Before(f.until)
}

// NewThrottle makes an empty one; a nil clock is core.SystemClock.
func NewThrottle(now core.Clock) *Throttle {
	if now == nil {
		now = core.SystemClock
	}
	return &Throttle{now: now, seen: make(map[core.Guesser]failures)}
}

// Try counts and says whether to wait; see core.Throttle.
func (t *Throttle) Try(_ context.Context, account, address string) error {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	tries := []struct {
		key  core.Guesser
		free int
	}{{core.GuesserOfAccount(account), core.ThrottleFreePerAccount}, {core.GuesserOfAddress(address), core.ThrottleFreePerAddress}}
	var wait time.Duration
	for _, k := range tries {
		wait = max(wait, t.seen[k.key].until.Sub(now))
	}
	if wait > 0 {
		return core.Throttled(wait)
	}
	for _, k := range tries {
		if k.key != (core.Guesser{}) {
			t.count(k.key, k.free, now)
		}
	}
	return nil
}

func (t *Throttle) count(key core.Guesser, free int, now time.Time) {
	f, known := t.seen[key]
	if !known && len(t.seen) >= maxThrottled {
		t.makeRoom(now)
	}
	if f.over(now) {
		f = failures{}
	}
	f.count++
	f.last = now
	if wait := core.ThrottleDelay(f.count, free); wait > 0 {
		f.until = now.Add(wait)
	}
	t.seen[key] = f
}

// Succeeded forgets the account's failures; see core.Throttle.
func (t *Throttle) Succeeded(_ context.Context, account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.seen, core.GuesserOfAccount(account))
	t.takeBack(core.GuesserOfAddress(address))
}

// Undo takes a try back that ended without an answer.
func (t *Throttle) Undo(_ context.Context, account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.takeBack(core.GuesserOfAccount(account))
	t.takeBack(core.GuesserOfAddress(address))
}

func (t *Throttle) takeBack(key core.Guesser) {
	f, ok := t.seen[key]
	if !ok {
		return
	}
	if f.count--; f.count <= 0 {
		delete(t.seen, key)
		return
	}
	f.until = time.Time{}
	t.seen[key] = f
}

// makeRoom forgets what is over, or else whoever failed longest ago.
func (t *Throttle) makeRoom(now time.Time) {
	var oldest core.Guesser
	first := true
	for k, f := range t.seen {
		if f.over(now) {
			delete(t.seen, k)
		} else if first || f.last.Before(t.seen[oldest].last) {
			oldest, first = k, false
		}
	}
	if len(t.seen) >= maxThrottled {
		delete(t.seen, oldest)
	}
}
