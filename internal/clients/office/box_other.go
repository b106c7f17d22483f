//go:build !linux

package office

import (
	"errors"
	"os/exec"
)

const cpuVariable = "OFFICE_CPU"

func memoryDir() string { return "" }

// start refuses: without a box nothing from outside is given to LibreOffice.
func start(*exec.Cmd, bool) (func(), error) {
	return nil, errors.New("office: there is no box for it on this system")
}

func usedUp(error) bool { return false }

// WorkerMain does nothing on this system.
func WorkerMain() int { return 3 }

func hasLandlock() bool { return false }
