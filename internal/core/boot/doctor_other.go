//go:build !linux && !darwin

package boot

import "io/fs"

// diskSpace is not known here.
func diskSpace(string) (free, total uint64, known bool) { return 0, 0, false }

// ownedByAnother is not known here.
func ownedByAnother(fs.FileInfo) string { return "" }
