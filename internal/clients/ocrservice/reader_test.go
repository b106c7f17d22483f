package ocrservice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"clinician/internal/clients/siblingtest"
	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/ocr/read"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sheets are the pages of a document as drawn: the width of each says which it is.
type sheets struct{ count int }

func (s sheets) OpenPages(_ context.Context, _ string, content io.Reader) (core.PageSource, error) {
	b, err := io.ReadAll(content)
	if err != nil {
		return nil, err
	}
	if len(b) == 0 {
		return nil, core.Errorf(core.CodeInvalid, "The document is damaged and cannot be opened.")
	}
	return s, nil
}

func (s sheets) Count() int                                   { return s.count }
func (s sheets) Close() error                                 { return nil }
func (s sheets) Text(context.Context, int) (core.Page, error) { return core.Page{}, nil }
func (s sheets) Image(_ context.Context, page int, _ core.ImageRequest) (core.PageImage, error) {
	return sheet(page), nil
}

// sheet is a picture with ink, 100 and some pixels wide.
func sheet(page int) core.PageImage {
	w := 100 + page
	return core.PageImage{Data: make([]byte, w*120), Format: core.FormatGray, Width: w, Height: 120}
}

// clock is a time that goes on when somebody waits.
type clock struct {
	mu    sync.Mutex
	at    time.Time
	waits int
	then  func(waits int)
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	c.at = c.at.Add(d)
	c.waits++
	n, then := c.waits, c.then
	c.mu.Unlock()
	if then != nil {
		then(n)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

func client(t testing.TB, url string) (*Client, *clock) {
	t.Helper()
	at := &clock{at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	c, err := New(Options{URL: url, Clock: at.now, Wait: at.wait, Stall: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, at
}

func reader(c *Client, pages int) Reader {
	return Reader{Service: c, Pages: func(e core.Engine) core.DocumentReader {
		return read.Reader{Pages: sheets{pages}, Engine: e, Parallel: 1}
	}}
}

// anns gives Ann, with another token each time.
func anns() func(context.Context) (core.Acting, error) {
	var mu sync.Mutex
	n := 0
	return func(context.Context) (core.Acting, error) {
		mu.Lock()
		defer mu.Unlock()
		n++
		return core.Acting{Principal: core.Principal{UserID: 1}, Token: core.NewToken(fmt.Sprintf("user 1 token %d", n))}, nil
	}
}

func document(content string) core.Document {
	return core.Document{MIME: core.MIMEPDF, By: anns(), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

func newService(t testing.TB, texts map[int]string) *siblingtest.OCR {
	return siblingtest.StartOCR(t, func(width int) string { return texts[width] })
}

func TestContract(t *testing.T) {
	t.Parallel()
	texts := []string{"one", "two", "", "four", "five"}
	coretest.DocumentReader(t, func(t *testing.T) core.DocumentReader {
		known := map[int]string{}
		for i, text := range texts {
			known[100+i+1] = text
		}
		c, _ := client(t, newService(t, known).URL)
		return reader(c, len(texts))
	}, coretest.ReaderSample{Document: document("pdf"), Texts: texts, Broken: document("")})
}

// readOne reads a sheet of the fake service.
func readOne(t testing.TB, c *Client) (string, error) {
	t.Helper()
	found, err := engine{c, anns()}.ReadPage(t.Context(), sheet(1), core.ReadRequest{})
	var text []string
	for _, w := range found {
		text = append(text, w.Text)
	}
	return strings.Join(text, " "), err
}

// What the service does with jobs costs time, never a page.
func TestJobsOfTheService(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*siblingtest.OCR)
		jobs   int // submitted in all
	}{
		"reads":                           {func(*siblingtest.OCR) {}, 1},
		"gives the result apart":          {func(s *siblingtest.OCR) { s.NoResult = true }, 1},
		"forgets a job":                   {func(s *siblingtest.OCR) { s.Forgets = 1 }, 2},
		"forgets three":                   {func(s *siblingtest.OCR) { s.Forgets = 3 }, 4},
		"a job is cancelled by somebody":  {func(s *siblingtest.OCR) { s.Loses = 1 }, 2},
		"forgets one and cancels another": {func(s *siblingtest.OCR) { s.Forgets, s.Loses = 1, 1 }, 3},
	} {
		s := newService(t, map[int]string{101: "Haemoglobin 13.2"})
		c.change(s)
		door, _ := client(t, s.URL)
		if got, err := readOne(t, door); err != nil || got != "Haemoglobin 13.2" || len(s.Jobs) != c.jobs {
			t.Errorf("%s: %q after %d jobs, %v", name, got, len(s.Jobs), err)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(s.Shown)))) != len(s.Shown) {
			t.Errorf("%s: a token was shown twice: %q", name, s.Shown)
		}
		for _, n := range s.Names {
			if n != "page.png" {
				t.Errorf("%s: a file name was sent: %q", name, n)
			}
		}
	}
}

// The service reads the newest job first: a page whose turn does not come is sent in
// anew, and is then the newest.
func TestOvertakenPage(t *testing.T) {
	t.Parallel()
	s := newService(t, map[int]string{101: "text"})
	s.Newest = true
	c, at := client(t, s.URL)
	at.then = func(int) {
		s.Lock()
		defer s.Unlock()
		s.Newest = len(s.Jobs) < 3
	}
	if got, err := readOne(t, c); err != nil || got != "text" || len(s.Jobs) != 3 {
		t.Fatalf("%q after %d jobs, %v", got, len(s.Jobs), err)
	}
	for i, j := range s.Jobs {
		if j.Cancelled != (i < 2) {
			t.Errorf("job %d cancelled: %v", i, j.Cancelled)
		}
	}
	if spent := at.now().Sub(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)); spent < 6*time.Minute || spent > 7*time.Minute {
		t.Errorf("it took %v", spent)
	}
}

func TestPagesThatAreNotRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*siblingtest.OCR)
		want   *core.Error
	}{
		"a page that cannot be read": {func(s *siblingtest.OCR) { s.Text = func(int) string { return "" } }, errFailed},
		"a kind that is not taken":   {func(s *siblingtest.OCR) { s.Refuse = 400 }, errRefused},
		"too large":                  {func(s *siblingtest.OCR) { s.Refuse = 422 }, errRefused},
		"forgets for ever":           {func(s *siblingtest.OCR) { s.Forgets = 99 }, errLost},
		"another key":                {func(s *siblingtest.OCR) { s.Refuse = 401 }, errTokens},
	} {
		s := newService(t, map[int]string{101: "text"})
		c.change(s)
		door, _ := client(t, s.URL)
		_, err := readOne(t, door)
		if core.CodeOf(err) != c.want.Code || core.MessageOf(err) != c.want.Message {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(fmt.Sprint(err), "/srv/") {
			t.Errorf("%s: passes on what the service said: %v", name, err)
		}
	}
}

