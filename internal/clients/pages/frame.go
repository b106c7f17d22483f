package pages

import (
	"encoding/binary"
	"io"

	"clinician/internal/clients/child"
	"clinician/internal/clients/pages/memory"
	"clinician/internal/core"
)

// What parent and child say to each other: a hello, the document in chunks, an
// answer with the page count, then requests and answers in turn, in frames of
// package child.

const chunkSize = 256 << 10

// hello tells a new child what it is about to read.
type hello struct {
	MIME      string `json:"mime"`
	CacheDir  string `json:"cache_dir"`
	MaxPixels int64  `json:"max_pixels"`
	MaxPages  int    `json:"max_pages"`
	MaxBytes  int64  `json:"max_bytes"`
	Spare     bool   `json:"spare"` // others go first

	// Of a PDF that is to be unlocked: the answer is a copy without the password,
	// and the child ends.
	Unlock   bool   `json:"unlock,omitempty"`
	Password string `json:"password,omitempty"`
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
	Code    core.Code `json:"code,omitempty"` // "" means it worked
	Message string    `json:"message,omitempty"`

	Fields map[string][]string `json:"fields,omitempty"`

	Count int            `json:"count,omitempty"`
	Image core.PageImage `json:"image"`

	// Of opText, what core.Page holds for its reader only.
	Ink       []core.Box `json:"ink,omitempty"`
	Scattered bool       `json:"scattered,omitempty"`
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
			return nil, child.ErrFrame
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
