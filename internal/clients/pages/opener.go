package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"clinician/internal/clients/child"
	"clinician/internal/core"
)

// WorkerArg is the hidden argument that makes the binary a page worker.
const WorkerArg = "__page-worker"

// IsWorker reports whether the process was started as a page worker.
func IsWorker(args []string) bool { return len(args) == 2 && args[1] == WorkerArg }

// Options say how documents are opened. The zero value works.
type Options struct {
	Executable string        // "" takes this program; it must call WorkerMain
	CacheDir   string        // keeps compiled PDFium (0.2 s instead of 5 s a start); made if absent; "" compiles each time
	Timeout    time.Duration // of processor time for one page, half as much again for opening; 0: 60 s
	MaxPages   int           // 0: 2000
	MaxPixels  int64         // of one page; 0: 100 million

	// Word makes DOCX of Word 97 documents, which are read as that; with spare,
	// everything else goes before it. nil: they are refused.
	Word func(ctx context.Context, content io.Reader, spare bool) (Word97, error)

	// Workers is how many there are at most, those of kept documents included; 0: one
	// for each processor, and never fewer than two. Readings get one fewer.
	Workers int
	Wait    time.Duration // how long a person waits for one; 0: 20 s
}

// Word97 is a Word 97 document made into one that can be read, in DOCX.
type Word97 struct {
	Content []byte
	By      string // the program that made it
	Macros  bool   // it holds programs, which Content lacks
}

// Opener implements core.PageOpener and core.PageDesk.
type Opener struct {
	o    Options
	pool *pool
}

var _ core.PageDesk = (*Opener)(nil)

