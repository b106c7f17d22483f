package vault

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle"

	"clinician/internal/core"
)

// streamContext is part of what a stream is bound to: another version of the
// format must not open as this one.
const streamContext = "clinician blob v1\x00"

// ErrDamaged is in the chain of every error about sealed content that does not
// open: changed, cut, swapped, or under another key.
var ErrDamaged = errors.New("sealed content is damaged or not what it should be")

func damaged(cause error) error {
	return core.Errorf(core.CodeInternal, "The stored content is damaged or was changed, so it is not shown. Tell your administrator.").
		WithCause(errors.Join(ErrDamaged, cause))
}

func streamCipher(key []byte) (*subtle.AESGCMHKDF, error) {
	if len(key) != keySize {
		return nil, errors.New("vault: a content key has 32 bytes")
	}
	return subtle.NewAESGCMHKDF(key, "SHA256", keySize, chunkSize, 0)
}

// SealReader gives clear sealed under key (32 random bytes, used for one stream
// only) and bound to subject. Errors of clear come out unchanged.
func SealReader(key []byte, subject string, clear io.Reader) (io.Reader, error) {
	c, err := streamCipher(key)
	if err != nil {
		return nil, err
	}
	s := &sealReader{clear: clear, buf: chunks.Get().(*[]byte)}
	if s.enc, err = c.NewEncryptingWriter(&s.out, []byte(streamContext+subject)); err != nil {
		return nil, err
	}
	return s, nil
}

// sealReader pulls: no goroutine, no pipe.
type sealReader struct {
	clear io.Reader
	enc   io.WriteCloser
	out   bytes.Buffer // sealed, not yet read
	buf   *[]byte      // nil once clear has ended
	err   error
}

func (s *sealReader) Read(p []byte) (int, error) {
	for s.out.Len() == 0 && s.err == nil {
		s.fill()
	}
	if s.out.Len() > 0 && (s.err == nil || s.err == io.EOF) {
		return s.out.Read(p)
	}
	return 0, s.err
}

func (s *sealReader) fill() {
	n, err := s.clear.Read(*s.buf)
	if n > 0 {
		if _, werr := s.enc.Write((*s.buf)[:n]); werr != nil {
			err = werr
		}
	}
	if err == io.EOF {
		if cerr := s.enc.Close(); cerr != nil {
			err = cerr
		}
	}
	if s.err = err; err != nil {
		chunks.Put(s.buf)
		s.buf = nil
	}
}

// OpenReader gives the clear content of a stream made by SealReader with the
// same key and subject. The first segment is checked before it returns; no byte
// is given out before its segment is authenticated, and a stream that was cut
// ends in an error, never in io.EOF. The errors have ErrDamaged in their chain,
// unless sealed itself fails.
func OpenReader(key []byte, subject string, sealed io.Reader) (io.Reader, error) {
	c, err := streamCipher(key)
	if err != nil {
		return nil, err
	}
	o := &openReader{sealed: sealedSource{r: sealed}}
	if o.clear, err = c.NewDecryptingReader(&o.sealed, []byte(streamContext+subject)); err != nil {
		return nil, o.fail(err)
	}
	if _, err := o.Read(nil); err != nil && err != io.EOF {
		return nil, err
	}
	return o, nil
}

type openReader struct {
	sealed sealedSource
	clear  io.Reader
	err    error
}

// Read remembers the first error: Tink's reader would answer io.EOF to the next
// call after a last segment that did not open.
func (o *openReader) Read(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.clear.Read(p)
	if err != nil {
		o.err = err
		if err != io.EOF {
			o.err = o.fail(err)
		}
	}
	return n, o.err
}

func (o *openReader) fail(err error) error {
	if o.sealed.err != nil {
		return o.sealed.err
	}
	return damaged(err)
}

// sealedSource tells a source that fails from content that does not open.
type sealedSource struct {
	r   io.Reader
	err error
}

func (s *sealedSource) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// skip reads clear content up to offset; fewer bytes are no error.
func skip(ctx context.Context, r io.Reader, offset int64) error {
	buf := chunks.Get().(*[]byte)
	defer chunks.Put(buf)
	for offset > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := r.Read((*buf)[:min(offset, chunkSize)])
		offset -= int64(n)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
