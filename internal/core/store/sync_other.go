//go:build !linux

package store

import "os"

// syncData returns when what was written into f is on disk.
func syncData(f *os.File) error { return f.Sync() }
