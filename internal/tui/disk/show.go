package disk

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

const copyPrefix = "clinician-view-"

// copyDir is where copies go: "" when there is no place that ends with the session.
func copyDir() string {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		return dir
	}
	if info, err := os.Stat("/dev/shm"); runtime.GOOS == "linux" && err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

// openerOf gives the command that opens a file in the user's own program.
func openerOf(env func(string) string) []string {
	if own := strings.Fields(env("CLINICIAN_VIEWER")); len(own) > 0 {
		return own
	}
	switch runtime.GOOS {
	case "darwin":
		return []string{"open"}
	case "windows":
		return nil
	}
	if env("DISPLAY") == "" && env("WAYLAND_DISPLAY") == "" { // it would look for one in this terminal
		return nil
	}
	return []string{"xdg-open"}
}

// ShowOff says why a document cannot be opened elsewhere.
func (d Disk) ShowOff() string {
	switch {
	case openerOf(os.Getenv) == nil:
		return "There is no desktop here to open it on. Set CLINICIAN_VIEWER to a program, or download with w."
	case copyDir() == "":
		return "There is no place in memory for a temporary copy; set XDG_RUNTIME_DIR, or download with w."
	}
	return ""
}

// Show makes a copy and starts a program on it. The copy is the user's own and lies in
// memory where the system has such a place.
func (d Disk) Show(name string, write func(io.Writer) error) (remove func(), err error) {
	dir, err := os.MkdirTemp(copyDir(), copyPrefix+strconv.Itoa(os.Getpid())+"-*") // 0700
	if err != nil {
		return nil, page.FileError(err)
	}
	path, err := d.Save(filepath.Join(dir, name), "", false, write)
	if err == nil {
		err = start(openerOf(os.Getenv), path)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return func() { _ = os.RemoveAll(dir) }, nil // what stays goes at the next start
}

// start starts a program on a file. What it prints must not reach the terminal.
func start(opener []string, path string) error {
	cmd := exec.Command(opener[0], append(opener[1:len(opener):len(opener)], path)...)
	if err := cmd.Start(); err != nil {
		return core.Errorf(core.CodeInvalid, "The program %s could not be started; w downloads the document.", ui.Clean(opener[0])).WithCause(err)
	}
	go func() { _ = cmd.Wait() }() // it may run as long as it likes
	return nil
}

// Sweep removes the copies of programs that were killed.
func (d Disk) Sweep() {
	if dir := copyDir(); dir != "" {
		sweepCopies(dir, alive)
	}
}

// sweepCopies removes what programs that were killed left behind.
func sweepCopies(dir string, alive func(pid int) bool) {
	left, _ := filepath.Glob(filepath.Join(dir, copyPrefix+"*"))
	for _, path := range left {
		rest := strings.TrimPrefix(filepath.Base(path), copyPrefix)
		number, _, _ := strings.Cut(rest, "-")
		if pid, err := strconv.Atoi(number); err == nil && (pid == os.Getpid() || !alive(pid)) {
			_ = os.RemoveAll(path) // somebody else's cannot be removed, and need not
		}
	}
}

// alive reports whether a process of this number runs.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}
