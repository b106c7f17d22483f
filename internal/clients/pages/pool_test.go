package pages

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"clinician/internal/clients/child"
	"clinician/internal/clients/pages/format/formattest"
	"clinician/internal/core"
)

// endlessPDF has a page that takes far longer to draw than any test waits.
func endlessPDF() []byte {
	return formattest.PDF("/MediaBox[0 0 400 300]/Contents 10 0 R", formattest.Stream("/Filter[/FlateDecode/FlateDecode]", zeros(3000)))
}

// desk is an opener with few workers, and a viewer that counts what was opened.
type desk struct {
	*Opener
	t      *testing.T
	opened int
	ends   map[string]context.CancelFunc
}

func newDesk(t *testing.T, o Options) *desk {
	t.Helper()
	o.CacheDir = formattest.CacheDir()
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return &desk{Opener: p, t: t, ends: map[string]context.CancelFunc{}}
}

// look opens a text for somebody; its life ends with d.ends[viewer].
func (d *desk) look(viewer, document string) (core.PageSource, error) {
	return d.OpenFor(d.t.Context(), core.Viewing{Viewer: viewer, Document: document, MIME: core.MIMEText,
		Open: func(context.Context) (io.ReadCloser, error) {
			d.opened++
			return io.NopCloser(strings.NewReader("text of " + document)), nil
		},
		Watch: func() (context.Context, func()) {
			life, end := context.WithCancel(context.Background())
			d.ends[viewer] = end
			return life, end
		},
	})
}

// see looks at a document, gives it back, and says who its worker is.
func (d *desk) see(viewer, document string) *source {
	d.t.Helper()
	src, err := d.look(viewer, document)
	if err != nil {
		d.t.Fatal(err)
	}
	defer src.Close()
	p, err := src.Text(d.t.Context(), 1)
	if err != nil || p.Text != "text of "+document {
		d.t.Fatalf("%q, %v", p.Text, err)
	}
	return src.(*lease).source
}

func TestDocumentStaysOpenForItsViewer(t *testing.T) {
	d := newDesk(t, Options{Workers: 4})
	first := d.see("ann", "one")
	if again := d.see("ann", "one"); again != first || d.opened != 1 {
		t.Errorf("opened %d times", d.opened)
	}
	if other := d.see("ben", "one"); other == first {
		t.Error("two viewers share a worker")
	}
	d.see("ann", "two")
	if !first.gone() {
		t.Error("a viewer has two documents open")
	}
	if d.pool.used != 2 {
		t.Errorf("%d workers", d.pool.used)
	}
	d.Close()
	if d.pool.used != 0 || len(d.pool.kept) != 0 {
		t.Errorf("after the end: %d workers", d.pool.used)
	}
	if _, err := d.look("ann", "two"); core.CodeOf(err) != core.CodeUnavailable || len(d.pool.kept) != 0 || d.pool.used != 0 {
		t.Errorf("opened after the end: %v", err)
	}
}

// What is held in clear is gone when the right to it ends, whether somebody draws of it
// or not, and when nobody asked for a while.
func TestKeptDocumentEnds(t *testing.T) {
	d := newDesk(t, Options{Workers: 4})
	gone := func(what string, src *source) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); !src.gone(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal(what)
			}
		}
	}
	src := d.see("ann", "one")
	d.ends["ann"]()
	gone("the worker outlives the right to its document", src)

	held, err := d.look("ann", "one")
	if err != nil {
		t.Fatal(err)
	}
	d.ends["ann"]()
	gone("the worker in use outlives the right to its document", held.(*lease).source)
	if _, err := held.Text(t.Context(), 1); err == nil {
		t.Error("it still answers")
	}
	held.Close()

	src = d.see("ann", "one")
	d.pool.kept["ann"].expire()
	gone("the worker is kept for ever", src)
	if d.pool.used != 0 {
		t.Errorf("%d workers", d.pool.used)
	}
}

