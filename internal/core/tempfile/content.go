package tempfile

import (
	"errors"
	"io"
	"os"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

// Content is the clear content of a view. One goroutine at a time.
type Content struct {
	file  *os.File
	entry core.TempEntry
	clear io.Reader // nil: to be opened
	at    int64     // position of clear
	pos   int64     // position asked for
}

var _ io.ReadSeekCloser = (*Content)(nil)

// Read gives authenticated bytes only.
func (c *Content) Read(p []byte) (int, error) {
	if c.pos >= c.entry.Size {
		return 0, io.EOF
	}
	if c.clear == nil || c.at > c.pos {
		if _, err := c.file.Seek(0, io.SeekStart); err != nil {
			return 0, diskError(err)
		}
		clear, err := vault.OpenReader(c.entry.Key, c.entry.ID, c.file)
		if err != nil {
			return 0, err
		}
		c.clear, c.at = clear, 0
	}
	if c.at < c.pos {
		n, err := io.CopyN(io.Discard, c.clear, c.pos-c.at)
		c.at += n
		if err != nil {
			return 0, err
		}
	}
	n, err := c.clear.Read(p)
	c.at += int64(n)
	c.pos = c.at
	return n, err
}

// Seek costs nothing; the next Read decrypts up to the position.
func (c *Content) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += c.pos
	case io.SeekEnd:
		offset += c.entry.Size
	default:
		return 0, errors.New("tempfile: seek from where?")
	}
	if offset < 0 {
		return 0, errors.New("tempfile: seek before the start")
	}
	c.pos = offset
	return offset, nil
}

// Close releases the file.
func (c *Content) Close() error { return c.file.Close() }
