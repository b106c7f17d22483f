package child

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// confine makes a child die with its parent and stand apart from its terminal.
func confine(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

// widen lets a megabyte wait in a pipe, so that the two sides need not take turns
// for every sixteenth of it. Where that is not allowed, they take turns.
func widen(pipe io.Reader) {
	f, ok := pipe.(syscall.Conn)
	if !ok {
		return
	}
	if raw, err := f.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, 1<<20) })
	}
}

// LimitSelf takes rights away from this process, a child, before it sees what comes
// from outside: no file may be written, at most files be open (sockets are files, too),
// no memory image left behind, and memory ends at data bytes. Address space is not
// limited, for Go and WebAssembly reserve far more than they use.
func LimitSelf(data, files uint64) error {
	for what, n := range map[int]uint64{
		unix.RLIMIT_FSIZE:  0,
		unix.RLIMIT_NOFILE: files,
		unix.RLIMIT_CORE:   0,
		unix.RLIMIT_DATA:   data,
	} {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: n, Max: n}); err != nil {
			return err
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return err
	}
	spent := make(chan os.Signal, 1)
	signal.Notify(spent, unix.SIGXCPU)
	go func() {
		<-spent
		os.Exit(exitCPU)
	}()
	return nil
}

// Yield lets every other process go before this one, a child: all threads there are, and so those to come.
func Yield() {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, 19)
		}
	}
}

// AllowCPU lets this process, a child, use this many more seconds of CPU. The parent's
// deadline normally ends a page first; this holds when the parent is stopped.
func AllowCPU(seconds uint64) {
	var used unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &used) != nil {
		return
	}
	soft := uint64(used.Utime.Sec+used.Stime.Sec) + seconds
	var now unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CPU, &now) != nil {
		return
	}
	now.Cur = min(soft, now.Max)
	unix.Setrlimit(unix.RLIMIT_CPU, &now)
}
