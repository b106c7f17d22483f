package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"sync"
)

// The layout of a sealed stream, as Tink writes it (AES256-GCM-HKDF streaming): a
// header, then segments of chunkSize sealed bytes, of which the header takes its part
// from the first. The nonce of a segment is prefix, number, and whether it is the last.
const (
	saltSize     = keySize
	noncePrefix  = 7
	headerSize   = 1 + saltSize + noncePrefix
	tagSize      = 16
	firstClear   = chunkSize - headerSize - tagSize // clear bytes of the first segment
	segmentClear = chunkSize - tagSize              // and of each after it, but the last
)

// segmentAt says which segment holds the clear byte at offset, and how many
// clear bytes of that segment precede it.
func segmentAt(offset int64) (segment, within int64) {
	if offset < firstClear {
		return 0, offset
	}
	offset -= firstClear
	return 1 + offset/segmentClear, offset % segmentClear
}

// OpenRange gives the clear content from offset on of a stream made by
// SealReader with the same key and subject. open gives the sealed bytes from a
// position on; it is called at most three times, what it gave is closed before the
// next call or with the answer, and nothing before the segment that holds offset is
// read but the header. An offset past the end gives no bytes.
//
// No byte is given out before its segment is authenticated, as this segment of this
// stream; the one that holds offset is before OpenRange returns. A stream that was
// cut ends in an error, never in io.EOF. What is damaged before offset is not
// noticed. The errors have ErrDamaged in their chain, unless open or its bytes fail.
// One goroutine at a time reads; the caller closes.
func OpenRange(key []byte, subject string, offset int64, open func(at int64) (io.ReadCloser, error)) (io.ReadCloser, error) {
	segment, within := segmentAt(offset)
	if segment >= math.MaxUint32 {
		return nil, damaged(errors.New("vault: no stream is that long"))
	}
	o, err := openHeader(key, subject, open)
	if err != nil {
		return nil, err
	}
	if segment > 0 {
		o.segment = uint32(segment)
		err = o.reopen(open, segment*chunkSize)
	}
	if err == nil {
		err = o.fill(nil)
	}
	switch {
	case err == errNothing && segment > 0:
		err = provenEnd(key, subject, open, o)
	case err == errNothing:
		err = damaged(err)
	}
	if err != nil {
		o.Close()
		return nil, err
	}
	o.clear = o.clear[min(within, int64(len(o.clear))):]
	return o, nil
}

// errNothing means that no byte is where a segment should begin.
var errNothing = errors.New("the segment is missing")

// provenEnd tells an offset past the end from a stream that was cut before it:
// only a stream whose last segment says so ends. It reads all of it, which
// nobody needs who knows how long the content is.
func provenEnd(key []byte, subject string, open func(at int64) (io.ReadCloser, error), o *openReader) error {
	if err := o.sealed.Close(); err != nil {
		return err
	}
	o.sealed = io.NopCloser(nil)
	whole, err := OpenRange(key, subject, 0, open)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, whole)
	o.last = true
	return errors.Join(err, whole.Close())
}

// openReader decrypts segment by segment.
type openReader struct {
	sealed  io.ReadCloser
	cipher  cipher.AEAD
	prefix  [noncePrefix]byte
	segment uint32 // number of the next one
	ahead   []byte // the byte that followed the segment before: the first of the next
	last    bool   // the last segment was opened
	clear   []byte // opened and not given out yet; in buf
	buf     *[]byte
	err     error // the first, for ever
}

// segments lends buffers that hold a segment and the byte that shows whether
// another follows.
var segments = sync.Pool{New: func() any { b := make([]byte, chunkSize+1); return &b }}

func openHeader(key []byte, subject string, open func(at int64) (io.ReadCloser, error)) (*openReader, error) {
	if len(key) != keySize {
		return nil, errors.New("vault: a content key has 32 bytes")
	}
	sealed, err := open(0)
	if err != nil {
		return nil, err
	}
	o := &openReader{sealed: sealed, buf: segments.Get().(*[]byte)}
	header := (*o.buf)[:headerSize]
	_, err = io.ReadFull(sealed, header)
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		err = damaged(errors.New("the header is cut off"))
	case err == nil && header[0] != headerSize:
		err = damaged(errors.New("the header says another length"))
	case err == nil:
		o.cipher, err = segmentCipher(key, header[1:1+saltSize], subject)
		copy(o.prefix[:], header[1+saltSize:])
	}
	if err != nil {
		o.Close()
		return nil, err
	}
	return o, nil
}

