package tui

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"clinician/internal/tui/page"
)

// elsewhere is a page.Local without any disk: what a workstation would be handed that
// is served to a terminal somewhere else.
type elsewhere struct {
	files map[string][]byte
	shown []string
	left  int // copies that were shown and not removed
}

func (e *elsewhere) Resolve(typed string) string {
	return "/mem/" + strings.TrimPrefix(strings.TrimSpace(typed), "/mem/")
}

func (e *elsewhere) List(dir string) (page.Listing, error) {
	l := page.Listing{Dir: dir}
	for name, content := range e.files {
		l.Entries = append(l.Entries, page.Entry{Name: strings.TrimPrefix(name, "/mem/"), Size: int64(len(content)), At: fakeNow})
	}
	return l, nil
}

func (e *elsewhere) Open(path string, _ int64) (io.ReadSeekCloser, int64, error) {
	content, ok := e.files[path]
	if !ok {
		return nil, 0, page.FileError(os.ErrNotExist)
	}
	return nopCloser{bytes.NewReader(content)}, int64(len(content)), nil
}

func (e *elsewhere) Save(path, _ string, overwrite bool, write func(io.Writer) error) (string, error) {
	if _, ok := e.files[path]; ok && !overwrite {
		return "", page.ErrExists
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return "", err
	}
	e.files[path] = b.Bytes()
	return path, nil
}

func (e *elsewhere) ShowOff() string { return "" }

func (e *elsewhere) Show(name string, write func(io.Writer) error) (func(), error) {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return nil, err
	}
	e.shown = append(e.shown, name+": "+b.String())
	e.left++
	return func() { e.left-- }, nil
}

func (e *elsewhere) Sweep() {}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

// Upload, download and another program's copy reach the user's files only through
// what the workstation was handed.
func TestFilesAreReachedThroughWhatIsHandedIn(t *testing.T) {
	t.Parallel()
	mem := &elsewhere{files: map[string][]byte{"/mem/referral.pdf": bytes.Repeat([]byte("scan"), 10)}}
	d := newDriver(t, newFake(), 100, 30, termenv.Ascii, func(o *Options) { o.Local = mem })
	d.settle()
	d.chart()
	d.press("w", "ctrl+u")
	d.write("copy.pdf")
	d.press("enter")
	d.sees("Saved as /mem/copy.pdf")
	if got := string(mem.files["/mem/copy.pdf"]); got != "the document r1" {
		t.Errorf("saved %q", got)
	}
	d.press("enter", "U")
	d.write("referral.pdf")
	d.press("ctrl+s")
	for deadline := time.Now().Add(time.Minute); len(d.f.uploaded) == 0 && time.Now().Before(deadline); {
		d.post(nil)
	}
	if got := len(d.f.uploaded); got != 40 {
		t.Errorf("%d bytes were sent", got)
	}
	d.press("esc", "enter", "o")
	if len(mem.shown) != 1 || !strings.HasSuffix(mem.shown[0], "the document r1") || mem.left != 1 {
		t.Errorf("shown %q, %d left", mem.shown, mem.left)
	}
	d.press("esc")
	if mem.left != 0 {
		t.Error("the copy outlives the document's screen")
	}
}
