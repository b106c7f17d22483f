package tesseract

import (
	"errors"
	"math"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ownGroup makes ending the context kill the program and all it started, and
// the program die with this one.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// limit kills a program after so much processor time, with SIGXCPU. When that
// cannot be set, or the program has ended already, the deadline of the page is
// what is left.
func limit(pid int, cpu time.Duration) {
	seconds := uint64(math.Ceil(cpu.Seconds()))
	_ = unix.Prlimit(pid, unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: seconds + 1}, nil)
}

// yield lets every other process go first. It comes before the program has threads.
func yield(pid int) { _ = unix.Setpriority(unix.PRIO_PROCESS, pid, 19) }

// usedUp reports whether a program ended because of limit.
func usedUp(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGXCPU
}
