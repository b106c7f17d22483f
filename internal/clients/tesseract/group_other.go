//go:build !linux

package tesseract

import (
	"os/exec"
	"time"
)

// ownGroup leaves it at what exec does: ending the context kills the program.
func ownGroup(*exec.Cmd) {}

// limit sets nothing: the deadline of a page is what is left.
func limit(int, time.Duration) {}

// yield does nothing.
func yield(int) {}

func usedUp(error) bool { return false }
