package boot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"clinician/internal/core"
)

// passing is the vault of a backup that is only looked at: what was put is kept in memory,
// and one blob at a time is there while it passes, to be read once.
type passing struct {
	kept    map[string][]byte
	name    string
	content io.Reader
}

var _ core.Blobs = (*passing)(nil)

// maxKept bounds what is put: sealed keys.
const maxKept = 1 << 20

var errPassing = errors.New("a backup is only looked at")

func (p *passing) pass(name string, content io.Reader) { p.name, p.content = name, content }

// Put keeps a small blob.
func (p *passing) Put(_ context.Context, name string, content io.Reader) (int64, error) {
	b, err := io.ReadAll(io.LimitReader(content, maxKept))
	p.kept[name] = b
	return int64(len(b)), err
}

// Open gives a blob that was put, or the one that passes, from its beginning.
func (p *passing) Open(_ context.Context, name string, offset int64) (io.ReadCloser, error) {
	if b, ok := p.kept[name]; ok {
		return io.NopCloser(bytes.NewReader(b[min(offset, int64(len(b))):])), nil
	}
	if name != p.name || offset != 0 || p.content == nil {
		return nil, core.Errorf(core.CodeNotFound, "The stored content is missing.")
	}
	content := p.content
	p.content = nil
	return io.NopCloser(content), nil
}

// List gives what was put.
func (p *passing) List(_ context.Context, prefix string, f func(core.BlobInfo) error) error {
	for name, b := range p.kept {
		if strings.HasPrefix(name, prefix) {
			if err := f(core.BlobInfo{Name: name, Size: int64(len(b))}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Delete, Sweep and Ping have no meaning here.
func (p *passing) Delete(context.Context, string) error { return errPassing }

// Sweep is not possible.
func (p *passing) Sweep(context.Context, core.BlobSweep) (int, error) { return 0, errPassing }

// Ping is not possible.
func (p *passing) Ping(context.Context) error { return errPassing }
