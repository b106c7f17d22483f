//go:build unix

package vault

import (
	"os"

	"golang.org/x/sys/unix"
)

// tryLock locks f against other openings of the same file, alone or together with others
// that want it together, and says whether it could. The lock ends with f.
func tryLock(f *os.File, alone bool) (bool, error) {
	how := unix.LOCK_SH | unix.LOCK_NB
	if alone {
		how = unix.LOCK_EX | unix.LOCK_NB
	}
	for {
		switch err := unix.Flock(int(f.Fd()), how); err {
		case unix.EINTR:
		case unix.EWOULDBLOCK:
			return false, nil
		default:
			return err == nil, err
		}
	}
}
