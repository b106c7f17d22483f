package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"clinician/internal/clients/clinicianapi/apitest"
)

// openPTY gives both ends of a new pseudo-terminal.
func openPTY(t *testing.T) (control, terminal *os.File) {
	t.Helper()
	control, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { control.Close() })
	fd := int(control.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return control, terminal
}

func echoes(t *testing.T, f *os.File) bool {
	t.Helper()
	s, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return s.Lflag&unix.ECHO != 0
}

// until polls for a condition that another process brings about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// transcript is all that was shown on the terminal.
type transcript struct {
	sync.Mutex
	bytes.Buffer
}

func (s *transcript) Write(p []byte) (int, error) {
	s.Lock()
	defer s.Unlock()
	return s.Buffer.Write(p)
}

func (s *transcript) String() string {
	s.Lock()
	defer s.Unlock()
	return s.Buffer.String()
}

// startLogin runs "login --print-token" on a terminal of its own, up to the
// moment it waits for the password.
func startLogin(t *testing.T) (cmd *exec.Cmd, control, terminal *os.File, shown *transcript, out *bytes.Buffer) {
	t.Helper()
	s := apitest.Start(t)
	control, terminal = openPTY(t)
	shown, out = &transcript{}, &bytes.Buffer{}
	cmd = exec.Command("clinician-tui", "login", apitest.Email, "--print-token")
	cmd.Env = append(os.Environ(), "CLINICIAN_SERVER="+s.URL, "GORACE=atexit_sleep_ms=0")
	cmd.Stdin, cmd.Stderr, cmd.Stdout = terminal, terminal, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	go func() {
		buf := make([]byte, 1024)
		for {
			n, err := control.Read(buf)
			_, _ = shown.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	until(t, "the password is asked for", func() bool {
		return strings.Contains(shown.String(), "Password:") && !echoes(t, terminal)
	})
	return cmd, control, terminal, shown, out
}

func TestPasswordIsNotShown(t *testing.T) {
	cmd, control, terminal, shown, out := startLogin(t)
	if _, err := control.WriteString(apitest.Password + "\n"); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(out.String(), `"refresh":"refresh-1"`) {
		t.Errorf("login: %v\n%s%s", err, out, shown)
	}
	if strings.Contains(shown.String(), apitest.Password) {
		t.Errorf("the password was shown: %q", shown)
	}
	if !echoes(t, terminal) {
		t.Error("the terminal no longer shows what is typed")
	}
}

func TestInterruptedPasswordPrompt(t *testing.T) {
	cmd, control, terminal, shown, _ := startLogin(t)
	if _, err := control.WriteString("\x03"); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit status %d: %s", code, shown)
	}
	until(t, "the terminal shows what is typed", func() bool { return echoes(t, terminal) })
}
