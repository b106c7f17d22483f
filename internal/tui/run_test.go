package tui

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"clinician/internal/core"
	"clinician/internal/tui/page"
)

// screenBuffer collects what goes to the terminal.
type screenBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screenBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screenBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// panicking is a backend with a fault that quotes a patient.
type panicking struct{ *fake }

func (panicking) Resume(context.Context) (core.Profile, error) { panic("CANTÚ, Catalina") }

func runWith(t *testing.T, b page.Backend, stop func(*screenBuffer), with ...func(*Options)) (string, string, error) {
	t.Helper()
	in, out := io.Pipe()
	defer out.Close()
	var screen screenBuffer
	dir := filepath.Join(t.TempDir(), "crash")
	done := make(chan error, 1)
	o := Options{Backend: b, Location: time.UTC, Input: in, Output: &screen, CrashDir: dir}
	for _, set := range with {
		set(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { done <- Run(ctx, o) }()
	stop(&screen)
	if len(with) > 0 {
		cancel()
	}
	select {
	case err := <-done:
		return screen.String(), dir, err
	case <-time.After(2 * time.Minute):
		t.Fatal("the program does not end")
		return "", "", nil
	}
}

func TestAFaultGoesToAPrivateFile(t *testing.T) {
	screen, dir, err := runWith(t, panicking{newFake()}, func(*screenBuffer) {})
	if err == nil || !strings.Contains(err.Error(), "fault") || strings.Contains(err.Error(), "CANTÚ") {
		t.Errorf("the error is %v", err)
	}
	if strings.Contains(screen, "CANTÚ") || strings.Contains(screen, "goroutine") {
		t.Errorf("the terminal shows the fault: %q", screen)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "crash-*.txt"))
	if len(files) != 1 {
		t.Fatalf("reports: %v", files)
	}
	text, _ := os.ReadFile(files[0])
	info, _ := os.Stat(files[0])
	if !bytes.Contains(text, []byte("CANTÚ")) || !bytes.Contains(text, []byte("goroutine")) || info.Mode().Perm() != 0o600 {
		t.Errorf("the report has mode %v and says %s", info.Mode(), text)
	}
}

func TestHangupEndsTheProgramInOrder(t *testing.T) {
	screen, _, err := runWith(t, newFake(), func(s *screenBuffer) {
		deadline := time.Now().Add(2 * time.Minute)
		for !strings.Contains(s.String(), "\x1b[?1049h") && time.Now().Before(deadline) {
			time.Sleep(5 * time.Millisecond)
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	})
	if err != nil {
		t.Errorf("hangup gives %v", err)
	}
	on, off := strings.Index(screen, "\x1b[?1049h"), strings.LastIndex(screen, "\x1b[?1049l")
	if on < 0 || off < on {
		t.Errorf("the alternate screen was not left: %q", screen)
	}
	if rest := screen[max(0, off):]; strings.Contains(rest, "Clinician") {
		t.Errorf("something stays on the terminal: %q", rest)
	}
}

// brokenView panics where nothing can be answered with a command.
type brokenView struct{ page.Screen }

func (brokenView) View() string { panic("drawing") }

func TestAFaultWhileDrawingEndsTheProgram(t *testing.T) {
	d := newDriver(t, newFake(), 80, 24, termenv.Ascii)
	d.settle()
	told := false
	d.r.onCrash = func() { told = true }
	d.r.stack = append(d.r.stack, brokenView{newStart(d.r.Env, starting{})})
	d.post(nil)
	if d.r.View() != "" || !told || d.r.crash == nil {
		t.Errorf("told %v, report %v", told, d.r.crash)
	}
}
