package numbers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"clinician/internal/clients/child"
	"clinician/internal/core"
)

// WorkerArg is the hidden argument that makes the binary a reader of numbers.
const WorkerArg = "__number-worker"

// IsWorker reports whether the process was started as a reader of numbers.
func IsWorker(args []string) bool { return len(args) == 2 && args[1] == WorkerArg }

// Options say where the reader is and what it may use.
type Options struct {
	Dir        string        // what scripts/setup number-reader filled
	Executable string        // "" takes this program; it must call WorkerMain
	Timeout    time.Duration // for loading the model, and for the lines of one page; 0: 60 s
	Children   int           // at once; 0: one for each four processors, which is what so many pages at once need
	Background bool          // children get what other processes leave
	Keep       time.Duration // how long a child stays for the next page; 0: a minute
}

var _ core.NumberReader = (*Reader)(nil)

// Reader implements core.NumberReader with children that are started when they are
// needed and end a while after. It is safe for concurrent use.
type Reader struct {
	o      Options
	places chan struct{} // holds one for each child that is in use

	mu     sync.Mutex
	about  *loaded // nil: none was started yet
	idle   []*engine
	closed bool
}

// engine is a child that has loaded the model.
type engine struct {
	*child.Process
	end *time.Timer
}

// New gives a reader. It starts nothing.
func New(o Options) (*Reader, error) {
	var err error
	if o.Executable, err = child.Program(o.Executable); err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Children <= 0 {
		o.Children = (runtime.NumCPU() + 3) / 4
	}
	if o.Keep <= 0 {
		o.Keep = time.Minute
	}
	return &Reader{o: o, places: make(chan struct{}, o.Children)}, nil
}

// AtHand is the directory that scripts/setup number-reader fills when it is told none; ""
// when it is not there.
func AtHand() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir := filepath.Join(cache, "clinician", "number-reader")
	if _, err := os.Stat(filepath.Join(dir, libraryFile)); err != nil {
		return ""
	}
	return dir
}

// Info says what reads; the first time it loads the model, which takes a second.
func (r *Reader) Info(ctx context.Context) (core.EngineInfo, error) {
	r.mu.Lock()
	about := r.about
	r.mu.Unlock()
	if about == nil {
		e, err := r.take(ctx)
		if err != nil {
			return core.EngineInfo{}, err
		}
		r.give(e)
		r.mu.Lock()
		about = r.about
		r.mu.Unlock()
	}
	return core.EngineInfo{Name: "onnxruntime", Version: about.Version, Model: "PP-OCRv4", Device: about.Device, Note: about.Note}, nil
}

// ReadLines has a child read lines. CodeUnavailable when it fails or takes too long.
func (r *Reader) ReadLines(ctx context.Context, lines []core.PageImage) ([]core.LineText, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	var q request
	for _, l := range lines {
		if _, ok := l.Gray(); !ok {
			return nil, core.Errorf(core.CodeInvalid, "Lines are read from grey pixels only.")
		}
		q.Lines = append(q.Lines, size{l.Width, l.Height})
	}
	e, err := r.take(ctx)
	if err != nil {
		return nil, err
	}
	defer r.give(e)
	var a answer
	payload, err := e.Exchange(ctx, r.o.Timeout, func(w io.Writer) error {
		pixels := make([][]byte, len(lines))
		for i, l := range lines {
			pixels[i] = l.Data
		}
		return child.WriteFrame(w, q, slices.Concat(pixels...))
	}, &a)
	var texts []core.LineText
	if err == nil && a.Error != "" {
		err = errors.New(a.Error)
	}
	if err == nil {
		err = json.Unmarshal(payload, &texts)
	}
	if err == nil && len(texts) != len(lines) {
		err = fmt.Errorf("%d texts of %d lines", len(texts), len(lines))
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, core.Errorf(core.CodeUnavailable, "The number reader failed on this page.").WithCause(err)
	}
	return texts, nil
}

// take gives a child that nobody uses, and starts one when there is none.
func (r *Reader) take(ctx context.Context) (*engine, error) {
	select {
	case r.places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r.mu.Lock()
	var e *engine
	if n := len(r.idle); n > 0 {
		e, r.idle = r.idle[n-1], r.idle[:n-1]
		e.end.Stop()
	}
	r.mu.Unlock()
	if e != nil {
		return e, nil
	}
	e, err := r.start(ctx)
	if err != nil {
		<-r.places
	}
	return e, err
}

// give lets others have a child, unless it answers no more.
func (r *Reader) give(e *engine) {
	r.mu.Lock()
	keep := !e.Dead() && !r.closed
	if keep {
		e.end = time.AfterFunc(r.o.Keep, func() { r.expire(e) })
		r.idle = append(r.idle, e)
	}
	r.mu.Unlock()
	if !keep {
		e.Close()
	}
	<-r.places
}

// expire ends a child that nobody took meanwhile.
func (r *Reader) expire(e *engine) {
	r.mu.Lock()
	i := slices.Index(r.idle, e)
	if i >= 0 {
		r.idle = slices.Delete(r.idle, i, i+1)
	}
	r.mu.Unlock()
	if i >= 0 {
		e.Close()
	}
}

// start starts a child and has it load the model.
func (r *Reader) start(ctx context.Context) (*engine, error) {
	missing := func(cause error) error {
		return core.Errorf(core.CodeEngineMissing,
			"The number reader of CLINICIAN_NUMBER_READER cannot be used: %v. Fill its directory with scripts/setup number-reader.", cause)
	}
	p, err := child.Start(r.o.Executable, WorkerArg)
	if err != nil {
		return nil, missing(err)
	}
	var about loaded
	_, err = p.Exchange(ctx, r.o.Timeout, func(w io.Writer) error { return child.WriteFrame(w, hello{r.o.Dir, r.o.Background}, nil) }, &about)
	if err == nil && about.Error != "" {
		err = errors.New(about.Error)
	}
	if err != nil {
		p.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, missing(err)
	}
	r.mu.Lock()
	r.about = &about
	r.mu.Unlock()
	return &engine{Process: p}, nil
}

// Close ends all children.
func (r *Reader) Close() error {
	r.mu.Lock()
	r.closed = true
	idle := r.idle
	r.idle = nil
	r.mu.Unlock()
	for _, e := range idle {
		e.end.Stop()
		e.Close()
	}
	return nil
}
