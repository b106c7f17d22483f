package tesseract

import (
	"os/exec"
	"syscall"
)

// ownGroup makes ending the context kill the program and all it started, and
// the program die with this one.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
