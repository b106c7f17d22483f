package page

import (
	"clinician/internal/core"
	"clinician/internal/tui/ui"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

var ErrExists = core.Errorf(core.CodeConflict, "A file of this name exists.")

// LocalName makes a file name of one the server sent.
func LocalName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, ui.Clean(name))
	if name = strings.TrimLeft(strings.TrimSpace(name), ".-"); name == "" {
		return "document"
	}
	return name
}

// Save writes beside the target and moves it there when it is complete.
func Save(ctx context.Context, b Backend, id, path string, overwrite bool, progress func(int64)) (err error) {
	if _, err := os.Lstat(path); err == nil && !overwrite {
		return ErrExists
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return FileError(err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".clinician-*") // 0600
	if err != nil {
		return FileError(err)
	}
	defer func() {
		if err != nil {
			f.Close()           // the first error counts
			os.Remove(f.Name()) // as good as it gets
		}
	}()
	if err := b.Download(ctx, id, false, f, progress); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return FileError(err)
	}
	if overwrite {
		err = os.Rename(f.Name(), path)
	} else if err = os.Link(f.Name(), path); err == nil { // fails if a file came meanwhile
		err = os.Remove(f.Name())
	} else if errors.Is(err, fs.ErrExist) {
		return ErrExists
	} else { // a file system without links
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return FileError(err)
	}
	return nil
}
