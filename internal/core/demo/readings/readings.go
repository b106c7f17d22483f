// Package readings holds what our own engine read of the demo's documents, so that the
// demo has results, trends and hits in its first minute and not when an hour of reading
// is over. Nothing in it is made up: each page says which engine read it, when this
// file was made, and that it was read then.
//
// The documents are as drawn on Day, whatever day the demo is opened (demo.GenerateFrom),
// and are found by the hash of their bytes: one that is drawn differently by now, and
// those of the day itself, are read when they come. `go generate ./internal/core/demo/readings`
// makes the file anew, which takes the time of reading them all.
package readings

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"

	"clinician/internal/core"
)

//go:generate go run clinician/internal/eval/demo -o readings.json.gz

//go:embed readings.json.gz
var packed []byte

// Seed is that of the panel that was read.
const Seed = 1

// Day is when its documents were drawn.
func Day() time.Time { return time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC) }

// Step is among the steps of each page that comes from the file.
const Step = "read when the demo was made"

// Set is what was read, by the hash of the document.
type Set struct {
	Engine    string                  `json:"engine"`
	Documents map[string][]*core.Page `json:"-"`
}

// Hash names a document by its bytes.
func Hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Load unpacks the file.
func Load() (*Set, error) { return Unpack(bytes.NewReader(packed)) }

// Has reports whether a document was read.
func (s *Set) Has(content []byte) bool { return s.Documents[Hash(content)] != nil }

// Reader gives what is in the file, and has Next read everything else.
type Reader struct {
	core.DocumentReader
	Set *Set
}

// maxDocument bounds what is hashed; the demo's documents are smaller.
const maxDocument = 32 << 20

// ReadDocument gives the pages of a document that is in the file, when it is to be read as
// it was.
func (r Reader) ReadDocument(ctx context.Context, d core.Document, req core.ReadingRequest, to core.PageSink) error {
	known, err := r.known(ctx, d, req)
	if err != nil {
		return err
	}
	if known == nil {
		return r.DocumentReader.ReadDocument(ctx, d, req, to)
	}
	todo, err := to.Opened(ctx, len(known))
	if err != nil {
		return err
	}
	for _, n := range todo {
		if !to.More(ctx) {
			return nil
		}
		p := *known[n-1]
		p.Steps = append(slices.Clone(p.Steps), Step)
		if err := to.Page(ctx, p, nil); err != nil {
			return err
		}
	}
	return nil
}

func (r Reader) known(ctx context.Context, d core.Document, req core.ReadingRequest) ([]*core.Page, error) {
	if req.ForceOCR || req.Language != "" && req.Language != core.DefaultLanguage {
		return nil, nil
	}
	content, err := d.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	b, err := io.ReadAll(io.LimitReader(content, maxDocument))
	if err != nil {
		return nil, err
	}
	return r.Set.Documents[Hash(b)], nil
}

// packedPage is a page whose words are columns, which pack to a third.
type packedPage struct {
	*core.Page
	Texts []string   `json:"t,omitempty"`
	Sure  []float64  `json:"c,omitempty"` // -1: the source says nothing
	Boxes [][4]int   `json:"b,omitempty"`
	Lines []int      `json:"l,omitempty"`
	Rest  []restWord `json:"r,omitempty"`
}

// restWord is what few words have.
type restWord struct {
	At   int       `json:"at"`
	Word core.Word `json:"w"` // without what the columns hold
}

type packedSet struct {
	Set
	Pages map[string][]packedPage `json:"documents"`
}

// Pack writes a set, the same way each time.
func (s *Set) Pack(w io.Writer) error {
	out := packedSet{Set: *s, Pages: map[string][]packedPage{}}
	for hash, pages := range s.Documents {
		for _, p := range pages {
			one := *p
			one.Words = nil
			pp := packedPage{Page: &one}
			for i, word := range p.Words {
				sure := -1.0
				if word.Confidence != nil {
					sure = float64(int(*word.Confidence*100)) / 100 // never surer than it was
				}
				pp.Texts, pp.Sure, pp.Lines = append(pp.Texts, word.Text), append(pp.Sure, sure), append(pp.Lines, word.Line)
				pp.Boxes = append(pp.Boxes, [4]int{word.Box.X, word.Box.Y, word.Box.W, word.Box.H})
				word.Text, word.Confidence, word.Line, word.Box = "", nil, 0, core.Box{}
				if !reflect.ValueOf(word).IsZero() {
					pp.Rest = append(pp.Rest, restWord{i, word})
				}
			}
			out.Pages[hash] = append(out.Pages[hash], pp)
		}
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(z).Encode(out); err != nil {
		return fmt.Errorf("pack readings: %w", err)
	}
	return z.Close()
}

// Unpack reads what Pack wrote.
func Unpack(r io.Reader) (*Set, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("unpack readings: %w", err)
	}
	var in packedSet
	if err := json.NewDecoder(z).Decode(&in); err != nil {
		return nil, fmt.Errorf("unpack readings: %w", err)
	}
	s := &Set{Engine: in.Engine, Documents: map[string][]*core.Page{}}
	for hash, pages := range in.Pages {
		for _, pp := range pages {
			n := len(pp.Texts)
			if len(pp.Sure) != n || len(pp.Boxes) != n || len(pp.Lines) != n {
				return nil, fmt.Errorf("unpack readings: columns of %s differ", hash)
			}
			p := pp.Page
			p.Words = make([]core.Word, n)
			for _, rest := range pp.Rest {
				p.Words[rest.At] = rest.Word
			}
			for i := range p.Words {
				word := &p.Words[i]
				word.Text, word.Line = pp.Texts[i], pp.Lines[i]
				word.Box = core.Box{X: pp.Boxes[i][0], Y: pp.Boxes[i][1], W: pp.Boxes[i][2], H: pp.Boxes[i][3]}
				if pp.Sure[i] >= 0 {
					word.Confidence = &pp.Sure[i]
				}
			}
			s.Documents[hash] = append(s.Documents[hash], p)
		}
	}
	return s, nil
}
