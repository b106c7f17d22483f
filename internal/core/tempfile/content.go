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
	clear io.ReadCloser // nil: to be opened
	at    int64         // position of clear
	pos   int64         // position asked for
}

var _ io.ReadSeekCloser = (*Content)(nil)

// Read gives authenticated bytes only.
func (c *Content) Read(p []byte) (int, error) {
	if c.pos >= c.entry.Size {
		return 0, io.EOF
	}
	if c.clear == nil || c.at != c.pos {
		if err := c.open(); err != nil {
			return 0, err
		}
	}
	n, err := c.clear.Read(p)
	c.at += int64(n)
	c.pos = c.at
	return n, err
}

// open begins to decrypt at the position asked for.
func (c *Content) open() error {
	if err := c.stop(); err != nil {
		return err
	}
	clear, err := vault.OpenRange(c.entry.Key, c.entry.ID, c.pos, func(at int64) (io.ReadCloser, error) {
		_, err := c.file.Seek(at, io.SeekStart)
		return section{c.file}, err
	})
	if err != nil {
		return err
	}
	c.clear, c.at = clear, c.pos
	return nil
}

// section is the open file, which only Content closes.
type section struct{ io.ReadSeeker }

func (section) Close() error { return nil }

func (c *Content) stop() error {
	if c.clear == nil {
		return nil
	}
	err := c.clear.Close()
	c.clear = nil
	return err
}

// Seek costs nothing; the next Read begins to decrypt there.
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
func (c *Content) Close() error { return errors.Join(c.stop(), c.file.Close()) }
