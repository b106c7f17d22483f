package archive

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
)

// Bounds of the small parts, so that a hostile file takes no memory; sums are of ten
// million parts at most.
const (
	maxAbout = 64 << 10
	maxSums  = 1 << 30
)

// Reader reads a backup from its beginning to its end, once. What it gives before Next
// has given io.EOF may be anything that somebody made up. One goroutine uses it.
type Reader struct {
	About About

	src       io.Reader // all bytes, which are counted into raw
	in        *tar.Reader
	raw, same hash.Hash   // of the bytes that came, and of those a Writer would have written
	out       *tar.Writer // writes the latter
	part      *part
	names     map[string]bool
	sums      bytes.Buffer
	signature []byte
	err       error
}

// Part is a part that holds data. Its content is to be read before the next one.
type Part struct {
	Name    string
	Size    int64
	Content io.Reader
}

type part struct {
	name string
	left int64
	r    io.Reader
	sum  hash.Hash
}

func (p *part) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.EOF) && p.left > 0 {
		err = broken(err)
	}
	return n, err
}

// broken says of an error of the tar reader that the backup ends or breaks there; errors
// of reading the file itself stay what they are.
func broken(err error) error {
	if errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return damaged("it ends or breaks in the middle")
	}
	return err
}

// NewReader begins to read a backup that is not encrypted; see Open.
func NewReader(r io.Reader) (*Reader, error) {
	a := &Reader{raw: sha256.New(), same: sha256.New(), names: map[string]bool{}}
	a.src = io.TeeReader(r, a.raw)
	a.in, a.out = tar.NewReader(a.src), tar.NewWriter(a.same)
	h, err := a.in.Next()
	if err != nil {
		return nil, broken(err)
	}
	if h.Name != aboutName || h.Size > maxAbout {
		return nil, damaged("it does not begin like one")
	}
	b, err := io.ReadAll(a.in)
	if err != nil {
		return nil, broken(err)
	}
	if err := json.Unmarshal(b, &a.About); err != nil {
		return nil, damaged("what it says of itself cannot be read")
	}
	if a.About.Format != format {
		return nil, damaged("it has format %d, this program knows %d", a.About.Format, format)
	}
	// As a Writer would have begun: from here on every byte is compared.
	if same, err := encode(a.About); err != nil || !bytes.Equal(same, b) {
		return nil, damaged("what it says of itself was changed")
	}
	w := &Writer{tar: a.out, made: a.About.Made}
	if err := w.add(aboutName, int64(len(b)), bytes.NewReader(b)); err != nil {
		return nil, damaged("its beginning cannot be written again")
	}
	a.sums.Write(w.sums.Bytes())
	a.names[aboutName] = true
	return a, nil
}

// Next gives the next part that holds data. It gives io.EOF once, at the end of a backup
// that is whole: all parts have the sums that it ends with, and nothing is between or
// behind them. Any error stays.
func (a *Reader) Next() (Part, error) {
	if a.err != nil {
		return Part{}, a.err
	}
	p, err := a.next()
	a.err = err
	return p, err
}

func (a *Reader) next() (Part, error) {
	if err := a.endPart(); err != nil {
		return Part{}, err
	}
	h, err := a.begin()
	if err != nil {
		return Part{}, err
	}
	if h.Name == sumsName {
		return Part{}, a.end(h)
	}
	if err := checkName(h.Name); err != nil {
		return Part{}, err
	}
	if a.names[h.Name] {
		return Part{}, damaged("a part is there twice")
	}
	a.names[h.Name] = true
	return Part{Name: h.Name, Size: h.Size, Content: a.part}, nil
}

// begin reads the head of a part and makes it the one that is read.
func (a *Reader) begin() (*tar.Header, error) {
	h, err := a.in.Next()
	if err != nil {
		return nil, broken(err)
	}
	if h.Size < 0 {
		return nil, damaged("a part has no size")
	}
	if err := a.out.WriteHeader(header(h.Name, h.Size, a.About.Made)); err != nil {
		return nil, damaged("the head of a part cannot be written again")
	}
	// Up to here, before any of the part: some heads stand for more than there is, such as
	// those of files with holes.
	if !bytes.Equal(a.raw.Sum(nil), a.same.Sum(nil)) {
		return nil, damaged("bytes between its parts were changed")
	}
	sum := sha256.New()
	a.part = &part{name: h.Name, left: h.Size, sum: sum, r: io.TeeReader(a.in, io.MultiWriter(sum, a.out))}
	return h, nil
}

// endPart reads what is left of the part and notes its sum.
func (a *Reader) endPart() error {
	if a.part == nil {
		return nil
	}
	if _, err := io.Copy(io.Discard, a.part); err != nil {
		return err
	}
	fmt.Fprintf(&a.sums, "%x  %s\n", a.part.sum.Sum(nil), a.part.name)
	a.part = nil
	return nil
}

// end compares the sums, and all bytes with those a Writer would have written.
func (a *Reader) end(h *tar.Header) error {
	sums := bytes.Clone(a.sums.Bytes())
	if err := a.wants(h.Size, sums, "a part is not what it was"); err != nil {
		return err
	}
	if h, err := a.begin(); err != nil {
		return err
	} else if h.Name != signedName || h.Size != 2*sha256.Size+1 {
		return damaged("it has no signature")
	}
	line, err := io.ReadAll(a.part)
	if err != nil {
		return err
	}
	if a.signature, err = hex.DecodeString(string(line[:len(line)-1])); err != nil || string(line) != signedLine(a.signature) {
		return damaged("its signature cannot be read")
	}
	if _, err := a.in.Next(); !errors.Is(err, io.EOF) {
		return damaged("it goes on behind its end")
	}
	if err := a.out.Close(); err != nil {
		return damaged("its end cannot be written again")
	}
	if _, err := io.Copy(io.Discard, a.src); err != nil {
		return err
	}
	if !bytes.Equal(a.raw.Sum(nil), a.same.Sum(nil)) {
		return damaged("bytes between its parts were changed")
	}
	a.sums.Reset()
	a.sums.Write(sums)
	return io.EOF
}

// wants reads the part that was begun, which must be this.
func (a *Reader) wants(size int64, content []byte, otherwise string) error {
	if size > maxSums || size != int64(len(content)) {
		return damaged("%s", otherwise)
	}
	got, err := io.ReadAll(a.part)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, content) {
		return damaged("%s", otherwise)
	}
	return nil
}

// Sums gives what was signed, and the signature; after Next has given io.EOF.
func (a *Reader) Sums() (sums, signature []byte) { return a.sums.Bytes(), a.signature }
