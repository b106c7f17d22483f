package pages

import (
	"bytes"
	"strings"
	"testing"

	"clinician/internal/clients/pages/memory"
	"clinician/internal/core"
)

func TestDocumentsInChunks(t *testing.T) {
	for _, size := range []int{0, 1, chunkSize, chunkSize + 1} {
		var pipe bytes.Buffer
		doc := bytes.Repeat([]byte{7}, size)
		if r, w := sendDocument(&pipe, bytes.NewReader(doc)); r != nil || w != nil {
			t.Fatal(r, w)
		}
		got, err := receiveDocument(&pipe, testRegion(t, size))
		if err != nil || !bytes.Equal(got, doc) {
			t.Errorf("%d bytes became %d, %v", size, len(got), err)
		}
	}
	var pipe bytes.Buffer
	sendDocument(&pipe, strings.NewReader("too much"))
	if _, err := receiveDocument(&pipe, testRegion(t, 3)); core.CodeOf(err) != core.CodeTooLarge || pipe.Len() != 0 {
		t.Errorf("over the limit: %v, %d bytes left", err, pipe.Len())
	}
}

func testRegion(t *testing.T, limit int) *memory.Region {
	t.Helper()
	r, err := memory.New(limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Free)
	return r
}

func FuzzDocument(f *testing.F) {
	var b bytes.Buffer
	sendDocument(&b, strings.NewReader("x"))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		doc, err := receiveDocument(bytes.NewReader(in), testRegion(t, 1<<20))
		if len(doc) > len(in) || err != nil && doc != nil {
			t.Errorf("%d bytes of document from %d, %v", len(doc), len(in), err)
		}
	})
}
