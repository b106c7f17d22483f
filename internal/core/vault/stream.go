package vault

import (
	"bytes"
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
