package auth

import (
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
)

// How the throttle answers guessing. Behind one address there may be a whole
// clinic, so it has more free failures than an account.
const (
	freePerAccount   = 10
	freePerAddress   = 30
	throttleWindow   = 15 * time.Minute // without a failure, and all is forgotten
	maxThrottleDelay = 15 * time.Minute
	maxThrottled     = 20_000 // accounts and addresses remembered
)

// Throttle slows down guessing, per account and per address: the first failures
// cost nothing, the next ones 1, 2, 4 ... seconds up to 15 minutes. It never
// locks anybody out for good, so nobody can lock out somebody else. Memory is
// bounded. Safe for many goroutines.
type Throttle struct {
	now  core.Clock
	mu   sync.Mutex
	seen map[subject]failures
}

// subject is the hash of an account or address: short, and no list of
// e-mail addresses in memory.
type subject [sha256.Size]byte

type failures struct {
	count int
	last  time.Time
	until time.Time // no try before this
}

func (f failures) over(now time.Time) bool {
	return now.Sub(f.last) > throttleWindow && !now.Before(f.until)
}

// NewThrottle makes an empty one; a nil clock is core.SystemClock.
func NewThrottle(now core.Clock) *Throttle {
	if now == nil {
		now = core.SystemClock
	}
	return &Throttle{now: now, seen: make(map[subject]failures)}
}

// Try says whether a login may be tried; call it before any password is
// hashed. The try counts as failed until Succeeded or Undo says otherwise, so
// that many at the same moment gain nothing. The error is CodeRateLimited with
// RetryAfter; a refused try does not count. An empty account or address is left
// out.
func (t *Throttle) Try(account, address string) error {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	tries := []struct {
		key  subject
		free int
	}{{accountKey(account), freePerAccount}, {addressKey(address), freePerAddress}}
	var wait time.Duration
	for _, k := range tries {
		wait = max(wait, t.seen[k.key].until.Sub(now))
	}
	if wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		err := core.Errorf(core.CodeRateLimited, "Too many failed attempts. Try again in %s.", core.Plural(seconds, "second", "seconds"))
		err.RetryAfter = seconds
		return err
	}
	for _, k := range tries {
		if k.key != (subject{}) {
			t.count(k.key, k.free, now)
		}
	}
	return nil
}

func (t *Throttle) count(key subject, free int, now time.Time) {
	f, known := t.seen[key]
	if !known && len(t.seen) >= maxThrottled {
		t.makeRoom(now)
	}
	if f.over(now) {
		f = failures{}
	}
	f.count++
	f.last = now
	if over := f.count - free; over > 0 {
		f.until = now.Add(min(maxThrottleDelay, time.Second<<min(over-1, 30)))
	}
	t.seen[key] = f
}

// Succeeded resets the account and takes the try back for the address. Other
// failures of the address stay: one valid account must not buy fresh guesses at
// others.
func (t *Throttle) Succeeded(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.seen, accountKey(account))
	t.takeBack(addressKey(address))
}

// Undo takes a try back that ended without an answer on the password.
func (t *Throttle) Undo(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.takeBack(accountKey(account))
	t.takeBack(addressKey(address))
}

func (t *Throttle) takeBack(key subject) {
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
	var oldest subject
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

func accountKey(account string) subject {
	if account == "" {
		return subject{}
	}
	return sha256.Sum256([]byte("account " + strings.ToLower(account)))
}

// addressKey counts IPv6 by /64: that is what one customer gets.
func addressKey(address string) subject {
	if address == "" {
		return subject{}
	}
	if a, err := netip.ParseAddr(address); err == nil {
		a = a.Unmap().WithZone("")
		address = a.String()
		if p, err := a.Prefix(64); err == nil && a.Is6() {
			address = p.String()
		}
	}
	return sha256.Sum256([]byte("address " + address))
}