// There are never more workers than allowed: who comes late waits, and hears when to
// come again.
func TestWorkersAreBounded(t *testing.T) {
	d := newDesk(t, Options{Workers: 2, Wait: 20 * time.Millisecond})
	var held []core.PageSource
	for _, who := range []string{"ann", "ben"} {
		src, err := d.look(who, "one")
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, src)
	}
	for what, ask := range map[string]func() (core.PageSource, error){
		"a third viewer":           func() (core.PageSource, error) { return d.look("cem", "one") },
		"the same document":        func() (core.PageSource, error) { return d.look("ann", "one") },
		"another one, of the same": func() (core.PageSource, error) { return d.look("ann", "two") },
		"without a desk": func() (core.PageSource, error) {
			return d.OpenPages(t.Context(), core.MIMEText, strings.NewReader("x"))
		},
	} {
		_, err := ask()
		var busy *core.Error
		if !errors.As(err, &busy) || busy.Code != core.CodeUnavailable || busy.RetryAfter < 1 {
			t.Errorf("%s: %v", what, err)
		}
	}
	held[1].Close()
	d.see("cem", "one") // what is only kept makes room
	if d.pool.used != 2 {
		t.Errorf("%d workers", d.pool.used)
	}
	held[0].Close()
}

// Readings leave a worker for people, and wait as long as it takes.
func TestReadingsLeaveRoomForPeople(t *testing.T) {
	d := newDesk(t, Options{Workers: 2, Wait: time.Minute})
	reading := func(ctx context.Context) (core.PageSource, error) {
		return d.Readings(false).OpenPages(ctx, core.MIMEText, strings.NewReader("x"))
	}
	first, err := reading(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan core.PageSource)
	go func() {
		src, err := reading(t.Context())
		if err != nil {
			t.Error(err)
		}
		second <- src
	}()
	d.see("ann", "one")
	d.see("ben", "two")
	select {
	case <-second:
		t.Fatal("readings took every worker")
	default:
	}
	first.Close()
	(<-second).Close()

	one, err := reading(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reading(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a reading that was cancelled: %v", err)
	}
	if n := len(d.pool.queue) + len(d.pool.people); n != 0 {
		t.Errorf("%d wait", n)
	}
}

// Who leaves while a page is drawn leaves the worker to the next question.
func TestViewerWhoLeavesKeepsTheWorker(t *testing.T) {
	d := newDesk(t, Options{Workers: 2})
	look := func() core.PageSource {
		src, err := d.OpenFor(t.Context(), core.Viewing{Viewer: "ann", Document: "pdf", MIME: core.MIMEPDF,
			Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader(string(textPDF(t)))), nil
			},
			Watch: func() (context.Context, func()) { return context.WithCancel(context.Background()) },
		})
		if err != nil {
			t.Fatal(err)
		}
		return src
	}
	src := look()
	worker := src.(*lease).source
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := src.Image(ctx, 1, core.ImageRequest{DPI: 72}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	src.Close()
	again := look()
	defer again.Close()
	if again.(*lease).source != worker {
		t.Error("the document was opened anew")
	}
	if img, err := again.Image(t.Context(), 2, core.ImageRequest{DPI: 72}); err != nil || len(img.Data) == 0 {
		t.Errorf("%v", err)
	}
}

// A machine that is busy with other things makes no document a bad one: time in which
// the worker does not compute does not count.
func TestDeadlineCountsProcessorTime(t *testing.T) {
	src := mustOpen(t, core.MIMEPDF, textPDF(t)).(*source)
	pid := src.worker.PID()
	if runtime.GOOS != "linux" {
		t.Skip("the processor time of a process cannot be told here")
	}
	src.timeout = time.Second
	if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(2*src.timeout, func() { unix.Kill(pid, unix.SIGCONT) })
	if _, err := src.Image(t.Context(), 1, core.ImageRequest{DPI: 72}); err != nil {
		t.Errorf("the page was given up: %v", err)
	}
	// What never comes is given up all the same.
	src.timeout = 50 * time.Millisecond
	if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if _, err := src.Image(t.Context(), 2, core.ImageRequest{DPI: 72}); !errors.Is(err, child.ErrHangs) {
		t.Errorf("%v", err)
	}
}
