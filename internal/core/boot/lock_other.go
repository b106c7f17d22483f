//go:build !unix && !windows

package boot

import (
	"os"
	"path/filepath"
)

// lockDataDir opens the lock file; systems without flock go without the lock.
func lockDataDir(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "server.lock"), os.O_CREATE|os.O_RDWR, 0o600)
}
