package read

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
)

// bound is a document whose content is its pages, with form feeds between them,
// and the engine that reads their pictures. "" is a page that cannot be drawn.
type bound struct{}

func (bound) OpenPages(_ context.Context, _ string, r io.Reader) (core.PageSource, error) {
	b, err := io.ReadAll(r)
	if err != nil || len(b) == 0 {
		return nil, core.Errorf(core.CodeInvalid, "The document is damaged and cannot be opened.").WithCause(err)
	}
	return leaves(strings.Split(string(b), "\f")), nil
}

func (bound) Info(context.Context) (core.EngineInfo, error) {
	return core.EngineInfo{Name: "bound", Languages: []string{"eng"}}, nil
}

func (bound) ReadPage(ctx context.Context, img core.PageImage, _ core.ReadRequest) ([]core.Word, error) {
	sure := 96.0
	return []core.Word{{Text: string(img.Data), Confidence: &sure, Line: 1, Box: core.Box{W: 10, H: 10}}}, ctx.Err()
}

type leaves []string

func (l leaves) Count() int                                   { return len(l) }
func (l leaves) Close() error                                 { return nil }
func (l leaves) Text(context.Context, int) (core.Page, error) { return core.Page{}, nil }
func (l leaves) Image(_ context.Context, page int, _ core.ImageRequest) (core.PageImage, error) {
	if l[page-1] == "" {
		return core.PageImage{}, core.Errorf(core.CodeInvalid, "The page is damaged and cannot be read.")
	}
	return core.PageImage{Data: []byte(l[page-1]), Width: 100, Height: 100}, nil
}

func documentOf(content string) core.Document {
	return core.Document{MIME: core.MIMEPDF, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

func TestContract(t *testing.T) {
	texts := []string{"one", "two", "", "four", "five"}
	for name, parallel := range map[string]int{"page by page": 1, "side by side": 3} {
		t.Run(name, func(t *testing.T) {
			coretest.DocumentReader(t, func(*testing.T) core.DocumentReader {
				return Reader{Pages: bound{}, Engine: bound{}, Parallel: parallel}
			}, coretest.ReaderSample{Document: documentOf(strings.Join(texts, "\f")), Texts: texts, Broken: documentOf("")})
		})
	}
}

// An engine that is missing ends a reading: no other page would do better.
func TestMissingEngineEndsTheReading(t *testing.T) {
	begun := 0
	err := Reader{Pages: bound{}, Engine: noEngine{}, Parallel: 1}.Read(t.Context(), documentOf("one\ftwo"), Options{},
		func(n int) error { begun = n; return nil }, func(core.Page) error { return errors.New("a page was given") })
	if core.CodeOf(err) != core.CodeEngineMissing || begun != 2 {
		t.Errorf("%v, %d pages begun", err, begun)
	}
}

type noEngine struct{ core.Engine }

func (noEngine) Info(context.Context) (core.EngineInfo, error) {
	return core.EngineInfo{}, core.Errorf(core.CodeEngineMissing, "Install it.")
}