func segmentCipher(key, salt []byte, subject string) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, key, salt, streamContext+subject, keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// reopen goes on at another position of the sealed bytes, by seeking where the
// source can.
func (o *openReader) reopen(open func(at int64) (io.ReadCloser, error), at int64) error {
	if s, ok := o.sealed.(io.Seeker); ok {
		_, err := s.Seek(at, io.SeekStart)
		return err
	}
	if err := o.sealed.Close(); err != nil {
		return err
	}
	o.sealed = io.NopCloser(nil)
	sealed, err := open(at)
	if err == nil {
		o.sealed = sealed
	}
	return err
}

// fill opens the next segment: into dst when it has room for a whole one, else
// in place.
func (o *openReader) fill(dst []byte) error {
	room := chunkSize + 1
	if o.segment == 0 {
		room -= headerSize
	}
	ct := (*o.buf)[:room]
	held := copy(ct, o.ahead)
	n, err := io.ReadFull(o.sealed, ct[held:])
	last := err == io.EOF || err == io.ErrUnexpectedEOF
	switch {
	case err != nil && !last:
		return err
	case last && held+n == 0:
		return errNothing
	case last:
		ct = ct[:held+n]
	default:
		ct = ct[:room-1]
	}
	var nonce [noncePrefix + 5]byte
	copy(nonce[:], o.prefix[:])
	binary.BigEndian.PutUint32(nonce[noncePrefix:], o.segment)
	if last {
		nonce[len(nonce)-1] = 1
	} else {
		o.ahead = append(o.ahead[:0], (*o.buf)[room-1]) // before it is overwritten
	}
	if len(dst) < segmentClear {
		dst = ct
	}
	o.clear, err = o.cipher.Open(dst[:0], nonce[:], ct, nil)
	if err != nil {
		o.clear = nil
		return damaged(err)
	}
	o.segment++
	if o.segment == math.MaxUint32 && !last {
		return damaged(errors.New("vault: no stream is that long"))
	}
	o.last = last
	return nil
}

// Read remembers the first error, so that what did not open is never followed by
// an io.EOF that could pass for the end.
func (o *openReader) Read(p []byte) (int, error) {
	for len(o.clear) == 0 && len(p) > 0 {
		if err := o.next(p); err != nil {
			return 0, err
		}
		if n := len(o.clear); n > 0 && &o.clear[0] == &p[0] { // opened where it belongs
			o.clear = nil
			return n, nil
		}
	}
	n := copy(p, o.clear)
	o.clear = o.clear[n:]
	return n, nil
}

func (o *openReader) next(dst []byte) error {
	if o.err == nil && o.last {
		o.err = io.EOF
	}
	if o.err == nil {
		o.err = o.fill(dst)
	}
	if o.err == errNothing {
		o.err = damaged(errNothing)
	}
	return o.err
}

// WriteTo writes segment after segment, without a copy of its own.
func (o *openReader) WriteTo(w io.Writer) (written int64, err error) {
	for {
		if len(o.clear) > 0 {
			n, err := w.Write(o.clear)
			o.clear = o.clear[n:]
			written += int64(n)
			if err != nil {
				return written, err
			}
		}
		switch err := o.next(nil); {
		case err == io.EOF:
			return written, nil
		case err != nil:
			return written, err
		}
	}
}

// Close closes the sealed bytes. Nothing can be read any more.
func (o *openReader) Close() error {
	if o.buf == nil {
		return nil
	}
	clear(*o.buf)
	segments.Put(o.buf)
	o.buf, o.clear = nil, nil
	if o.err == nil || o.err == io.EOF {
		o.err = errors.New("vault: read after Close")
	}
	return o.sealed.Close()
}
