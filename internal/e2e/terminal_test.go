package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// terminal is a tmux session with one program in it.
type terminal struct {
	t      *testing.T
	socket string
	keys   int // key presses so far, typed text not counted

	reacted string // title and patient when keys were pressed last
}

// newTerminal starts command in a terminal of the given size.
func newTerminal(t *testing.T, width, height int, env []string, command ...string) *terminal {
	t.Helper()
	needs(t, "tmux", "tmux")
	term := &terminal{t: t, socket: filepath.Join(t.TempDir(), "tmux")}
	args := []string{"-S", term.socket, "-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "env", "-i", "TERM=screen-256color", "LANG=C.UTF-8"}
	cmd := exec.Command("tmux", append(append(args, env...), command...)...)
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("tmux: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", term.socket, "kill-server").Run() }) // it may be gone already
	return term
}

// reaction is how long a person takes to see a new screen. Keys that come
// sooner after a change of patient are thrown away by the program, on purpose.
const reaction = 500 * time.Millisecond

// press sends keys by their tmux names and counts them. Where another screen has
// come since the last ones, it waits for a person's reaction first.
func (e *terminal) press(keys ...string) {
	e.t.Helper()
	e.react()
	for _, k := range keys {
		e.keys++
		if out, err := exec.Command("tmux", "-S", e.socket, "send-keys", k).CombinedOutput(); err != nil {
			e.t.Fatalf("send %s: %v %s", k, err, out)
		}
	}
}

// react waits, as a person does, when title and patient are not those of the
// last keys: what is typed in that moment was typed for the screen before.
func (e *terminal) react() {
	lines := strings.SplitN(e.screen(), "\n", 3)
	head := strings.Join(lines[:min(2, len(lines))], "\n")
	if head != e.reacted {
		time.Sleep(reaction)
		e.reacted = head
	}
}

// look is the time that a person looks at what a key is to act on, at least: the same
// key again within it counts as one that is held.
func (e *terminal) look() { time.Sleep(time.Second) }

// home goes back to the day, a screen at a time.
func (e *terminal) home() {
	e.t.Helper()
	for range 6 {
		was := e.screen()
		if strings.Contains(was, "Clinician / Today  ") {
			return
		}
		e.press("Escape")
		e.waitUntil(func(screen string) bool { return screen != was })
	}
	e.see("Clinician / Today  ")
}

// waitUntil waits for a screen that will do, not for ever; it gives the last one.
func (e *terminal) waitUntil(will func(screen string) bool) (screen string, done bool) {
	return e.waitFor(patience, will)
}

func (e *terminal) waitFor(d time.Duration, will func(screen string) bool) (screen string, done bool) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(d); time.Now().Before(deadline); <-tick.C {
		if screen = e.screen(); will(screen) {
			return screen, true
		}
	}
	return screen, false
}

// atOnce sends keys in one go, as somebody does who types ahead of the screen.
func (e *terminal) atOnce(keys ...string) {
	e.t.Helper()
	time.Sleep(reaction)
	e.keys += len(keys)
	if out, err := exec.Command("tmux", append([]string{"-S", e.socket, "send-keys"}, keys...)...).CombinedOutput(); err != nil {
		e.t.Fatalf("send %v: %v %s", keys, err, out)
	}
}

// write types text.
func (e *terminal) write(text string) {
	e.t.Helper()
	e.react()
	if out, err := exec.Command("tmux", "-S", e.socket, "send-keys", "-l", text).CombinedOutput(); err != nil {
		e.t.Fatalf("type: %v %s", err, out)
	}
}

// hangUp closes the terminal under the program, as a dropped connection does.
func (e *terminal) hangUp() {
	e.t.Helper()
	if out, err := exec.Command("tmux", "-S", e.socket, "kill-server").CombinedOutput(); err != nil {
		e.t.Fatalf("%v %s", err, out)
	}
}

// resize changes the size of the window.
func (e *terminal) resize(width, height int) {
	e.t.Helper()
	if out, err := exec.Command("tmux", "-S", e.socket, "resize-window", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height)).CombinedOutput(); err != nil {
		e.t.Fatalf("resize: %v %s", err, out)
	}
}

func (e *terminal) screen() string {
	out, _ := exec.Command("tmux", "-S", e.socket, "capture-pane", "-p").Output() // "" once the program has ended
	return string(out)
}

// see waits until every text is on the screen at once.
func (e *terminal) see(texts ...string) string {
	e.t.Helper()
	screen, seen := e.waitUntil(func(screen string) bool {
		return !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(screen, text) })
	})
	if !seen {
		e.t.Fatalf("waited for %q on:\n%s", texts, screen)
	}
	return screen
}

// gone waits until a text is not on the screen any more.
func (e *terminal) gone(text string) {
	e.t.Helper()
	if screen, gone := e.waitUntil(func(screen string) bool { return !strings.Contains(screen, text) }); !gone {
		e.t.Fatalf("%q does not go away:\n%s", text, screen)
	}
}

// The main job of the issue in a real terminal, by hand: log in, find the
// patient, upload a scan, send it to OCR, see it being read, read the text; in
// under twenty keys beside what is typed.
func TestMainJobInTheTerminal(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	pdf := scan(t, 3)
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			ann := s.signup("ann@example.org")
			s.patient(ann.email, "Cantú", "Catalina")
			s.patient(ann.email, "Mertz", "Joe")
			dir := t.TempDir()
			file := filepath.Join(dir, "referral.pdf")
			if err := os.WriteFile(file, pdf, 0o600); err != nil {
				t.Fatal(err)
			}
			term := newTerminal(t, size[0], size[1], []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TZ=Europe/London"},
				tuiBin, "--server", "http://"+s.addr)
			term.see("E-mail", "Password")
			term.write(ann.email)
			term.press("Tab")
			term.write(password)
			term.press("Enter")
			term.see("as at")
			term.press("p")
			term.see("CANTÚ, Catalina", "MERTZ, Joe")
			term.press("/")
			term.write("can")
			term.see("1 match")
			term.press("Enter")
			term.see("CANTÚ, Catalina", "Born 08-May-1940", "Gender Female", "MRN 999 000 0001")
			term.press("U")
			term.write(file)
			term.press("Enter")
			term.write("lab") // the kind of document: it is never guessed
			term.press("C-s")
			term.see("Stored", "CANTÚ, Catalina")
			term.press("A")
			term.see("of 3", "CANTÚ, Catalina")
			term.see("The haemoglobin was 118 g/L", "CANTÚ, Catalina")
			if term.keys >= 20 {
				t.Errorf("it took %d keys", term.keys)
			}
			t.Logf("%d keys; the last screen:\n%s", term.keys, term.screen())
			term.press("C-c")
		})
	}
}
