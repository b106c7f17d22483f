package pages

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"clinician/internal/clients/pages/memory"
	"clinician/internal/core"
)

func TestFrames(t *testing.T) {
	var b bytes.Buffer
	if err := writeFrame(&b, request{Op: opText, Page: 7}, []byte("payload")); err != nil {
		t.Fatal(err)
	}
	var r request
	payload, err := readFrame(&b, &r)
	if err != nil || r.Op != opText || r.Page != 7 || string(payload) != "payload" {
		t.Errorf("%+v, %q, %v", r, payload, err)
	}
	if _, err := readFrame(&b, &r); err != io.EOF {
		t.Errorf("after the last frame: %v", err)
	}
	if _, err := readFrame(strings.NewReader("\xff\xff\xff\xff\x00\x00\x00\x00"), &r); !errors.Is(err, errFrame) {
		t.Errorf("a header of 4 GB: %v", err)
	}
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

func FuzzFrame(f *testing.F) {
	var b bytes.Buffer
	writeFrame(&b, answer{Count: 3}, []byte("x"))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		var a answer
		payload, err := readFrame(bytes.NewReader(in), &a)
		if len(payload) > len(in) || err != nil && payload != nil {
			t.Errorf("%d bytes of payload from %d, %v", len(payload), len(in), err)
		}
		doc, err := receiveDocument(bytes.NewReader(in), testRegion(t, 1<<20))
		if len(doc) > len(in) || err != nil && doc != nil {
			t.Errorf("%d bytes of document from %d, %v", len(doc), len(in), err)
		}
	})
}
