package pages

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"clinician/internal/clients/child"
	"clinician/internal/clients/pages/format/formattest"
	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
	"clinician/internal/core/raster"
)

func TestMain(m *testing.M) {
	if IsWorker(os.Args) {
		os.Exit(WorkerMain())
	}
	if os.Getenv("PAGES_TEST_PARENT") != "" {
		os.Exit(parentMain())
	}
	goleak.VerifyTestMain(m)
}

func open(t *testing.T, mime string, content []byte) (core.PageSource, error) {
	t.Helper()
	p, err := New(Options{CacheDir: formattest.CacheDir()})
	if err != nil {
		t.Fatal(err)
	}
	src, err := p.OpenPages(t.Context(), mime, bytes.NewReader(content))
	if err == nil {
		t.Cleanup(func() { src.Close() })
	}
	return src, err
}

func mustOpen(t *testing.T, mime string, content []byte) core.PageSource {
	t.Helper()
	src, err := open(t, mime, content)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// textPDF has two pages of real text.
func textPDF(t *testing.T) []byte {
	t.Helper()
	var sheets []*paper.Sheet
	for _, s := range []string{"Haemoglobin 13.4 g/dl", "Second side"} {
		sheet := paper.NewSheet()
		sheet.Text(72, 144, paper.Style{Size: 12}, s)
		sheets = append(sheets, sheet)
	}
	b, err := paper.TextPDF(sheets, paper.PDFOptions{Created: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPDF(t *testing.T) {
	src := mustOpen(t, core.MIMEPDF, textPDF(t))
	if src.Count() != 2 {
		t.Fatalf("%d pages", src.Count())
	}
	p, err := src.Text(t.Context(), 1)
	if err != nil || p.Source != "text-layer" || !strings.Contains(p.Text, "Haemoglobin 13.4 g/dl") {
		t.Fatalf("%+v, %v", p, err)
	}
	// 72 points from the left at 300 dpi; the baseline 144 points from the top.
	for _, w := range p.Words {
		if w.Text == "Haemoglobin" && (w.Box.X < 295 || w.Box.X > 310 || w.Box.Y+w.Box.H < 590 || w.Box.Y+w.Box.H > 615 || w.Confidence != nil) {
			t.Errorf("box %+v", w)
		}
	}
	img, err := src.Image(t.Context(), 2, core.ImageRequest{DPI: 100, MaxWidth: 400})
	if err != nil || img.Format != "png" || img.Width != 400 {
		t.Fatalf("%d×%d %s, %v", img.Width, img.Height, img.Format, err)
	}
	if cfg, err := png.DecodeConfig(bytes.NewReader(img.Data)); err != nil || cfg.Width != 400 || cfg.Height != img.Height {
		t.Errorf("picture %+v, %v", cfg, err)
	}
	turned, err := src.Image(t.Context(), 2, core.ImageRequest{DPI: 50, Rotate: 90, Colour: true})
	if err != nil || turned.Width < turned.Height {
		t.Errorf("turned %d×%d, %v", turned.Width, turned.Height, err)
	}
	if _, err := src.Text(t.Context(), 3); !core.IsNotFound(err) {
		t.Errorf("page 3: %v", err)
	}
}

// The boxes of a page that the file itself turns lie where it is drawn.
func TestTurnedAndCroppedPDF(t *testing.T) {
	for name, extra := range map[string]string{"turned": "/Rotate 90", "cropped": "/CropBox[50 50 300 200]"} {
		t.Run(name, func(t *testing.T) {
			src := mustOpen(t, core.MIMEPDF, handmadePDF(extra))
			p, err := src.Text(t.Context(), 1)
			if err != nil || len(p.Words) != 1 {
				t.Fatalf("%+v, %v", p, err)
			}
			img, err := src.Image(t.Context(), 1, core.ImageRequest{DPI: 300, ForOCR: false})
			if err != nil || img.Width != p.Width || img.Height != p.Height {
				t.Fatalf("page %d×%d, picture %d×%d, %v", p.Width, p.Height, img.Width, img.Height, err)
			}
			pic, err := png.Decode(bytes.NewReader(img.Data))
			if err != nil {
				t.Fatal(err)
			}
			g, b := raster.FromImage(pic), p.Words[0].Box
			inside, outside := 0, 0
			for y := range g.H {
				for x, v := range g.Row(y) {
					if v > 128 {
						continue
					}
					if x >= b.X-3 && x < b.X+b.W+3 && y >= b.Y-3 && y < b.Y+b.H+3 {
						inside++
					} else {
						outside++
					}
				}
			}
			if inside < 100 || outside > 0 {
				t.Errorf("%d dark pixels in the box %+v, %d outside", inside, b, outside)
			}
		})
	}
}

// handmadePDF has one word in a standard font, and no cross-reference table.
func handmadePDF(extra string) []byte {
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
		"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]" + extra + "/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n" +
		"4 0 obj<</Length 44>>stream\nBT /F 24 Tf 100 100 Td (Haemoglobin) Tj ET  \nendstream endobj\n" +
		"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}

// bombPNG claims to be far larger than it is.
func bombPNG() []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	head := binary.BigEndian.AppendUint32(nil, 60000)
	head = binary.BigEndian.AppendUint32(head, 60000)
	chunk := append([]byte("IHDR"), append(head, 8, 0, 0, 0, 0)...)
	binary.Write(&b, binary.BigEndian, uint32(13))
	b.Write(chunk)
	binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(chunk))
	return b.Bytes()
}

func TestDocumentsThatCannotBeOpened(t *testing.T) {
	locked, err := paper.TextPDF([]*paper.Sheet{paper.NewSheet()}, paper.PDFOptions{Created: time.Unix(0, 0), Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		mime    string
		content []byte
		want    string
		code    core.Code
	}{
		"password":     {core.MIMEPDF, locked, "protected with a password", core.CodeInvalid},
		"damaged":      {core.MIMEPDF, []byte("%PDF-1.7 and nothing"), "damaged", core.CodeInvalid},
		"cut PNG":      {core.MIMEPNG, []byte("\x89PNG\r\n\x1a\n"), "damaged", core.CodeInvalid},
		"bomb":         {core.MIMEPNG, bombPNG(), "at most 100 million pixels", core.CodeInvalid},
		"endless TIFF": {core.MIMETIFF, []byte("II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00"), "damaged", core.CodeInvalid},
		"RTF":          {core.MIMERTF, []byte("no RTF"), "damaged", core.CodeInvalid},
		"Word":         {core.MIMEDOCX, []byte("PK\x03\x04"), "Word document is damaged", core.CodeInvalid},
		"Word 97":      {core.MIMEDOC, nil, "no pages", core.CodeUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := open(t, c.mime, c.content)
			if core.CodeOf(err) != c.code || !strings.Contains(core.MessageOf(err), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestTooManyPages(t *testing.T) {
	p, err := New(Options{MaxPages: 2, CacheDir: formattest.CacheDir()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.OpenPages(t.Context(), core.MIMEText, strings.NewReader("one\ftwo\fthree"))
	if core.CodeOf(err) != core.CodeInvalid || !strings.Contains(core.MessageOf(err), "3 pages; at most 2") {
		t.Errorf("%v", err)
	}
}

func TestContentThatBreaksOff(t *testing.T) {
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("tampered")
	_, err = p.OpenPages(t.Context(), core.MIMEText, io.MultiReader(strings.NewReader("half"), errReader{broken}))
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// A page that takes too long costs its worker, and is told apart from a bad page.
func TestDeadline(t *testing.T) {
	src := mustOpen(t, core.MIMEPDF, endlessPDF()).(*source)
	src.timeout = 50 * time.Millisecond
	if _, err := src.Image(t.Context(), 1, core.ImageRequest{DPI: 72}); !errors.Is(err, child.ErrSpent) || core.CodeOf(err) != core.CodeUnavailable {
		t.Errorf("%v", err)
	}
	src.timeout = time.Minute
	if _, err := src.Text(t.Context(), 1); core.CodeOf(err) != core.CodeUnavailable {
		t.Errorf("a dead worker answered: %v", err)
	}
}

func TestContextEndsTheWork(t *testing.T) {
	src := mustOpen(t, core.MIMEText, []byte("hello"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := src.Text(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestWorkerLimits(t *testing.T) {
	if _, err := os.Stat("/proc/self/limits"); err != nil {
		t.Skip("no /proc on this system")
	}
	src := mustOpen(t, core.MIMEText, []byte("hello")).(*source)
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(src.worker.PID()), "limits"))
	if err != nil {
		t.Skip("the limits of another process cannot be read here: ", err)
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); strings.HasPrefix(line, "Max file size") && f[3] != "0" {
			t.Errorf("the worker may write files: %s", line)
		}
	}
}

func TestDamagedCacheCostsTimeOnly(t *testing.T) {
	if testing.Short() {
		t.Skip("compiling PDFium takes seconds")
	}
	dir := t.TempDir()
	err := filepath.WalkDir(formattest.CacheDir(), func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(formattest.CacheDir(), path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(dir, rel), 0o700)
		}
		return os.WriteFile(filepath.Join(dir, rel), []byte("not machine code"), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Options{CacheDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Warm(t.Context()); err != nil {
		t.Error(err)
	}
}

// parentMain opens a document, says who its worker is, and waits to be killed.
func parentMain() int {
	p, err := New(Options{})
	if err != nil {
		return 1
	}
	src, err := p.OpenPages(context.Background(), core.MIMEText, strings.NewReader("hello"))
	if err != nil {
		return 1
	}
	fmt.Println(src.(*source).worker.PID())
	time.Sleep(time.Hour)
	return 0
}

// A parent that is killed leaves no worker behind.
func TestWorkerDiesWithItsParent(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("no /proc on this system")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(exe)
	parent.Env = append(os.Environ(), "PAGES_TEST_PARENT=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var worker int
	if _, err := fmt.Fscan(out, &worker); err != nil {
		t.Fatal(err)
	}
	if !alive(worker) {
		t.Fatal("the worker is not there")
	}
	parent.Process.Kill()
	parent.Wait()
	for deadline := time.Now().Add(2 * time.Minute); alive(worker); {
		if time.Now().After(deadline) {
			t.Fatal("the worker lives on without its parent")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// alive reports whether a process runs; one that only waits to be reaped does not.
func alive(pid int) bool {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(state, "Z")
}

// JPEG is decoded in blocks of 8 lines; those below the picture are none of it.
func TestGreyJPEGOfOddHeight(t *testing.T) {
	for _, height := range []int{300, 304} {
		src := mustOpen(t, core.MIMEJPEG, formattest.JPEG(t, 400, height, false))
		img, err := src.Image(t.Context(), 1, core.ImageRequest{Format: core.FormatGray})
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := img.Gray(); !ok {
			t.Errorf("%d bytes for %d×%d pixels", len(img.Data), img.Width, img.Height)
		}
	}
}
