package readings

import (
	"bytes"
	"context"
	"io"
	"reflect"
	"runtime"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/demo"
)

// The readings are of the documents as they are drawn today.
func TestReadingsAreOfTheDemosDocuments(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("pictures are drawn with other roundings here; the demo reads those documents when they come")
	}
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if set.Engine == "" || len(set.Documents) < 200 {
		t.Fatalf("%d documents by %q", len(set.Documents), set.Engine)
	}
	drawn, missing, unread := 0, 0, 0
	for i, d := range demo.Generate(Seed, Day()).Documents {
		if d.LeftUnread() {
			unread++
			continue
		}
		if d.Scanned && i%10 != 0 { // drawing all of them takes too long
			continue
		}
		content, err := d.Content()
		if err != nil {
			t.Fatal(err)
		}
		drawn++
		if !set.Has(content) {
			missing++
		}
	}
	if missing*4 > drawn {
		t.Errorf("%d of %d documents are drawn differently than when they were read: go generate ./internal/core/demo/readings", missing, drawn)
	}
	if unread < 10 {
		t.Errorf("only %d documents are left unread", unread)
	}
}

// What the demo shows as read is what the engine gave, and says when it was read.
func TestReaderGivesWhatWasRead(t *testing.T) {
	sure := 96.25
	page := &core.Page{Number: 1, Status: core.PageRead, Source: core.SourceOCR, Text: "K 4.1", Engine: "tesseract 5", Steps: []string{"deskew 1.2°"},
		Words: []core.Word{{Text: "K", Box: core.Box{X: 1, Y: 2, W: 3, H: 4}}, {Text: "4.1", Confidence: &sure, Doubt: "it is struck out", Line: 1}}}
	known := []byte("known")
	var b bytes.Buffer
	if err := (&Set{Engine: "tesseract 5", Documents: map[string][]*core.Page{Hash(known): {page}}}).Pack(&b); err != nil {
		t.Fatal(err)
	}
	set, err := Unpack(&b)
	if err != nil {
		t.Fatal(err)
	}
	want := *page
	want.Steps = []string{"deskew 1.2°", Step}
	for name, c := range map[string]struct {
		content string
		req     core.ReadingRequest
		read    bool
	}{
		"known":            {"known", core.ReadingRequest{}, true},
		"known, in German": {"known", core.ReadingRequest{Language: "deu"}, false},
		"known, by force":  {"known", core.ReadingRequest{ForceOCR: true}, false},
		"another":          {"other", core.ReadingRequest{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			next := &nobody{}
			to := &sink{}
			doc := core.Document{Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(bytes.NewReader([]byte(c.content))), nil
			}}
			if err := (Reader{next, set}).ReadDocument(t.Context(), doc, c.req, to); err != nil {
				t.Fatal(err)
			}
			if next.asked == c.read || len(to.pages) > 0 != c.read {
				t.Fatalf("the engine was asked: %v, pages: %+v", next.asked, to.pages)
			}
			if c.read && !reflect.DeepEqual(to.pages[0], want) {
				t.Errorf("\n%+v, want\n%+v", to.pages[0], want)
			}
		})
	}
}

type nobody struct{ asked bool }

func (n *nobody) Info(context.Context) (core.EngineInfo, error) { return core.EngineInfo{}, nil }
func (n *nobody) ReadDocument(context.Context, core.Document, core.ReadingRequest, core.PageSink) error {
	n.asked = true
	return nil
}

type sink struct{ pages []core.Page }

func (s *sink) Opened(context.Context, int) ([]int, error) { return []int{1}, nil }
func (s *sink) More(context.Context) bool                  { return true }
func (s *sink) Page(_ context.Context, p core.Page, _ error) error {
	s.pages = append(s.pages, p)
	return nil
}
