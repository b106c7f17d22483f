package child

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

type header struct {
	Page int `json:"page"`
}

func TestFrames(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := WriteFrame(&b, header{7}, []byte("payload")); err != nil {
		t.Fatal(err)
	}
	var h header
	payload, err := ReadFrame(&b, &h)
	if err != nil || h.Page != 7 || string(payload) != "payload" {
		t.Errorf("%+v, %q, %v", h, payload, err)
	}
	if _, err := ReadFrame(&b, &h); err != io.EOF {
		t.Errorf("after the last frame: %v", err)
	}
	for name, in := range map[string]string{
		"a header of 4 GB":  "\xff\xff\xff\xff\x00\x00\x00\x00",
		"a payload of 4 GB": "\x00\x00\x00\x02\xff\xff\xff\xff{}",
		"no JSON":           "\x00\x00\x00\x02\x00\x00\x00\x00{]",
	} {
		if _, err := ReadFrame(strings.NewReader(in), &h); !errors.Is(err, ErrFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadFrame(strings.NewReader("\x00\x00\x00\x02\x00\x00\x00\x05{}x"), &h); err != io.ErrUnexpectedEOF {
		t.Errorf("cut off: %v", err)
	}
}

func FuzzFrame(f *testing.F) {
	var b bytes.Buffer
	WriteFrame(&b, header{3}, []byte("x"))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		var h header
		payload, err := ReadFrame(bytes.NewReader(in), &h)
		if len(payload) > len(in) || err != nil && payload != nil {
			t.Errorf("%d bytes of payload from %d, %v", len(payload), len(in), err)
		}
	})
}
