package office

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// forbidden are calls that the program is refused: those that reach the network or other
// programs, and those that give a process more rights. It may have sockets within its
// box only, for it does not start without.
var forbidden = []uint32{
	unix.SYS_CONNECT, unix.SYS_IO_URING_SETUP,
	unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PIDFD_OPEN, unix.SYS_PIDFD_GETFD,
	unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_CHROOT, unix.SYS_PIVOT_ROOT,
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY,
}

// x32 marks calls of another interface of amd64.
const x32 = 0x40000000

// machine is how the kernel names the processor in a filter; 0: not known here.
func machine() uint32 {
	switch runtime.GOARCH {
	case "amd64":
		return unix.AUDIT_ARCH_X86_64
	case "arm64":
		return unix.AUDIT_ARCH_AARCH64
	}
	return 0
}

// Steps of a filter, and where they find what they look at (struct seccomp_data).
const (
	load    = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	equal   = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	atLeast = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
	answer  = unix.BPF_RET | unix.BPF_K

	callAt, machineAt, argumentAt = 0, 4, 16
)

var (
	refuse = unix.SockFilter{Code: answer, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)}
	permit = unix.SockFilter{Code: answer, K: unix.SECCOMP_RET_ALLOW}
)

// filter refuses the forbidden calls and sockets of the network; calls of another
// processor end the process.
func filter() []unix.SockFilter {
	out := []unix.SockFilter{
		{Code: load, K: machineAt},
		{Code: equal, Jt: 1, K: machine()},
		{Code: answer, K: unix.SECCOMP_RET_KILL_PROCESS},
		{Code: load, K: callAt},
		{Code: atLeast, Jf: 1, K: x32},
		refuse,
	}
	for _, call := range forbidden {
		out = append(out, unix.SockFilter{Code: equal, Jf: 1, K: call}, refuse)
	}
	out = append(out, unix.SockFilter{Code: equal, Jf: 3, K: unix.SYS_SOCKET},
		unix.SockFilter{Code: load, K: argumentAt}, unix.SockFilter{Code: equal, Jt: 1, K: unix.AF_UNIX}, refuse)
	// Whether it may write to a place is answered with no, so that it puts its socket not
	// into /tmp, where it may not, but where OSL_SOCKET_PATH says.
	out = append(out, unix.SockFilter{Code: load, K: callAt}, unix.SockFilter{Code: equal, Jf: 3, K: askAccess},
		unix.SockFilter{Code: load, K: argumentAt + 8*askMode}, unix.SockFilter{Code: equal, Jf: 1, K: unix.W_OK}, refuse)
	return append(out, permit)
}

// noNetwork has filter apply from now on, here and in what is started from here.
func noNetwork() error {
	if machine() == 0 {
		return unix.ENOSYS
	}
	f := filter()
	program := unix.SockFprog{Len: uint16(len(f)), Filter: &f[0]}
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program))); errno != 0 {
		return errno
	}
	return nil
}
