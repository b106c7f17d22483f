//go:build unix

package store

import (
	"os"

	"golang.org/x/sys/unix"
)

// canLock reports whether files can be locked against other processes here.
const canLock = true

// lockFile waits until f is this process' alone. The lock ends with unlockFile, with
// the file, or with the process.
func lockFile(f *os.File) error {
	for {
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != unix.EINTR {
			return err
		}
	}
}

func unlockFile(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) }
