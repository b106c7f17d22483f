package analysis

import (
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo"
	"clinician/internal/core/demo/paper"
)

// hospital is the demo panel the truth tests read.
var hospital = sync.OnceValue(func() *demo.Panel {
	return demo.Generate(7, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
})

// paperwork is a demo document as a perfect reader would give it.
type paperwork struct {
	doc   demo.Document
	truth demo.Truth
	pages []core.Page
}

// readPerfectly gives the pages of a document with all words right. Scans have
// the words where they lie on the image, other documents have text only.
func readPerfectly(t *testing.T, d demo.Document) paperwork {
	t.Helper()
	_, truth, err := d.Render()
	if err != nil {
		t.Fatalf("%s: %v", d.Ref, err)
	}
	p := paperwork{doc: d, truth: truth}
	for _, page := range truth.Pages {
		p.pages = append(p.pages, core.Page{Number: page.Page, Status: "read", Text: page.Text, Words: printed(page.Words), Width: page.Width, Height: page.Height})
	}
	return p
}

func printed(words []paper.Word) []core.Word {
	var out []core.Word
	for _, w := range words {
		if !w.Over {
			out = append(out, core.Word{Text: w.Text, Box: w.Box, Line: w.Line})
		}
	}
	return out
}

// demoPapers gives documents of the panel with at most perKind scanned ones and
// as many others of each kind.
var demoPapers = func() func(t *testing.T, perKind int) []paperwork {
	cache := map[int][]paperwork{}
	var mu sync.Mutex
	return func(t *testing.T, perKind int) []paperwork {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if cache[perKind] != nil {
			return cache[perKind]
		}
		var out []paperwork
		count := map[string]int{}
		for _, d := range hospital().Documents {
			if d.Purpose != "" {
				continue
			}
			key := d.Kind
			if d.Scanned {
				key += " scanned"
			}
			if count[key]++; count[key] <= perKind {
				out = append(out, readPerfectly(t, d))
			}
		}
		cache[perKind] = out
		return out
	}
}()
