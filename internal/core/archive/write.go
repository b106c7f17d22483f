package archive

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"
)

// Writer writes a backup. One goroutine uses it.
type Writer struct {
	tar  *tar.Writer
	made time.Time
	sums bytes.Buffer
}

// NewWriter begins a backup in w. It sets Format, and takes Made to the second.
func NewWriter(w io.Writer, a About) (*Writer, error) {
	a.Format, a.Made = format, a.Made.UTC().Truncate(time.Second)
	b, err := encode(a)
	if err != nil {
		return nil, err
	}
	out := &Writer{tar: tar.NewWriter(w), made: a.Made}
	return out, out.add(aboutName, int64(len(b)), bytes.NewReader(b))
}

// Add adds a part of size bytes: Database, or VaultPrefix and the name of a blob.
func (w *Writer) Add(name string, size int64, content io.Reader) error {
	if err := checkName(name); err != nil {
		return err
	}
	return w.add(name, size, content)
}

func (w *Writer) add(name string, size int64, content io.Reader) error {
	if err := w.tar.WriteHeader(header(name, size, w.made)); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w.tar, sum), io.LimitReader(content, size))
	if err == nil && n < size {
		err = fmt.Errorf("%s ended after %d of %d bytes", name, n, size)
	}
	fmt.Fprintf(&w.sums, "%x  %s\n", sum.Sum(nil), name)
	return err
}

// Close ends the backup with the sums, which sign signs. It does not close what it was
// written to. Without it, what was written is no backup.
func (w *Writer) Close(sign func(sums []byte) []byte) error {
	sums := bytes.Clone(w.sums.Bytes())
	if err := w.add(sumsName, int64(len(sums)), bytes.NewReader(sums)); err != nil {
		return err
	}
	line := signedLine(sign(sums))
	if err := w.add(signedName, int64(len(line)), strings.NewReader(line)); err != nil {
		return err
	}
	return w.tar.Close()
}

func signedLine(signature []byte) string { return fmt.Sprintf("%x\n", signature) }
