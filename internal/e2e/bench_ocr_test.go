//go:build linux

package e2e

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/core/demo/paper"
)

var scanPages = flag.Int("scan-pages", 6, "pages of the document in BenchmarkScannedPDF; its goals are for 60")

// pace is how often a benchmark looks: asking every 20 ms took a fifth of a processor.
const pace = 100 * time.Millisecond

// A scanned PDF of 300 dpi read by the server: memory of each process at its
// highest, time to the text of the first page, CPU a page. The goals, for 60
// pages: server and page worker together at most 300 MiB beyond the engines; the
// first page within 3 s on a machine with nothing else to do. The other programs
// are measured in the same run, on pages of the same document: quote the ratios.
// With -short it only shows that it works: two pages, no other program.
//
//	go test ./internal/e2e -run '^$' -bench ScannedPDF -benchtime 1x -scan-pages 60
func BenchmarkScannedPDF(b *testing.B) {
	needs(b, "tesseract", "tesseract-ocr")
	images, pages := letterScans(), *scanPages
	if testing.Short() {
		pages = min(pages, 2)
	}
	pdf := bound(b, images, pages)
	s := newServer(b)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	server := s.cmd.Process.Pid
	var first time.Duration
	var cpu float64
	var peak peaks
	for b.Loop() {
		b.StopTimer()
		record := ann.upload(id, "scan.pdf", pdf)
		before := cpuSeconds(b, server)
		watched := watchMemory(server)
		b.StartTimer()
		began := time.Now()
		job := "/api/clinician/ocr/job/" + ann.analyze(record)
		s.asking(pace, time.Minute, "the first page", func() bool {
			status, _ := ann.get(job + "/pages/1/")
			return status == http.StatusOK
		})
		first += time.Since(began)
		s.asking(pace, 30*time.Minute, "the job to end", func() bool {
			now := ann.mustGet(job + "/status/").sub("job")
			if now.str("status") == "failed" || now["failed_pages"] != float64(0) {
				b.Fatalf("pages could not be read: %v", now)
			}
			return now.str("status") == "completed"
		})
		b.StopTimer()
		peak = peak.max(watched())
		cpu += cpuSeconds(b, server) - before
		b.StartTimer()
	}
	b.StopTimer()
	perPage := cpu / float64(b.N*pages)
	b.ReportMetric(float64(len(pdf))/1e6, "MB-document")
	b.ReportMetric(peak.server, "MiB-server")
	b.ReportMetric(peak.worker, "MiB-worker")
	b.ReportMetric(peak.server+peak.worker, "MiB-server+worker")
	b.ReportMetric(peak.engine, "MiB-engine")
	b.ReportMetric(first.Seconds()/float64(b.N), "s-to-first-page")
	b.ReportMetric(perPage, "CPU-s/page")
	if testing.Short() {
		return
	}
	b.ReportMetric(perPage/tesseractCPU(b, images), "×tesseract")
	if _, err := exec.LookPath("ocrmypdf"); err == nil {
		b.ReportMetric(perPage/ocrmypdfCPU(b, images[:2]), "×ocrmypdf")
	}
}

// letterScans are six different pages, full of text, as a scanner gives them.
func letterScans() []paper.Image {
	profile := paper.Named("light")
	profile.DPI, profile.Noise = 300, 5
	pages := make([]string, 6)
	for i := range pages {
		var text strings.Builder
		for line := range 44 {
			fmt.Fprintf(&text, "%d.%d Haemoglobin 13.%d g/dl, creatinine %d umol/l; seen in clinic and well.\n", i+1, line+1, line%10, 70+line)
		}
		pages[i] = text.String()
	}
	return paper.ScanText(pages, paper.ScanOptions{Profile: profile, Seed: 1})
}

