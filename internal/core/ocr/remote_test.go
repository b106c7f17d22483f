package ocr_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/ocr"
)

// remote is a FAKE of an OCR service elsewhere, as a core.DocumentReader: over HTTP
// it is given a document and the number of the first page that is wanted, and
// answers with a line of JSON for each page, after one that says how many there
// are. Its document is its pages with form feeds between them, an empty one of
// which cannot be read. No such service exists.
type remote struct {
	url    string
	client *http.Client

	mu   sync.Mutex
	from []int // the first page of each question
}

// newRemote starts the fake service. Before each page it calls wait, if there is one.
func newRemote(t *testing.T, wait func(ctx context.Context, page int) error) *remote {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || len(body) == 0 {
			http.Error(w, "not a document", http.StatusUnprocessableEntity)
			return
		}
		var from int
		fmt.Sscan(r.URL.Query().Get("from"), &from)
		texts := strings.Split(string(body), "\f")
		out := json.NewEncoder(w)
		say := func(v any) { _ = out.Encode(v); w.(http.Flusher).Flush() }
		say(len(texts))
		for n := max(1, from); n <= len(texts); n++ {
			if wait != nil && wait(r.Context(), n) != nil {
				return
			}
			p := core.Page{Number: n, Status: core.PageRead, Source: core.SourceOCR, Engine: "remote 1", Text: texts[n-1]}
			if p.Text == "" {
				p.Status, p.Error = core.PageFailed, "The service could not read this page."
			}
			say(p)
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(server.Client().CloseIdleConnections)
	return &remote{url: server.URL, client: server.Client()}
}

func (r *remote) Info(context.Context) (core.EngineInfo, error) {
	return core.EngineInfo{Name: "remote", Version: "1"}, nil
}

// ReadDocument asks twice: how many pages there are, and from the first page on that
// is wanted.
func (r *remote) ReadDocument(ctx context.Context, d core.Document, _ core.ReadingRequest, to core.PageSink) error {
	content, err := d.Open(ctx)
	if err != nil {
		return err
	}
	defer content.Close()
	body, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	count := 0
	end, err := r.ask(ctx, body, len(body)+2, &count, func(core.Page) (bool, error) { return true, nil })
	if err != nil || !end {
		return err
	}
	todo, err := to.Opened(ctx, count)
	if err != nil || len(todo) == 0 || !to.More(ctx) {
		return err
	}
	left := len(todo)
	_, err = r.ask(ctx, body, todo[0], &count, func(p core.Page) (bool, error) {
		if !slices.Contains(todo, p.Number) {
			return true, nil
		}
		var why error
		if p.Status == core.PageFailed {
			why = errors.New("remote: page failed")
		}
		if err := to.Page(ctx, p, why); err != nil {
			return false, err
		}
		left--
		return left > 0 && to.More(ctx), nil
	})
	return err
}

// ask gives each page of the answer to f, until that says it is enough.
func (r *remote) ask(ctx context.Context, body []byte, from int, count *int, f func(core.Page) (bool, error)) (whole bool, err error) {
	r.mu.Lock()
	r.from = append(r.from, from)
	r.mu.Unlock()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("%s/?from=%d", r.url, from), bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return false, r.lost(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return false, core.Errorf(core.CodeInvalid, "The document is damaged and cannot be opened.")
	}
	in := json.NewDecoder(resp.Body)
	if err := in.Decode(count); err != nil {
		return false, r.lost(ctx, err)
	}
	for {
		var p core.Page
		switch err := in.Decode(&p); {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, r.lost(ctx, err)
		}
		if more, err := f(p); !more || err != nil {
			return false, err
		}
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
	}
}

// lost is why there was no answer: the end of ctx, or a service that is away.
func (r *remote) lost(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return core.Errorf(core.CodeUnavailable, "The OCR service does not answer.").WithCause(err)
}

func TestRemoteContract(t *testing.T) {
	texts := []string{"one", "two", "", "four", "five"}
	document := func(content string) core.Document {
		return core.Document{MIME: core.MIMEPDF, Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(content)), nil
		}}
	}
	coretest.DocumentReader(t, func(t *testing.T) core.DocumentReader { return newRemote(t, nil) },
		coretest.ReaderSample{Document: document(strings.Join(texts, "\f")), Texts: texts, Broken: document("")})
}

// A service elsewhere reads under our queue: after a stop in the middle it is asked
// for what is left only, and the result is put together of both attempts.
func TestRemoteReaderGoesOnWhereItWas(t *testing.T) {
	first := newRemote(t, func(ctx context.Context, page int) error {
		if page < 3 {
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	})
	h := newHouse(t)
	s := h.service(func(o *ocr.Options) { o.Reader = first })
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	j := h.submit(s, h.add(core.MIMEPDF, []byte("one\ftwo\f\ffour")))
	w, err := s.Watch(t.Context(), j.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for page := 0; page < 2; {
		ev, err := w.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		page = ev.Job.Page
	}
	stop(t, s)
	if got, err := s.Job(t.Context(), j.ID); err != nil || got.Status != core.JobPending || got.Page != 2 {
		t.Fatalf("after stop: %+v, %v", got, err)
	}

	second := newRemote(t, nil)
	s = h.service(func(o *ocr.Options) { o.Reader = second })
	h.start(s)
	end := h.ended(s, j.ID)
	if end.Status != core.JobCompleted || end.FailedPages != 1 || end.Model != "remote 1" {
		t.Fatalf("ended as %+v", end)
	}
	if r, err := s.Result(t.Context(), j.ID); err != nil || r.ExtractedText != "one\n\ntwo\n\nfour" {
		t.Errorf("result %q, %v", r.ExtractedText, err)
	}
	if len(second.from) != 2 || second.from[1] != 3 {
		t.Errorf("the second reading asked for pages from %v on", second.from)
	}
}
