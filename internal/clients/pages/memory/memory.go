// Package memory gives memory that grows in place and goes back to the system when
// it is freed, for the two large things of a page worker: the document and PDFium's
// own memory. Start at New.
package memory

// Region is memory that grows up to a maximum without being copied, and goes
// back to the system when freed. The Go heap does neither well for the two large
// things of a worker, the document and PDFium's memory: growing needs the old and
// the new together, and what was given up stays for a while.
//
// It implements experimental.LinearMemory of wazero. The zero value gives nothing.
// One goroutine at a time uses it.
type Region struct {
	space []byte // reserved, or what there is where nothing can be reserved
	size  int
	limit int
}

// New reserves room for limit bytes; none of it is memory yet.
func New(limit int) (*Region, error) {
	space, err := reserve(limit)
	if err != nil {
		return nil, err
	}
	return &Region{space: space, limit: limit}, nil
}

// Reallocate gives the first size bytes; those that are new are zero. It is nil
// when size is over the limit or the system has no more memory.
func (r *Region) Reallocate(size uint64) []byte {
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
func (r *Region) Free() {
	if r.space != nil {
		release(r.space)
	}
	r.space, r.size, r.limit = nil, 0, 0
}

// Size is how much there is by now, in bytes.
func (r *Region) Size() int { return r.size }
