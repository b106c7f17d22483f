package pages

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"clinician/internal/clients/pages/memory"
	"clinician/internal/core"
)

// What parent and child say to each other: a hello, the document in chunks, an
// answer with the page count, then requests and answers in turn. A frame is a
// JSON header and a payload, each behind its length.

const (
	maxHeader  = 1 << 20
	maxPayload = 512 << 20
	chunkSize  = 256 << 10
)

// hello tells a new child what it is about to read.
type hello struct {
	MIME      string `json:"mime"`
	CacheDir  string `json:"cache_dir"`
	MaxPixels int64  `json:"max_pixels"`
	MaxPages  int    `json:"max_pages"`
	MaxBytes  int64  `json:"max_bytes"`
	Spare     bool   `json:"spare"` // others go first
}

// request asks for one thing of one page.
type request struct {
	Op    string            `json:"op"` // opText, opImage or opExtract
	Page  int               `json:"page"`
	Image core.ImageRequest `json:"image"`
	Pages []int             `json:"pages,omitempty"` // opExtract
}

const (
	opText    = "text"
	opImage   = "image"
	opExtract = "extract"
)

// answer is the child's reply. The payload is a core.Page as JSON for opText,
// the picture for opImage, a document for opExtract.
type answer struct {
	Code    core.Code      `json:"code,omitempty"` // "" means it worked
	Message string         `json:"message,omitempty"`
	Count   int            `json:"count,omitempty"`
	Image   core.PageImage `json:"image"`

	// Of opText, what core.Page holds for its reader only.
	Ink       []core.Box `json:"ink,omitempty"`
	Scattered bool       `json:"scattered,omitempty"`
}

var errFrame = errors.New("pages: malformed frame")

// writeFrame sends header as JSON followed by payload.
func writeFrame(w io.Writer, header any, payload []byte) error {
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

// readFrame reads one frame. A clean end before it is io.EOF; lengths over the
// limits and broken JSON are errFrame. Memory is at most 16 times what was
// received, whatever a length promised.
func readFrame(r io.Reader, header any) ([]byte, error) {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return nil, err
	}
	hn, pn := binary.BigEndian.Uint32(b[:4]), binary.BigEndian.Uint32(b[4:])
	if hn > maxHeader || pn > maxPayload {
		return nil, errFrame
	}
	h, err := readExactly(r, int(hn))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(h, header); err != nil {
		return nil, fmt.Errorf("%w: %v", errFrame, err)
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

// sendDocument copies content as length-prefixed chunks; a zero length ends it.
// readErr tells an error of content from one of the pipe.
func sendDocument(w io.Writer, content io.Reader) (readErr, writeErr error) {
	buf := make([]byte, 4+chunkSize)
	for {
		n, err := io.ReadFull(content, buf[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n))
			if _, err := w.Write(buf[:4+n]); err != nil {
				return nil, err
			}
		}
		switch err {
		case nil:
			continue
		case io.EOF, io.ErrUnexpectedEOF:
			_, err = w.Write([]byte{0, 0, 0, 0})
			return nil, err
		default:
			return err, nil
		}
	}
}

var errTooLarge = core.Errorf(core.CodeTooLarge, "The document is larger than this service reads.")

// receiveDocument is the other end of sendDocument: it puts the document into a
// region, whose limit is that of the document. It drains what is over so that
// the parent can finish and hear the answer.
func receiveDocument(r io.Reader, into *memory.Region) ([]byte, error) {
	var doc []byte
	total := 0
	for {
		var b [4]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return nil, err
		}
		n := int(binary.BigEndian.Uint32(b[:]))
		if n == 0 {
			break
		}
		if n > chunkSize {
			return nil, errFrame
		}
		total += n
		if doc = into.Reallocate(uint64(total)); doc == nil {
			if _, err := io.CopyN(io.Discard, r, int64(n)); err != nil {
				return nil, err
			}
			continue
		}
		if _, err := io.ReadFull(r, doc[total-n:]); err != nil {
			return nil, err
		}
	}
	if total > len(doc) {
		return nil, errTooLarge
	}
	return doc, nil
}
