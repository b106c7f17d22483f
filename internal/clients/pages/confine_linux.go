package pages

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// confine makes the child die with its parent and stand apart from its terminal.
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

// largePages has the system back the Go heap of the worker, as far as it is likely
// to grow, with pages of 2 MB where they can be had. A page's picture is millions
// of bytes that are written once: without this, a fifth of the worker's CPU goes
// into having them given by 4 KB.
func largePages() {
	const huge = 2 << 20
	heap := make([]byte, memoryLimit) // no memory yet, only where it will be
	from := uintptr(unsafe.Pointer(unsafe.SliceData(heap))) % huge
	_ = unix.Madvise(heap[(huge-from)%huge:], unix.MADV_HUGEPAGE)
	heap = nil
	runtime.GC()
}

// limitSelf takes rights away from the worker before it sees the document: no
// file may be written, few opened, no memory image left behind, and memory ends
// at dataLimit. Address space is not limited, for Go and WebAssembly reserve far
// more than they use.
func limitSelf() error {
	for what, n := range map[int]uint64{
		unix.RLIMIT_FSIZE:  0,
		unix.RLIMIT_NOFILE: 32,
		unix.RLIMIT_CORE:   0,
		unix.RLIMIT_DATA:   dataLimit,
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

// yield lets every other process go first: all threads there are, and so those to come.
func yield() {
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

// allowCPU lets the worker use this many more seconds of CPU. The parent's
// deadline normally ends a page first; this holds when the parent is stopped.
func allowCPU(seconds uint64) {
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
