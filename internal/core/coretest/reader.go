package coretest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
)

// ReaderSample is what a core.DocumentReader is tried with.
type ReaderSample struct {
	Document core.Document
	// Texts are what its pages hold, at least four; "" is a page that cannot be read.
	Texts  []string
	Broken core.Document // cannot be opened
}

// DocumentReader checks the contract of core.DocumentReader.
func DocumentReader(t *testing.T, open func(t *testing.T) core.DocumentReader, s ReaderSample) {
	all := make([]int, len(s.Texts))
	for i := range all {
		all[i] = i + 1
	}
	run := func(t *testing.T, sink *sink) error {
		t.Helper()
		err := open(t).ReadDocument(t.Context(), s.Document, core.ReadingRequest{}, sink)
		sink.returned(t)
		return err
	}
	t.Run("says what reads", func(t *testing.T) {
		if info, err := open(t).Info(t.Context()); err != nil || info.Name == "" {
			t.Errorf("%+v, %v", info, err)
		}
	})
	t.Run("reads every page, also behind one that cannot be read", func(t *testing.T) {
		to := &sink{todo: all}
		if err := run(t, to); err != nil {
			t.Fatal(err)
		}
		to.check(t, s.Texts, all)
	})
	t.Run("goes on where it was", func(t *testing.T) {
		for _, todo := range [][]int{{2, 4}, {len(all)}, nil} {
			to := &sink{todo: todo}
			if err := run(t, to); err != nil {
				t.Fatal(err)
			}
			to.check(t, s.Texts, todo)
		}
	})
	t.Run("makes way, and that is no error", func(t *testing.T) {
		to := &sink{todo: all, most: 2}
		if err := run(t, to); err != nil {
			t.Fatal(err)
		}
		if len(to.pages) != 2 {
			t.Errorf("%d pages were given; two were begun", len(to.pages))
		}
	})
	t.Run("ends", func(t *testing.T) { readerEnds(t, open, s, all) })
	t.Run("ends", func(t *testing.T) { readerRefuses(t, open, s, all) })
}

// readerEnds checks what breaks a reading off.
func readerEnds(t *testing.T, open func(t *testing.T) core.DocumentReader, s ReaderSample, all []int) {
	t.Run("with the error of who listens", func(t *testing.T) {
		stop := errors.New("the claim is lost")
		for name, to := range map[string]*sink{"opened": {openedErr: stop}, "a page": {todo: all, pageErr: stop}} {
			err := open(t).ReadDocument(t.Context(), s.Document, core.ReadingRequest{}, to)
			to.returned(t)
			if !errors.Is(err, stop) {
				t.Errorf("%s: %v", name, err)
			}
			if name == "opened" && len(to.pages) > 0 {
				t.Errorf("%d pages were read", len(to.pages))
			}
		}
	})
	t.Run("with its context", func(t *testing.T) {
		why := errors.New("the job was cancelled")
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		to := &sink{todo: all, onPage: func() { cancel(why) }}
		began := time.Now()
		err := open(t).ReadDocument(ctx, s.Document, core.ReadingRequest{}, to)
		to.returned(t)
		if !errors.Is(err, why) || time.Since(began) > 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
	t.Run("with who cannot act any more, where it asks", func(t *testing.T) {
		gone, asked := errors.New("the patient went to somebody else"), 0
		d := s.Document
		d.By = func(context.Context) (core.Acting, error) { asked++; return core.Acting{}, gone }
		to := &sink{todo: all}
		err := open(t).ReadDocument(t.Context(), d, core.ReadingRequest{}, to)
		to.returned(t)
		if asked > 0 && (!errors.Is(err, gone) || len(to.pages) > 0) || asked == 0 && err != nil {
			t.Errorf("asked %d times, ended with %v after %d pages", asked, err, len(to.pages))
		}
	})
}

// readerRefuses checks that a document which cannot be opened was never begun.
func readerRefuses(t *testing.T, open func(t *testing.T) core.DocumentReader, s ReaderSample, all []int) {
	t.Run("before it began, when the document cannot be opened", func(t *testing.T) {
		to := &sink{todo: all}
		err := open(t).ReadDocument(t.Context(), s.Broken, core.ReadingRequest{}, to)
		to.returned(t)
		if core.CodeOf(err) != core.CodeInvalid || core.MessageOf(err) == "" || to.opened > 0 || len(to.pages) > 0 {
			t.Errorf("%v; opened %d times, %d pages", err, to.opened, len(to.pages))
		}
	})
}

// sink implements core.PageSink and finds calls that may not be.
type sink struct {
	todo      []int
	most      int // pages that may be begun; 0: all
	openedErr error
	pageErr   error
	onPage    func()

	mu     sync.Mutex
	opened int
	count  int
	asked  int
	pages  []core.Page
	over   bool
	wrong  []string
}

func (s *sink) called(what string) {
	if s.over {
		s.wrong = append(s.wrong, what+" after the end")
	}
	if s.opened == 0 {
		s.wrong = append(s.wrong, what+" before Opened")
	}
}

func (s *sink) Opened(_ context.Context, count int) ([]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened++
	s.count = count
	s.called("Opened")
	return s.todo, s.openedErr
}

func (s *sink) More(context.Context) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.called("More")
	s.asked++
	return s.most == 0 || s.asked <= s.most
}

func (s *sink) Page(_ context.Context, p core.Page, why error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.called("Page")
	if (p.Status == core.PageFailed) != (why != nil) || why != nil && p.Error == "" {
		s.wrong = append(s.wrong, "a failed page without its reason, or a reason without failure")
	}
	s.pages = append(s.pages, p)
	if s.onPage != nil {
		s.onPage()
	}
	return s.pageErr
}

// returned is called when ReadDocument has returned.
func (s *sink) returned(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	if len(s.wrong) > 0 {
		t.Errorf("wrong calls: %q", s.wrong)
	}
	if s.opened > 1 {
		t.Errorf("Opened was called %d times", s.opened)
	}
}

// check compares what was given with what was asked for.
func (s *sink) check(t *testing.T, texts []string, todo []int) {
	t.Helper()
	if s.count != len(texts) {
		t.Errorf("%d pages were counted of %d", s.count, len(texts))
	}
	var got []int
	for _, p := range s.pages {
		got = append(got, p.Number)
		want := texts[p.Number-1]
		if (p.Status == core.PageFailed) != (want == "") || want != "" && !strings.Contains(p.Text, want) || p.Source == "" {
			t.Errorf("page %d is %s of %q, reads %q, want %q", p.Number, p.Status, p.Source, p.Text, want)
		}
	}
	if slices.Sort(got); !slices.Equal(got, todo) {
		t.Errorf("pages %v were given, want %v", got, todo)
	}
}
