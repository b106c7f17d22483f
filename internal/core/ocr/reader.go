package ocr

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

// Reader reads documents page by page. Pages and Engine are needed. The queue
// of jobs works with one, and so does the command line.
type Reader struct {
	Pages  core.PageOpener
	Engine core.Engine
	// Check reads once more what Engine read without confidences, to compare the
	// numbers; nil, or when it is not installed: nothing is compared.
	Check core.Engine
	// Suspects names the words of a page that are worth a second reading; nil: none.
	Suspects func(core.Page) []core.Suspect

	Parallel    int           // pages of one document at once; 0: one for each processor
	PageTimeout time.Duration // for reading one page, all readings together; 0: 3 minutes, for machines that are busy
	Clock       core.Clock    // nil: core.SystemClock
}

// ReadOptions say what of a document is read, and how.
type ReadOptions struct {
	Language string // "" takes English
	Pages    []int  // numbered from 1; nil: all
	ForceOCR bool   // the engine reads pages that have text of their own, too
}

// Read opens a document, tells begun how many pages will be read, and gives each
// finished page to done: in the order they finish, one at a time. A page that
// cannot be read is given as failed, with its reason. Read ends early with the
// error of begun or done, with ctx, and with CodeEngineMissing; CodeInvalid
// means that the document cannot be opened, the language is not installed or a
// page of o.Pages is not there.
func (r Reader) Read(ctx context.Context, src Source, o ReadOptions, begun func(pages int) error, done func(core.Page) error) error {
	r = r.withDefaults()
	if o.Language == "" {
		o.Language = defaultLanguage
	}
	if err := checkLanguage(ctx, r.Engine, o.Language); err != nil {
		return err
	}
	d := r.document(src)
	defer d.close()
	count, err := d.open(ctx)
	if err != nil {
		return err
	}
	todo, err := selected(o.Pages, count)
	if err != nil {
		return err
	}
	if err := begun(len(todo)); err != nil {
		return err
	}
	var one sync.Mutex
	return sideBySide(ctx, r.Parallel, todo, func(ctx context.Context, n int) error {
		page, err := r.page(ctx, d, n, o)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if page, err = settled(page, err); err != nil {
			return err
		}
		one.Lock()
		defer one.Unlock()
		return done(page)
	})
}

// CheckLanguage says what is wrong with a language before a document is opened:
// CodeInvalid when it is not installed, with those that are.
func (r Reader) CheckLanguage(ctx context.Context, language string) error {
	return checkLanguage(ctx, r.Engine, cmp.Or(language, defaultLanguage))
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

func (r Reader) document(src Source) *document { return &document{opener: r.Pages, source: src} }

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
func (r Reader) page(ctx context.Context, d *document, n int, o ReadOptions) (core.Page, error) {
	began := r.Clock()
	p, err := r.recognize(ctx, d, n, o)
	p.Number, p.Seconds = n, r.Clock().Sub(began).Seconds()
	return p, err
}

// settled turns the error of a page into a failed page. It gives back what
// stops all pages: an engine that is missing.
func settled(p core.Page, err error) (core.Page, error) {
	if err == nil || core.CodeOf(err) == core.CodeEngineMissing {
		return p, err
	}
	return core.Page{Number: p.Number, Seconds: p.Seconds, Status: statusFailed, Error: pageMessage(err), Source: "ocr"}, nil
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
