package child

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// A frame is a JSON header and a payload, each behind its length.
const (
	maxHeader  = 1 << 20
	maxPayload = 512 << 20
)

// ErrFrame is what is no frame.
var ErrFrame = errors.New("child: malformed frame")

// WriteFrame sends header as JSON followed by payload.
func WriteFrame(w io.Writer, header any, payload []byte) error {
	h, err := json.Marshal(header)
	if err != nil {
		return err
	}
	b := make([]byte, 8, 8+len(h))
	binary.BigEndian.PutUint32(b, uint32(len(h)))
	binary.BigEndian.PutUint32(b[4:], uint32(len(payload)))
	if _, err := w.Write(append(b, h...)); err != nil {
		return err
	}
	if len(payload) == 0 {
		return nil
	}
	_, err = w.Write(payload)
	return err
}

// Reply is WriteFrame at once.
func Reply(out *bufio.Writer, header any, payload []byte) error {
	if err := WriteFrame(out, header, payload); err != nil {
		return err
	}
	return out.Flush()
}

// ReadFrame reads one frame. A clean end before it is io.EOF; lengths over the
// limits and broken JSON are ErrFrame. Memory is at most 16 times what was
// received, whatever a length promised.
func ReadFrame(r io.Reader, header any) ([]byte, error) {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return nil, err
	}
	hn, pn := binary.BigEndian.Uint32(b[:4]), binary.BigEndian.Uint32(b[4:])
	if hn > maxHeader || pn > maxPayload {
		return nil, ErrFrame
	}
	h, err := readExactly(r, int(hn))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(h, header); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFrame, err)
	}
	if pn == 0 {
		return nil, nil
	}
	return readExactly(r, int(pn))
}

// readExactly reads n bytes without trusting n before they are there.
func readExactly(r io.Reader, n int) ([]byte, error) {
	buf := make([]byte, 0, min(n, 1<<20))
	for len(buf) < n {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), min(n, 16*cap(buf)))
			copy(grown, buf)
			buf = grown
		}
		k, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+k]
		if err != nil && len(buf) < n {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return buf, nil
}
