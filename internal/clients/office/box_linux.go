package office

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// cpuVariable tells the box how many seconds its program may compute.
const cpuVariable = "OFFICE_CPU"

// What LibreOffice may have at most. A letter needs a quarter of the memory.
const (
	dataLimit = 1 << 30
	fileLimit = 256 << 20
	openFiles = 256
)

// memoryDir is where files are kept in memory, so that nothing of a document reaches a
// disk; "" where there is no such place.
func memoryDir() string {
	const shm = "/dev/shm"
	if unix.Access(shm, unix.W_OK|unix.X_OK) == nil {
		return shm
	}
	return ""
}

// start starts the box in a group of its own. ended kills what is left of the group.
func start(cmd *exec.Cmd, spare bool) (ended func(), err error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	kill := func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Cancel = kill
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if spare {
		_ = unix.Setpriority(unix.PRIO_PROCESS, cmd.Process.Pid, 19)
	}
	return func() { _ = kill() }, nil
}

// usedUp reports whether a program ended because it computed too long.
func usedUp(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && (status.Signal() == syscall.SIGXCPU || status.Signal() == syscall.SIGKILL)
}

// WorkerMain gives this process's rights up and becomes LibreOffice: it returns only the
// exit code of a failure.
func WorkerMain() int {
	program, dir := os.Args[2], os.Args[3]
	cpu, _ := strconv.ParseUint(os.Getenv(cpuVariable), 10, 32)
	if err := enter(program, dir, max(cpu, 1)); err != nil {
		fmt.Fprintln(os.Stderr, "office: the box cannot be closed:", err)
		return 3
	}
	os.Unsetenv(cpuVariable)
	err := syscall.Exec(program, arguments(program, dir), os.Environ())
	fmt.Fprintln(os.Stderr, "office:", err)
	return 3
}

// enter closes the box around this thread, which becomes the program.
func enter(program, dir string, cpu uint64) error {
	runtime.LockOSThread()
	for what, n := range map[int]uint64{unix.RLIMIT_FSIZE: fileLimit, unix.RLIMIT_NOFILE: openFiles, unix.RLIMIT_CORE: 0, unix.RLIMIT_DATA: dataLimit, unix.RLIMIT_CPU: cpu} {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: n, Max: n}); err != nil {
			return err
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if err := onlyFiles(program, dir); err != nil {
		return err
	}
	return noNetwork()
}

func landlockVersion() (uintptr, syscall.Errno) {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	return version, errno
}

// hasLandlock reports whether the system can keep a process from files.
func hasLandlock() bool {
	_, errno := landlockVersion()
	return errno == 0
}

// onlyFiles lets the process see programs, fonts and their settings, and change nothing
// but dir (Landlock, Linux 5.13). Older systems lack it; users and groups are what keeps
// it from the rest there.
func onlyFiles(program, dir string) error {
	version, errno := landlockVersion()
	if errno == unix.ENOSYS || errno == unix.EOPNOTSUPP {
		return nil
	}
	if errno != 0 {
		return errno
	}
	const look = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	all := uint64(unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1) // of the first version
	if version >= 2 {
		all |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if version >= 3 {
		all |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	attr := unix.LandlockRulesetAttr{Handled_access_fs: all}
	size := unsafe.Offsetof(attr.Handled_access_net)
	if version >= 6 { // neither signals nor names of sockets reach beyond the box
		attr.Scoped, size = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET|unix.LANDLOCK_SCOPE_SIGNAL, unsafe.Offsetof(attr.Quiet_access_fs)
	}
	set, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), size, 0)
	if errno != 0 {
		return errno
	}
	defer unix.Close(int(set))
	where := map[string]uint64{dir: all, "/dev/null": unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE,
		"/dev/urandom": unix.LANDLOCK_ACCESS_FS_READ_FILE}
	for _, p := range []string{"/usr", "/bin", "/lib", "/lib64", "/etc/libreoffice", "/etc/fonts", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
		"/etc/alternatives", "/var/cache/fontconfig", "/var/spool/libreoffice", "/var/lib/libreoffice", home(program)} {
		where[p] = look
	}
	for path, access := range where {
		if err := allow(int(set), path, access); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, set, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// home is the directory of an installation, whose programs are in one of it.
func home(program string) string { return filepath.Dir(filepath.Dir(program)) }

// allow lets the set reach what is below a path; one that is not there is left out.
func allow(set int, path string, access uint64) error {
	f, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return err
	}
	defer unix.Close(f)
	var st unix.Stat_t
	if err := unix.Fstat(f, &st); err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		access &= unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(f)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(set), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
