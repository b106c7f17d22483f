package store

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncData returns when what was written into f is on disk. f keeps its size.
func syncData(f *os.File) error {
	for {
		if err := unix.Fdatasync(int(f.Fd())); err != unix.EINTR {
			return err
		}
	}
}
