package records

import "sync"

// busy lets one at a time do something to a thing that has a key. The zero busy has
// nobody waiting.
type busy[K comparable] struct {
	mu  sync.Mutex
	all map[K]*place
}

type place struct {
	sync.Mutex
	wanted int
}

// enter waits until nobody else is at key; who entered leaves.
func (b *busy[K]) enter(key K) (leave func()) {
	b.mu.Lock()
	if b.all == nil {
		b.all = map[K]*place{}
	}
	p := b.all[key]
	if p == nil {
		p = &place{}
		b.all[key] = p
	}
	p.wanted++
	b.mu.Unlock()
	p.Lock()
	return func() {
		p.Unlock()
		b.mu.Lock()
		defer b.mu.Unlock()
		if p.wanted--; p.wanted == 0 {
			delete(b.all, key)
		}
	}
}