// A service that is away for a while is waited for; one that stays away ends the
// reading, and what is said names the service and nothing else of it.
func TestServiceIsAway(t *testing.T) {
	t.Parallel()
	for _, how := range slices.Sorted(maps.Keys(siblingtest.Sick)) {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			s := newService(t, map[int]string{101: "text"})
			s.Sick = siblingtest.Sick[how]
			c, at := client(t, s.URL)
			at.then = func(waits int) {
				if waits == 3 {
					s.Lock()
					s.Sick = nil
					s.Unlock()
					time.Sleep(2500 * time.Millisecond) // the circuit looks at the real clock
				}
			}
			if got, err := readOne(t, c); err != nil || got != "text" {
				t.Errorf("for a while: %q, %v", got, err)
			}
			s.Lock()
			s.Sick = siblingtest.Sick[how]
			s.Unlock()
			at.then = nil
			_, err := readOne(t, c)
			if core.CodeOf(err) != core.CodeEngineMissing || !strings.HasPrefix(core.MessageOf(err), "ocr-service does not answer") {
				t.Errorf("for ever: %v", err)
			}
			for _, secret := range []string{"127.0.0.1", "10.1.2.3", "db.internal", "nginx", "/api/"} {
				if strings.Contains(core.MessageOf(err), secret) {
					t.Errorf("%s is said: %s", secret, core.MessageOf(err))
				}
			}
		})
	}
}