// New gives an opener. It starts nothing.
func New(o Options) (*Opener, error) {
	var err error
	if o.Executable, err = child.Program(o.Executable); err != nil {
		return nil, err
	}
	if o.CacheDir != "" {
		if err := os.MkdirAll(o.CacheDir, 0o700); err != nil {
			return nil, fmt.Errorf("make the page worker's cache: %w", err)
		}
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.MaxPages <= 0 {
		o.MaxPages = 2000
	}
	if o.MaxPixels <= 0 {
		o.MaxPixels = 100e6
	}
	if o.Workers <= 0 {
		o.Workers = runtime.NumCPU()
	}
	if o.Wait <= 0 {
		o.Wait = 20 * time.Second
	}
	return &Opener{o, newPool(o.Workers)}, nil
}

// Readings gives the opener for those who read whole documents while nobody waits.
// They wait for a worker as long as it takes, and leave one for people. In the background
// their workers get what processor time nobody else wants (on Linux).
func (p *Opener) Readings(background bool) core.PageOpener {
	if background {
		return readings{p, readingSpare}
	}
	return readings{p, reading}
}

// purpose is what somebody wants a worker for.
type purpose int

const (
	viewing      purpose = iota // a person waits
	reading                     // a whole document is read
	readingSpare                // the same, when nobody else needs the machine
)

type readings struct {
	p *Opener
	f purpose
}

func (r readings) OpenPages(ctx context.Context, mime string, content io.Reader) (core.PageSource, error) {
	src, err := r.p.open(ctx, mime, content, r.f)
	if err != nil {
		return nil, err
	}
	return src, nil
}

// Warm fills the cache of compiled PDFium, so that the first document need not
// wait for it. It takes about five seconds of CPU the first time and nothing later.
func (p *Opener) Warm(ctx context.Context) error {
	src, err := p.Readings(false).OpenPages(ctx, core.MIMEPDF, strings.NewReader(emptyPDF))
	if err != nil {
		return err
	}
	return src.Close()
}

// OpenPages starts a worker and gives it the document. Besides CodeInvalid
// (broken, encrypted, too many pages) it answers CodeUnsupported for a kind that
// has no pages, and CodeUnavailable when the worker cannot be started or all are in
// use for longer than somebody waits. Errors of content come back as they are. The
// caller closes the source.
func (p *Opener) OpenPages(ctx context.Context, mime string, content io.Reader) (core.PageSource, error) {
	src, err := p.open(ctx, mime, content, viewing)
	if err != nil {
		return nil, err
	}
	return src, nil
}

func (p *Opener) open(ctx context.Context, mime string, content io.Reader, f purpose) (*source, error) {
	if !slices.Contains(core.OCRTypes(), mime) {
		return nil, errNoPages
	}
	var made *Word97
	if mime == core.MIMEDOC {
		w, err := p.word(ctx, content, f)
		if err != nil {
			return nil, err
		}
		made, mime, content = &w, core.MIMEDOCX, bytes.NewReader(w.Content)
	}
	s, err := p.worker(ctx, f)
	if err != nil {
		return nil, err
	}
	h := p.hello(mime)
	h.Spare = f == readingSpare
	a, _, err := s.send(ctx, h, content)
	if err != nil {
		s.Close()
		return nil, err
	}
	s.count, s.word = a.Count, made
	return s, nil
}

var errNoPages = core.Errorf(core.CodeUnsupported, "This kind of file has no pages that can be read. Upload a PDF, an image or a text file.")

// word has a Word 97 document made into DOCX.
func (p *Opener) word(ctx context.Context, content io.Reader, f purpose) (Word97, error) {
	if p.o.Word == nil {
		return Word97{}, errNoPages
	}
	return p.o.Word(ctx, content, f == readingSpare)
}

// worker starts one when there is room for it; who takes it closes it.
func (p *Opener) worker(ctx context.Context, f purpose) (*source, error) {
	wait := p.o.Wait
	if f != viewing {
		wait = 0
	}
	it, err := p.pool.take(ctx, f != viewing, wait)
	if err != nil {
		return nil, err
	}
	s, err := p.start()
	if err != nil {
		p.pool.release(it)
		return nil, errNoWorker.WithCause(err)
	}
	s.release = func() { p.pool.release(it) }
	return s, nil
}

func (p *Opener) hello(mime string) hello {
	return hello{MIME: mime, CacheDir: p.o.CacheDir, MaxPixels: p.o.MaxPixels, MaxPages: p.o.MaxPages, MaxBytes: core.MaxFileBytes}
}

// Unlock gives a copy of a PDF that opens without the password; see core.PageDesk.
func (p *Opener) Unlock(ctx context.Context, password string, content io.Reader) ([]byte, error) {
	s, err := p.worker(ctx, viewing)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	h := p.hello(core.MIMEPDF)
	h.Unlock, h.Password = true, password
	_, made, err := s.send(ctx, h, content)
	return made, err
}

var errNoWorker = core.Errorf(core.CodeUnavailable, "Documents cannot be opened just now. Try again in a moment.")

func (p *Opener) start() (*source, error) {
	worker, err := child.Start(p.o.Executable, WorkerArg)
	if err != nil {
		return nil, err
	}
	return &source{
		worker: worker, timeout: p.o.Timeout, opening: p.o.Timeout * 3 / 2, // PDFium may have to be compiled first
	}, nil
}

// source implements core.PageSource and core.PageExtractor. When the worker dies or has to be killed,
// the call under way and all later ones are CodeUnavailable: who wants more
// pages opens the document anew. CodeInvalid means that this page cannot be had
// and others may.
type source struct {
	worker  *child.Process
	timeout time.Duration
	opening time.Duration
	count   int
	word    *Word97 // what the document was before; nil: what it is

	close   sync.Once
	release func() // gives the place in the pool back
}

// gone reports whether the worker answers no more.
func (s *source) gone() bool { return s.worker.Dead() }

var _ core.PageExtractor = (*source)(nil)

var (
	errSlow = core.Errorf(core.CodeUnavailable, "The page took too long to open and was left out.")
	errDied = core.Errorf(core.CodeUnavailable, "The page could not be opened: its content made the reader fail.")
)

// send begins a conversation: what is asked of the worker, the document, its answer.
func (s *source) send(ctx context.Context, h hello, content io.Reader) (answer, []byte, error) {
	var readErr error
	a, payload, err := s.exchange(ctx, s.opening, func(in io.Writer) error {
		if err := child.WriteFrame(in, h, nil); err != nil {
			return err
		}
		var writeErr error
		readErr, writeErr = sendDocument(in, content)
		return errors.Join(readErr, writeErr)
	})
	switch {
	case readErr != nil:
		return answer{}, nil, readErr
	case s.gone() && errors.Is(err, child.ErrSlow) && ctx.Err() == nil:
		return answer{}, nil, core.Errorf(core.CodeInvalid, "The document takes too long to open and cannot be read.").WithCause(err)
	case s.gone() && ctx.Err() == nil:
		return answer{}, nil, core.Errorf(core.CodeInvalid, "The document is damaged and cannot be opened. Check it in a viewer and upload a good copy.").WithCause(err)
	}
	return a, payload, err
}

// exchange asks the worker for something; see child.Process.Exchange.
func (s *source) exchange(ctx context.Context, limit time.Duration, send func(io.Writer) error) (answer, []byte, error) {
	var a answer
	payload, err := s.worker.Exchange(ctx, limit, send, &a)
	switch {
	case errors.Is(err, child.ErrSlow):
		return answer{}, nil, errSlow.WithCause(err)
	case errors.Is(err, child.ErrDied):
		return answer{}, nil, errDied.WithCause(err)
	case err != nil:
		return answer{}, nil, err
	case a.Code != "":
		e := core.Errorf(a.Code, "%s", a.Message)
		e.Fields = a.Fields
		return answer{}, nil, e
	}
	return a, payload, nil
}

func (s *source) ask(ctx context.Context, r request) (answer, []byte, error) {
	return s.exchange(ctx, s.timeout, func(in io.Writer) error { return child.WriteFrame(in, r, nil) })
}

func (s *source) Count() int { return s.count }

func (s *source) Text(ctx context.Context, page int) (core.Page, error) {
	a, payload, err := s.ask(ctx, request{Op: opText, Page: page})
	if err != nil {
		return core.Page{}, err
	}
	var p core.Page
	if err := json.Unmarshal(payload, &p); err != nil {
		return core.Page{}, errDied.WithCause(err)
	}
	p.Ink, p.Scattered = a.Ink, a.Scattered
	if s.word != nil {
		s.word.tell(&p)
	}
	return p, nil
}

// tell notes on a page how it came to be, and on the first what is not in it.
func (w *Word97) tell(p *core.Page) {
	p.Steps = slices.Insert(p.Steps, 0, "converted by "+w.By)
	if w.Macros && p.Number == 1 {
		p.Leaves(core.Unread{Kind: core.UnreadObject,
			Message: "The programs (macros) of this document were neither run nor read. Open it in a word processor to see whether they add to it."})
	}
}

func (s *source) Image(ctx context.Context, page int, r core.ImageRequest) (core.PageImage, error) {
	a, payload, err := s.ask(ctx, request{Op: opImage, Page: page, Image: r})
	if err != nil {
		return core.PageImage{}, err
	}
	a.Image.Data = payload
	return a.Image, nil
}

// Extract copies pages, in the order given, into a new document of the same kind,
// PDF or TIFF, that holds nothing of the others: neither their content nor the
// document's properties. CodeInvalid when the document is of another kind or a page
// cannot be copied.
func (s *source) Extract(ctx context.Context, pages []int) ([]byte, error) {
	_, part, err := s.ask(ctx, request{Op: opExtract, Pages: pages})
	return part, err
}

// Close kills the worker and waits until it is gone.
func (s *source) Close() error {
	s.close.Do(func() {
		s.worker.Close()
		if s.release != nil {
			s.release()
		}
	})
	return nil
}

// emptyPDF is the smallest document PDFium takes.
const emptyPDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
	"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n" +
	"trailer<</Root 1 0 R>>\n%%EOF\n"
