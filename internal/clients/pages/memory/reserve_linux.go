package memory

import (
	"os"

	"golang.org/x/sys/unix"
)

func reserve(limit int) ([]byte, error) {
	return unix.Mmap(-1, 0, max(1, limit), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
}

// commit makes space[have:want] usable.
func commit(space []byte, have, want int) ([]byte, error) {
	page := os.Getpagesize()
	from, to := (have+page-1)/page*page, min((want+page-1)/page*page, len(space))
	if from >= to {
		return space, nil
	}
	return space, unix.Mprotect(space[from:to], unix.PROT_READ|unix.PROT_WRITE)
}

func release(space []byte) { unix.Munmap(space) }
