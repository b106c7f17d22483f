package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal gives both ends of a pseudo-terminal.
func terminal(t *testing.T) (screen, tty *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { screen.Close() })
	n, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { tty.Close() })
	return screen, tty
}

// On a terminal the bar goes away before a page is printed, and comes back.
func TestOCROnATerminal(t *testing.T) {
	screen, tty := terminal(t)
	dir := t.TempDir()
	file := filepath.Join(dir, strings.Repeat("long name ", 20)+".txt")
	if err := os.WriteFile(file, []byte("Potassium 4.1\fSodium 139"), 0o600); err != nil {
		t.Fatal(err)
	}
	status := run(t.Context(), []string{"ocr", file}, stdio{strings.NewReader(""), tty, tty}, []string{"CLINICIAN_DATA_DIR=" + dir})
	fmt.Fprint(tty, "THE END")
	shown := ""
	for b := make([]byte, 4096); !strings.HasSuffix(shown, "THE END"); {
		n, err := screen.Read(b)
		shown += string(b[:n])
		if err != nil && err != io.EOF {
			t.Fatal(err)
		}
	}
	const gone = "\r\x1b[K" // the second page may be there as soon as the first: then nothing comes between
	for _, want := range []string{gone + "Potassium 4.1\r\n", "Sodium 139\r\n", "page 0 of 2", "page 1 of 2, about", gone + "THE END"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for line := range strings.SplitSeq(shown, "\r") {
		if n := len([]rune(strings.TrimPrefix(line, "\x1b[K"))); n > 79 {
			t.Errorf("a line of %d characters: %q", n, line)
		}
	}
	if status != 0 || t.Failed() {
		t.Errorf("status %d, shown %q", status, shown)
	}
}