// A reading that is ended takes its job with it.
func TestCancelledReading(t *testing.T) {
	t.Parallel()
	s := newService(t, map[int]string{101: "text"})
	s.Newest = true
	c, at := client(t, s.URL)
	why := errors.New("cancelled")
	ctx, cancel := context.WithCancelCause(t.Context())
	at.then = func(int) { cancel(why) }
	_, err := engine{c, anns()}.ReadPage(ctx, sheet(1), core.ReadRequest{})
	if !errors.Is(err, why) {
		t.Errorf("ended with %v", err)
	}
	if len(s.Jobs) != 1 || !s.Jobs[0].Cancelled {
		t.Errorf("jobs %+v", s.Jobs)
	}
}

// When there is nobody any more to read for, the reading ends at once with that.
func TestReadingForNobody(t *testing.T) {
	t.Parallel()
	s := newService(t, map[int]string{101: "one", 102: "two"})
	c, _ := client(t, s.URL)
	gone := core.Errorf(core.CodeForbidden, "The patient went to another clinician.")
	n := 0
	d := document("pdf")
	d.By = func(ctx context.Context) (core.Acting, error) {
		if n++; n > 2 {
			return core.Acting{}, gone
		}
		return anns()(ctx)
	}
	err := reader(c, 2).ReadDocument(t.Context(), d, core.ReadingRequest{}, listener{})
	if !errors.Is(err, gone) || len(s.Jobs) != 1 {
		t.Errorf("%v after %d jobs", err, len(s.Jobs))
	}
}

// listener is a core.PageSink that takes everything.
type listener struct{}

func (listener) Opened(_ context.Context, count int) (todo []int, _ error) {
	for n := range count {
		todo = append(todo, n+1)
	}
	return todo, nil
}
func (listener) More(context.Context) bool                    { return true }
func (listener) Page(context.Context, core.Page, error) error { return nil }

// Parts of pages stay here: to the service each would be a document.
func TestPartsAreNotSent(t *testing.T) {
	t.Parallel()
	s := newService(t, map[int]string{101: "text"})
	c, _ := client(t, s.URL)
	for _, part := range []core.Segmentation{core.SegmentLine, core.SegmentWord, core.SegmentSparse} {
		if found, err := (engine{c, anns()}).ReadPage(t.Context(), sheet(1), core.ReadRequest{Segmentation: part}); err != nil || len(found) != 0 {
			t.Errorf("%s: %v, %v", part, found, err)
		}
	}
	if len(s.Jobs) != 0 {
		t.Errorf("%d were sent", len(s.Jobs))
	}
}

// Info asks every quarter of a minute at most, and says what to do.
func TestInfo(t *testing.T) {
	t.Parallel()
	s := newService(t, nil)
	c, at := client(t, s.URL)
	if info, err := c.Info(t.Context()); err != nil || info.Name != "ocr-service" {
		t.Fatalf("%+v, %v", info, err)
	}
	s.Sick = siblingtest.Sick["answers HTML"]
	if _, err := c.Info(t.Context()); err != nil {
		t.Errorf("asked again at once: %v", err)
	}
	at.at = at.at.Add(16 * time.Second)
	if _, err := c.Info(t.Context()); core.CodeOf(err) != core.CodeEngineMissing {
		t.Errorf("not asked again: %v", err)
	}
}
