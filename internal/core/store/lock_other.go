//go:build !unix

package store

import "os"

// canLock reports whether files can be locked against other processes here. Where
// they cannot, each read's event is a transaction of its own.
const canLock = false

func lockFile(*os.File) error   { return nil }
func unlockFile(*os.File) error { return nil }
