//go:build linux || darwin

package boot

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// diskSpace says how much room there is for us where path is.
func diskSpace(path string) (free, total uint64, known bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return 0, 0, false
	}
	size := uint64(s.Bsize)
	return s.Bavail * size, s.Blocks * size, true
}

// ownedByAnother names the account that owns a file; "" when that is ours.
func ownedByAnother(info fs.FileInfo) string {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(s.Uid) == os.Geteuid() {
		return ""
	}
	return fmt.Sprintf("account %d", s.Uid)
}
