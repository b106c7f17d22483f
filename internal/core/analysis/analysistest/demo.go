package analysistest

import (
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo"
	"clinician/internal/core/demo/paper"
)

// Hospital is the demo panel the truth tests read.
var Hospital = sync.OnceValue(func() *demo.Panel {
	return demo.Generate(7, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
})

// Paperwork is a demo document as a perfect reader would give it.
type Paperwork struct {
	Doc   demo.Document
	Truth demo.Truth
	Pages []core.Page
}

// ReadPerfectly gives the pages of a document with all words right. Scans have
// the words where they lie on the image, other documents have text only.
func ReadPerfectly(t *testing.T, d demo.Document) Paperwork {
	t.Helper()
	_, truth, err := d.Render()
	if err != nil {
		t.Fatalf("%s: %v", d.Ref, err)
	}
	p := Paperwork{Doc: d, Truth: truth}
	for _, page := range truth.Pages {
		p.Pages = append(p.Pages, core.Page{Number: page.Page, Status: "read", Text: page.Text, Words: Printed(page.Words), Width: page.Width, Height: page.Height})
	}
	return p
}

// Printed gives the words of a page that can be seen: those nothing lies over.
func Printed(words []paper.Word) []core.Word {
	var out []core.Word
	for _, w := range words {
		if !w.Over {
			out = append(out, core.Word{Text: w.Text, Box: w.Box, Line: w.Line})
		}
	}
	return out
}

// DemoPapers gives documents of the panel with at most perKind scanned ones and
// as many others of each kind.
var DemoPapers = func() func(t *testing.T, perKind int) []Paperwork {
	cache := map[int][]Paperwork{}
	var mu sync.Mutex
	return func(t *testing.T, perKind int) []Paperwork {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if cache[perKind] != nil {
			return cache[perKind]
		}
		var out []Paperwork
		count := map[string]int{}
		for _, d := range Hospital().Documents {
			if d.Purpose != "" {
				continue
			}
			key := d.Kind
			if d.Scanned {
				key += " scanned"
			}
			if count[key]++; count[key] <= perKind {
				out = append(out, ReadPerfectly(t, d))
			}
		}
		cache[perKind] = out
		return out
	}
}()
