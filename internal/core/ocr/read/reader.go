package read

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"clinician/internal/core"
)

// Reader reads documents on this machine: a child process opens them, an engine
// reads their pages. Pages and Engine are needed.
type Reader struct {
	Pages  core.PageOpener
	Engine core.Engine
	// CrossCheck reads once more what Engine read without confidences, to compare the
	// numbers; nil, or when it is not installed: nothing is compared.
	CrossCheck core.Engine
	// Suspects names the words of a page that are worth a second reading; nil: none.
	Suspects func(core.Page) []core.Suspect
	// Numbers reads words with digits once more, by other means; nil, or when it cannot
	// run: pages say that their numbers were read by one engine.
	Numbers core.NumberReader

	Parallel    int           // pages of one document at once; 0: one for each processor
	PageTimeout time.Duration // for reading one page, all readings together; 0: 3 minutes, for machines that are busy
	Clock       core.Clock    // nil: core.SystemClock
}

var _ core.DocumentReader = Reader{}

// Close ends what was started for several pages. The reader can be used no more.
func (r Reader) Close() error {
	if r.Numbers == nil {
		return nil
	}
	return r.Numbers.Close()
}

// Info says which engine reads.
func (r Reader) Info(ctx context.Context) (core.EngineInfo, error) { return r.Engine.Info(ctx) }

// ReadDocument opens a document and reads pages of it side by side; see
// core.DocumentReader.
func (r Reader) ReadDocument(ctx context.Context, doc core.Document, o core.ReadingRequest, to core.PageSink) error {
	r = r.withDefaults()
	o.Language = cmp.Or(o.Language, core.DefaultLanguage)
	d := &document{opener: r.Pages, source: doc}
	defer d.close()
	count, err := d.open(ctx)
	if err != nil {
		return err
	}
	todo, err := to.Opened(ctx, count)
	if err != nil {
		return err
	}
	return sideBySide(ctx, r.Parallel, todo, func(ctx context.Context, n int) error {
		if !to.More(ctx) {
			return nil
		}
		page, why := r.page(ctx, d, n, o)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case core.CodeOf(why) == core.CodeEngineMissing:
			return why // no page would do better
		case why != nil:
			page = core.Page{Number: n, Seconds: page.Seconds, Status: core.PageFailed, Error: pageMessage(why), Source: core.SourceOCR}
		}
		return to.Page(ctx, page, why)
	})
}

// Options say what of a document is read, and how.
type Options struct {
	Language string // "" takes English
	Pages    []int  // numbered from 1; nil: all
	ForceOCR bool   // the engine reads pages that have text of their own, too
}

// Read reads a document for one who waits for it: it tells begun how many pages
// will be read, and gives each finished page to done, in the order they finish,
// one at a time. It ends early with the error of begun or done. CodeInvalid, before
// anything is read, when the language is not installed or a page of o.Pages is not
// there; else as ReadDocument.
func (r Reader) Read(ctx context.Context, doc core.Document, o Options, begun func(pages int) error, done func(core.Page) error) error {
	if err := core.CheckLanguage(ctx, r.Engine, cmp.Or(o.Language, core.DefaultLanguage)); err != nil {
		return err
	}
	return r.ReadDocument(ctx, doc, core.ReadingRequest{Language: o.Language, ForceOCR: o.ForceOCR}, &waiting{only: o.Pages, begun: begun, done: done})
}

// waiting implements core.PageSink for Read.
type waiting struct {
	only  []int
	begun func(int) error
	done  func(core.Page) error

	one sync.Mutex
}

func (w *waiting) Opened(_ context.Context, count int) ([]int, error) {
	todo, err := selected(w.only, count)
	if err != nil {
		return nil, err
	}
	return todo, w.begun(len(todo))
}

func (w *waiting) More(context.Context) bool { return true }

func (w *waiting) Page(_ context.Context, p core.Page, _ error) error {
	w.one.Lock()
	defer w.one.Unlock()
	return w.done(p)
}

func (r Reader) withDefaults() Reader {
	if r.Parallel <= 0 {
		r.Parallel = runtime.NumCPU()
	}
	if r.PageTimeout <= 0 {
		r.PageTimeout = 3 * time.Minute
	}
	if r.Clock == nil {
		r.Clock = core.SystemClock
	}
	return r
}

// selected gives the pages to read: all, or those asked for, each once.
func selected(asked []int, count int) ([]int, error) {
	var todo []int
	if asked == nil {
		for n := 1; n <= count; n++ {
			todo = append(todo, n)
		}
		return todo, nil
	}
	for _, n := range asked {
		if n < 1 || n > count {
			return nil, core.Errorf(core.CodeInvalid, "The document has no page %d; it has %d.", n, count)
		}
		if !slices.Contains(todo, n) {
			todo = append(todo, n)
		}
	}
	slices.Sort(todo)
	return todo, nil
}

// page reads one page and notes its number and how long it took.
func (r Reader) page(ctx context.Context, d *document, n int, o core.ReadingRequest) (core.Page, error) {
	began := r.Clock()
	p, err := r.recognize(ctx, d, n, o)
	p.Number, p.Seconds = n, r.Clock().Sub(began).Seconds()
	return p, err
}

// pageMessage is what people get to know about a page that failed.
func pageMessage(err error) string {
	if errors.Is(err, context.DeadlineExceeded) && core.CodeOf(err) == core.CodeInternal {
		return core.MessageOf(errSlowPage)
	}
	return core.MessageOf(err)
}

// sideBySide calls f for each number, at most limit at once, the first ones
// first. The first error ends all, as does ctx; it is the result. A panic of f
// is an error: one document must not end the server.
func sideBySide(ctx context.Context, limit int, numbers []int, f func(context.Context, int) error) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	next := make(chan int)
	guarded := func(n int) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic on a page: %v", p)
			}
		}()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return f(ctx, n)
	}
	var workers sync.WaitGroup
	for range min(limit, len(numbers)) {
		workers.Go(func() {
			for n := range next {
				if err := guarded(n); err != nil {
					end(err)
				}
			}
		})
	}
	for _, n := range numbers {
		select {
		case next <- n:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx)
}
