package web_test

import (
	"context"
	"io"
	"strings"
	"sync"

	"clinician/internal/core"
)

// reader reads documents for tests: pages are parted by form feeds, lines hold words,
// and a word that ends in "?" was read with low confidence. One that begins with "LACKS"
// holds a file that was not read. A document that begins
// with "HOLD" is read page by page as the test lets it go on.
type reader struct {
	mu   sync.Mutex
	held map[string]chan bool // by the first line of the document
}

func newReader() *reader { return &reader{held: map[string]chan bool{}} }

// gate is where a document that begins with this line waits before each page.
func (r *reader) gate(line string) chan bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held[line] == nil {
		r.held[line] = make(chan bool)
	}
	return r.held[line]
}

func (r *reader) Info(context.Context) (core.EngineInfo, error) {
	return core.EngineInfo{Name: "fake", Version: "1", Languages: []string{"eng"}}, nil
}

func (r *reader) ReadDocument(ctx context.Context, d core.Document, _ core.ReadingRequest, to core.PageSink) error {
	src, err := d.Open(ctx)
	if err != nil {
		return err
	}
	defer src.Close()
	raw, err := io.ReadAll(src)
	if err != nil {
		return err
	}
	pages := strings.Split(string(raw), "\f")
	title, _, _ := strings.Cut(pages[0], "\n")
	todo, err := to.Opened(ctx, len(pages))
	if err != nil {
		return err
	}
	for _, n := range todo {
		if !to.More(ctx) {
			return nil
		}
		if strings.HasPrefix(title, "HOLD") {
			select {
			case <-r.gate(title):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		page := readPage(n, pages[n-1])
		if strings.HasPrefix(title, "LACKS") {
			page.Leaves(core.UnreadFile("scan <1>.pdf"))
		}
		if err := to.Page(ctx, page, nil); err != nil {
			return err
		}
	}
	return nil
}

func readPage(n int, text string) core.Page {
	p := core.Page{Number: n, Status: core.PageRead, Source: core.SourceOCR, Width: 800, Height: 1000, Engine: "fake 1"}
	sure, unsure := 96.0, 41.0
	var lines []string
	for i, line := range strings.Split(text, "\n") {
		x := 40
		var plain []string
		for _, w := range strings.Fields(line) {
			c := &sure
			if t := strings.TrimSuffix(w, "?"); t != w {
				w, c = t, &unsure
			}
			wide := 10 * len(w)
			p.Words = append(p.Words, core.Word{Text: w, Confidence: c, Line: i, Box: core.Box{X: x, Y: 40 + 30*i, W: wide, H: 20}})
			x += wide + 10
			plain = append(plain, w)
		}
		lines = append(lines, strings.Join(plain, " "))
	}
	p.Text = strings.Join(lines, "\n")
	if strings.TrimSpace(p.Text) == "" {
		p.Status = core.PageEmpty
	}
	p.Confidence = &sure
	return p
}
