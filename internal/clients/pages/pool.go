package pages

import (
	"context"
	"slices"
	"sync"
	"time"

	"clinician/internal/core"
)

// pool bounds how many workers there are. Those of readings, which nobody sits and
// waits for, are one fewer at most, so that a person never waits for a document of
// sixty pages to be read. A document that is only kept for the next question makes
// room for whoever needs it.
type pool struct {
	size int

	mu       sync.Mutex
	used     int // workers, kept ones included
	readings int
	people   []*place // who waits, in order
	queue    []*place // readings that wait, in order
	kept     map[string]*kept
	closed   bool
}

// place is somebody's right to a worker, once given is closed.
type place struct {
	reading bool
	given   chan struct{}
}

func newPool(size int) *pool { return &pool{size: max(2, size), kept: map[string]*kept{}} }

var errBusy = func() *core.Error {
	err := core.Errorf(core.CodeUnavailable, "All that opens documents is in use just now. Try again in a moment.")
	err.RetryAfter = 5
	return err
}()

// take waits for a place until ctx ends, or wait has passed, which is errBusy; 0 is
// no bound. The place is given back with release.
func (p *pool) take(ctx context.Context, reading bool, wait time.Duration) (*place, error) {
	it := &place{reading, make(chan struct{})}
	p.mu.Lock()
	if reading {
		p.queue = append(p.queue, it)
	} else {
		p.people = append(p.people, it)
	}
	p.give()
	spare := p.spare()
	p.mu.Unlock()
	spare.close()
	var late <-chan time.Time
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		late = t.C
	}
	var err error
	select {
	case <-it.given:
		return it, nil
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-late:
		err = errBusy
	}
	p.leave(it)
	return nil, err
}

// leave gives up waiting for a place, or the place that was given meanwhile.
func (p *pool) leave(it *place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	same := func(other *place) bool { return other == it }
	n := len(p.people) + len(p.queue)
	p.people, p.queue = slices.DeleteFunc(p.people, same), slices.DeleteFunc(p.queue, same)
	if n == len(p.people)+len(p.queue) {
		p.back(it)
	}
}

// release gives a place back, for the next who waits.
func (p *pool) release(it *place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.back(it)
}

func (p *pool) back(it *place) {
	p.used--
	if it.reading {
		p.readings--
	}
	p.give()
}

// give lets those who wait have what is free: people first.
func (p *pool) give() {
	for p.used < p.size {
		var it *place
		switch {
		case len(p.people) > 0:
			it, p.people = p.people[0], p.people[1:]
		case len(p.queue) > 0 && p.readings < p.size-1:
			it, p.queue = p.queue[0], p.queue[1:]
			p.readings++
		default:
			return
		}
		p.used++
		close(it.given)
	}
}

// waits reports whether somebody would be served if one more place were free.
func (p *pool) waits() bool {
	return len(p.people) > 0 || len(p.queue) > 0 && p.readings < p.size-1
}

// spare takes out the document that was kept unused for longest, when somebody waits
// for its place; nil: none. Who calls closes it once the lock is free.
func (p *pool) spare() *kept {
	if !p.waits() {
		return nil
	}
	var oldest *kept
	for _, k := range p.kept {
		if k.users == 0 && (oldest == nil || k.since.Before(oldest.since)) {
			oldest = k
		}
	}
	if oldest != nil {
		p.forget(oldest)
	}
	return oldest
}
