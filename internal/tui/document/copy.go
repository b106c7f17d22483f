package document

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"clinician/internal/core"
	"clinician/internal/tui/page"
	"clinician/internal/tui/ui"
)

// openCopy is a document in a file for another program to show. The file is
// the user's own, lies in memory where the system has such a place, and goes when the document is
// closed, after copyLife, with the program, or at its next start.
type openCopy struct{ path string }

// copyLife is how long another program gets to show a document.
const copyLife = 10 * time.Minute

const (
	slotOpen    ui.Slot = "open copy"
	slotOpenEnd ui.Slot = "end of copy"
	copyPrefix          = "clinician-view-"
)

// opened is a file that another program was told to show.
type opened struct{ Path string }

// CopyDir is where copies go: "" when there is no place that ends with the session.
func CopyDir() string {
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

// openOff says why a document cannot be opened elsewhere.
func (s *viewerScreen) openOff() string {
	switch {
	case !s.Online:
		return "Not connected to the server; wait until the footer says connected."
	case openerOf(os.Getenv) == nil:
		return "There is no desktop here to open it on. Set CLINICIAN_VIEWER to a program, or download with w."
	case CopyDir() == "":
		return "There is no place in memory for a temporary copy; set XDG_RUNTIME_DIR, or download with w."
	}
	return ""
}

func (s *viewerScreen) openCopy() tea.Cmd {
	if s.Scope().Busy(slotOpen) {
		return nil
	}
	s.copy.remove()
	backend, id, name := s.Backend, s.record.ID, page.LocalName(s.record.Filename)
	opener, parent := openerOf(os.Getenv), CopyDir()
	s.Info("Fetching “" + ui.Or(s.record.Title) + "” for another program …")
	return ui.Load(s.Scope(), slotOpen, func(ctx context.Context) (opened, error) {
		dir, err := os.MkdirTemp(parent, copyPrefix+strconv.Itoa(os.Getpid())+"-*") // 0700
		if err != nil {
			return opened{}, page.FileError(err)
		}
		path := filepath.Join(dir, name)
		if err := page.Save(ctx, backend, id, path, false, func(int64) {}); err != nil {
			return opened{}, errors.Join(err, os.RemoveAll(dir))
		}
		if err := show(opener, path); err != nil {
			return opened{}, errors.Join(err, os.RemoveAll(dir))
		}
		if ctx.Err() != nil { // nobody is left to remove it
			return opened{}, errors.Join(ctx.Err(), os.RemoveAll(dir))
		}
		return opened{path}, nil
	})
}

// show starts a program on a file. What it prints must not reach the terminal.
func show(opener []string, path string) error {
	cmd := exec.Command(opener[0], append(opener[1:len(opener):len(opener)], path)...)
	if err := cmd.Start(); err != nil {
		return core.Errorf(core.CodeInvalid, "The program %s could not be started; w downloads the document.", ui.Clean(opener[0])).WithCause(err)
	}
	go func() { _ = cmd.Wait() }() // it may run as long as it likes
	return nil
}

func (s *viewerScreen) copyOpened(m ui.Result[opened]) tea.Cmd {
	if m.Err != nil {
		s.Bad(core.MessageOf(m.Err))
		return nil
	}
	s.copy.path = m.Value.Path
	s.Info("Opened in another program. The copy is removed when you leave this document, at the latest in ten minutes.")
	return ui.After(s.Scope(), slotOpenEnd, copyLife)
}

// remove deletes the copy.
func (c *openCopy) remove() {
	if c.path != "" {
		_ = os.RemoveAll(filepath.Dir(c.path)) // the next start tries again
		c.path = ""
	}
}

// SweepCopies removes what programs that were killed left behind.
func SweepCopies(dir string, alive func(pid int) bool) {
	left, _ := filepath.Glob(filepath.Join(dir, copyPrefix+"*"))
	for _, path := range left {
		rest := strings.TrimPrefix(filepath.Base(path), copyPrefix)
		number, _, _ := strings.Cut(rest, "-")
		if pid, err := strconv.Atoi(number); err == nil && (pid == os.Getpid() || !alive(pid)) {
			_ = os.RemoveAll(path) // somebody else's cannot be removed, and need not
		}
	}
}

// Alive reports whether a process of this number runs.
func Alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}
