package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// workstation signs ann in on a terminal of her own and opens a chart.
func workstation(t *testing.T, home string, env ...string) *terminal {
	t.Helper()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	s.patient(ann.email, "Cantú", "Catalina")
	env = append([]string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TZ=Europe/London", "PS1=ready>"}, env...)
	term := newTerminal(t, 80, 24, env, "bash", "--norc")
	term.see("ready>")
	term.write("clear; " + tuiBin + " --server http://" + s.addr)
	term.press("Enter")
	term.see("E-mail", "Password")
	term.write(ann.email)
	term.press("Tab")
	term.write(password)
	term.press("Enter")
	term.see("as at")
	term.press("p")
	term.see("CANTÚ, Catalina")
	term.press("Enter")
	term.see("CANTÚ, Catalina", "MRN 999 000 0001", "pload")
	return term
}

// everything is the screen with all that can be scrolled back to.
func (e *terminal) everything() string {
	out, _ := exec.Command("tmux", "-S", e.socket, "capture-pane", "-p", "-S", "-", "-J").Output() // "" once it is gone
	return string(out)
}

// S10: the terminal is left in the middle of typing. It locks, shows nothing,
// and goes on with the draft where it was; in the background and after the end
// nothing of the patient is left on the terminal.
func TestAnInterruptionInTheTerminal(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	term := workstation(t, home, "CLINICIAN_LOCK_MINUTES=15s")
	term.press("U")
	term.see("Upload for CANTÚ")
	term.press("Down", "Down", "Down")
	term.write("half a title")
	term.see("half a title")
	term.see("is locked", "Password")
	if all := term.everything(); strings.Contains(all, "CANT") || strings.Contains(all, "999 000") || strings.Contains(all, "half a") {
		t.Fatalf("the locked terminal shows:\n%s", all)
	}
	term.write("not the password")
	term.press("Enter")
	term.see("! ")
	term.write(password)
	term.press("Enter")
	term.see("Upload for CANTÚ", "half a title")
	term.press("C-z")
	term.see("Stopped")
	if all := term.everything(); strings.Contains(all, "CANT") {
		t.Fatalf("suspended, the terminal shows:\n%s", all)
	}
	time.Sleep(15 * time.Second) // away for longer than the lock allows: what is tested
	term.write("fg")
	term.press("Enter")
	term.see("is locked")
	term.press("C-c", "C-c")
	term.see("ready>")
	if all := term.everything(); strings.Contains(all, "CANT") || strings.Contains(all, "ann@") {
		t.Errorf("after quitting, the terminal shows:\n%s", all)
	}
}

// The terminal's window is closed: SIGHUP. The program ends, and its home holds
// nothing of the patient.
func TestClosingTheTerminalLeavesNothing(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	runtime := t.TempDir()
	term := workstation(t, home, "XDG_RUNTIME_DIR="+runtime)
	out, err := exec.Command("tmux", "-S", term.socket, "list-panes", "-F", "#{pane_pid}").Output()
	if err != nil {
		t.Fatal(err)
	}
	shell := strings.TrimSpace(string(out))
	child, _ := exec.Command("pgrep", "-P", shell).Output()
	pid := strings.TrimSpace(string(child))
	if pid == "" {
		t.Skip("pgrep is not installed or sees no program")
	}
	if out, err := exec.Command("tmux", "-S", term.socket, "kill-server").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat("/proc/" + pid); err != nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the program goes on without a terminal")
		}
	}
	for _, dir := range []string{home, runtime} {
		err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
			if err != nil || !info.Mode().IsRegular() {
				return err
			}
			text, err := os.ReadFile(path)
			if strings.Contains(string(text), "CANT") || strings.Contains(string(text), "Catalina") || strings.Contains(path, "clinician-view") {
				t.Errorf("%s was left behind", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// S15: the same tasks without a terminal, through a pipe.
func TestPlainThroughAPipe(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	s.patient(ann.email, "Cantú", "Catalina")
	file := filepath.Join(t.TempDir(), "note.txt")
	if err := os.WriteFile(file, []byte("The haemoglobin was 118 g/L\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tuiBin, "--plain", "--server", "http://"+s.addr)
	cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TZ=Europe/London"}
	cmd.Stdin = strings.NewReader(strings.Join([]string{ann.email, password, "find can", "1", "upload " + file, "1", "", "yes", "analyse",
		"search haemoglobin", "1", "reviewed", "quit"}, "\n") + "\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rest := string(out)
	for _, want := range []string{"1. CANTÚ, Catalina", "born 8 May 1940", "Patient CANTÚ", "Store note.txt", "Stored note for CANTÚ", "Done, 1 page.",
		"The haemoglobin was 118 g/L", "1 page, newest document first, in 1 document looked through", "Page 1 of 1", "Noted: you have reviewed", "Goodbye."} {
		i := strings.Index(rest, want)
		if i < 0 {
			t.Fatalf("%q is not said (here) in\n%s", want, out)
		}
		rest = rest[i+len(want):]
	}
	if strings.ContainsAny(string(out), "\x1b\r\x07") {
		t.Errorf("there are control characters in %q", out)
	}
}
