package pages

import "github.com/tetratelabs/wazero/experimental"

// region is memory that grows up to a maximum without being copied, and goes
// back to the system when freed. The Go heap does neither well for the two large
// things of a worker, the document and PDFium's memory: growing needs the old and
// the new together, and what was given up stays for a while.
//
// It implements experimental.LinearMemory.
type region struct {
	space []byte // reserved, or what there is where nothing can be reserved
	size  int
	limit int
}

// newRegion reserves room for limit bytes; none of it is memory yet.
func newRegion(limit int) (*region, error) {
	space, err := reserve(limit)
	if err != nil {
		return nil, err
	}
	return &region{space: space, limit: limit}, nil
}

// Reallocate gives the first size bytes; those that are new are zero. It is nil
// when size is over the limit or the system has no more memory.
func (r *region) Reallocate(size uint64) []byte {
	if size > uint64(r.limit) {
		return nil
	}
	space, err := commit(r.space, r.size, int(size))
	if err != nil {
		return nil
	}
	r.space, r.size = space, max(r.size, int(size))
	return r.space[:size:r.size]
}

// Free gives the memory back; slices of it must not be used any more.
func (r *region) Free() {
	if r.space != nil {
		release(r.space)
	}
	r.space, r.size, r.limit = nil, 0, 0
}

// linear makes the memory of PDFium's instances and knows that of the latest one.
type linear struct{ latest *region }

var _ experimental.MemoryAllocator = (*linear)(nil)

func (l *linear) Allocate(_, most uint64) experimental.LinearMemory {
	r, err := newRegion(int(most))
	if err != nil {
		r = &region{} // gives nothing, which the instance reports
	}
	l.latest = r
	return r
}

// size is what the latest instance holds.
func (l *linear) size() int {
	if l.latest == nil {
		return 0
	}
	return l.latest.size
}
