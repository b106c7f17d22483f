//go:build linux

package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// memory gives a process's resident set, now and at its highest, in MiB.
func memory(b *testing.B, pid int) (now, peak float64) {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skipf("no /proc on this system: %v", err)
	}
	read := func(key string) float64 {
		_, rest, _ := strings.Cut(string(status), key+":")
		kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
		if err != nil {
			b.Fatal(err)
		}
		return kb / 1024
	}
	return read("VmRSS"), read("VmHWM")
}

// The server's memory while 64 clients upload 5 MB each at the same time, over
// what it needs when idle. The goal is at most 128 MiB more; idle at most 60 MiB.
func BenchmarkParallelUploads(b *testing.B) {
	s := newServer(b)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	content := document(1, 5_000_000)
	idle, _ := memory(b, s.cmd.Process.Pid)
	for b.Loop() {
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				status, o, err := ann.tryUpload(id, fmt.Sprintf("%d.txt", i), bytes.NewReader(content))
				if err != nil || status != http.StatusCreated {
					b.Errorf("upload: %d %v %v", status, o, err)
				}
			})
		}
		wg.Wait()
	}
	_, peak := memory(b, s.cmd.Process.Pid)
	b.ReportMetric(idle, "MiB-idle")
	b.ReportMetric(peak-idle, "MiB-over-idle")
	b.SetBytes(64 * int64(len(content)))
}

// From exec of the workstation to its first frame, with a server that is there.
// The goal is at most 100 ms.
func BenchmarkFirstFrame(b *testing.B) {
	s := newServer(b)
	home := b.TempDir()
	for b.Loop() {
		term, tty := openTerminal(b)
		cmd := exec.Command(tuiBin, "--server", "http://"+s.addr)
		cmd.Env = []string{"TERM=xterm-256color", "HOME=" + home, "PATH=" + os.Getenv("PATH")}
		cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
		cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true, Setctty: true}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		tty.Close()
		var seen []byte
		for buf := make([]byte, 64<<10); !bytes.Contains(seen, []byte("Clinician")); {
			n, err := term.Read(buf)
			if err != nil {
				b.Fatalf("%v after %q", err, seen)
			}
			seen = append(seen, buf[:n]...)
		}
		b.StopTimer()
		_ = cmd.Process.Kill() // the frame is all this is about
		_ = cmd.Wait()
		term.Close()
		b.StartTimer()
	}
}

// openTerminal makes a pseudo-terminal of 80x24; the caller closes both ends.
func openTerminal(b *testing.B) (controller, terminal *os.File) {
	b.Helper()
	controller, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		b.Skipf("no pseudo-terminals on this system: %v", err)
	}
	fd := int(controller.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80})
	}
	if err != nil {
		b.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		b.Fatal(err)
	}
	return controller, terminal
}

// From the request to read a scanned PDF to the text of its first page. The
// goal is at most 4 s.
func BenchmarkFirstPageOfText(b *testing.B) {
	needs(b, "tesseract", "tesseract-ocr")
	s := newServer(b)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	pdf := scan(b, 5)
	for b.Loop() {
		b.StopTimer()
		record := ann.upload(id, "scan.pdf", pdf)
		b.StartTimer()
		job := ann.analyze(record)
		s.eventually("the first page", func() bool {
			status, _ := ann.get("/api/clinician/ocr/job/" + job + "/pages/1/")
			return status == http.StatusOK
		})
		b.StopTimer()
		s.eventually("the job to end", func() bool {
			o := ann.mustGet("/api/clinician/ocr/job/" + job + "/status/")
			return o.sub("job").str("status") == "completed"
		})
		b.StartTimer()
	}
}
