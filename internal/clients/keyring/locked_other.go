//go:build darwin || windows

package keyring

import "context"

// locked is not asked here: these systems ask for the password by themselves.
func locked(context.Context) bool { return false }