// bound repeats images until there are n pages.
func bound(b testing.TB, images []paper.Image, n int) []byte {
	b.Helper()
	pages := make([]paper.Image, n)
	for i := range pages {
		pages[i] = images[i%len(images)]
	}
	pdf, err := paper.PDF(pages, paper.PDFOptions{Created: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		b.Fatal(err)
	}
	return pdf
}

// peaks are the largest resident sets seen, in MiB.
type peaks struct{ server, worker, engine float64 }

func (p peaks) max(q peaks) peaks {
	return peaks{max(p.server, q.server), max(p.worker, q.worker), max(p.engine, q.engine)}
}

// watchMemory looks at a server and its children until the function it gives is called.
func watchMemory(server int) func() peaks {
	stop, found := make(chan struct{}), make(chan peaks)
	go func() {
		var p peaks
		tick := time.NewTicker(pace)
		defer tick.Stop()
		for {
			p = p.max(look(server))
			select {
			case <-tick.C:
			case <-stop:
				found <- p
				return
			}
		}
	}()
	return func() peaks { close(stop); return <-found }
}

// look reads the peaks of a server and of its children that are there now.
func look(server int) peaks {
	p := peaks{server: highWater(server)}
	for pid, args := range children(server) {
		if strings.Contains(args, "__page-worker") {
			p.worker = max(p.worker, highWater(pid))
		} else {
			p.engine = max(p.engine, highWater(pid))
		}
	}
	return p
}

// children are the processes that a server runs now, with their command lines.
func children(server int) map[int]string {
	found := map[int]string{}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return found
	}
	for _, path := range stats {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil || parent(pid) != server {
			continue
		}
		args, err := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if err == nil && len(args) > 0 { // else it ended
			found[pid] = string(args)
		}
	}
	return found
}

// highWater is the largest resident set of a process so far, 0 when it ended.
func highWater(pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, ok := strings.Cut(string(status), "VmHWM:")
	if !ok {
		return 0
	}
	kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		return 0
	}
	return kb / 1024
}

// parent is 0 when the process ended.
func parent(pid int) int {
	f := statFields(pid)
	if len(f) < 2 {
		return 0
	}
	n, err := strconv.Atoi(f[1])
	if err != nil {
		return 0
	}
	return n
}

// statFields are those of /proc/PID/stat from the state on.
func statFields(pid int) []string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
}

// cpuSeconds is what a process and its ended children used.
func cpuSeconds(b *testing.B, pid int) float64 {
	b.Helper()
	f := statFields(pid)
	if len(f) < 15 {
		b.Fatalf("process %d is gone", pid)
	}
	const ticks = 100 // a second, on every architecture Go runs on
	var sum float64
	for _, s := range f[11:15] { // utime, stime and those of children
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			b.Fatal(err)
		}
		sum += n
	}
	return sum / ticks
}

// tesseractCPU is what plain tesseract uses for one of the images, with as many
// at once as the server reads: two threads of one core slow each other down.
func tesseractCPU(b *testing.B, images []paper.Image) float64 {
	b.Helper()
	todo := make(chan *exec.Cmd, len(images))
	for _, img := range images {
		png, err := paper.PNG(img)
		if err != nil {
			b.Fatal(err)
		}
		cmd := exec.Command("tesseract", "stdin", "stdout", "--dpi", "300", "tsv")
		cmd.Env, cmd.Stdin = append(os.Environ(), "OMP_THREAD_LIMIT=1"), bytes.NewReader(png)
		todo <- cmd
	}
	close(todo)
	sums := make([]float64, min(runtime.NumCPU(), len(images)))
	var side sync.WaitGroup
	for i := range sums {
		side.Go(func() {
			for cmd := range todo {
				sums[i] += usedBy(b, cmd)
			}
		})
	}
	side.Wait()
	var sum float64
	for _, s := range sums {
		sum += s
	}
	return sum / float64(len(images))
}

// ocrmypdfCPU is what OCRmyPDF uses for one page of a PDF of the images.
func ocrmypdfCPU(b *testing.B, images []paper.Image) float64 {
	b.Helper()
	dir := b.TempDir()
	in := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(in, bound(b, images, len(images)), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command("ocrmypdf", "--deskew", "--rotate-pages", "--clean", "--force-ocr", in, filepath.Join(dir, "out.pdf"))
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	return usedBy(b, cmd) / float64(len(images))
}

// usedBy runs a command and gives its CPU seconds and those of its children.
func usedBy(b *testing.B, cmd *exec.Cmd) float64 {
	b.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Errorf("%v: %v\n%s", cmd.Args, err, out)
		return 0
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
}
