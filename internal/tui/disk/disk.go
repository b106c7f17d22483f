// Package disk is the page.Local of this machine: the user's files, and programs of
// their desktop. Start with New; Sweep removes copies that a killed program left.
package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/tui/page"
)

// Disk reaches the files of this machine.
type Disk struct{ start string }

var _ page.Local = Disk{}

// New begins relative names at start; "" is the working directory.
func New(start string) Disk {
	if start == "" {
		start, _ = os.Getwd() // "" still works for absolute paths
	}
	return Disk{start}
}

// Resolve makes a path of what was typed.
func (d Disk) Resolve(typed string) string {
	p := strings.TrimSpace(typed)
	if n := len(p); n >= 2 && (p[0] == '\'' || p[0] == '"') && p[n-1] == p[0] {
		p = p[1 : n-1]
	}
	if p == "~" || strings.HasPrefix(p, "~/") {
		if home, err := os.UserHomeDir(); err == nil {
			p = home + p[1:]
		}
	}
	if !filepath.IsAbs(p) {
		p = filepath.Join(d.start, p)
	}
	return p
}

// List lists a directory.
func (d Disk) List(dir string) (page.Listing, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return page.Listing{}, page.FileError(err)
	}
	out := page.Listing{Dir: dir}
	for _, e := range list {
		info, err := os.Stat(filepath.Join(dir, e.Name())) // follows links
		if err != nil || strings.HasPrefix(e.Name(), ".") || !info.IsDir() && !info.Mode().IsRegular() {
			continue
		}
		out.Entries = append(out.Entries, page.Entry{Name: e.Name(), Dir: info.IsDir(), Size: info.Size(), At: info.ModTime()})
	}
	sort.SliceStable(out.Entries, func(i, j int) bool {
		a, b := out.Entries[i], out.Entries[j]
		if a.Dir != b.Dir {
			return a.Dir
		}
		return strings.ToLower(a.Name) < strings.ToLower(b.Name)
	})
	return out, nil
}

// Open opens a file of the user's.
func (d Disk) Open(path string, most int64) (io.ReadSeekCloser, int64, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, 0, page.FileError(err)
	case info.IsDir():
		return nil, 0, core.Errorf(core.CodeInvalid, "This is a directory. Choose a file in it (Ctrl-O looks inside).")
	case !info.Mode().IsRegular():
		return nil, 0, core.Errorf(core.CodeInvalid, "This is no regular file: FIFOs, sockets and devices cannot be stored. Give the path of a document.")
	case info.Size() == 0:
		return nil, 0, core.Errorf(core.CodeInvalid, "This file is empty.")
	case most > 0 && info.Size() > most:
		return nil, 0, core.Errorf(core.CodeTooLarge, "This file has %s; at most %s are taken.", present.Size(info.Size()), present.Size(most))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, page.FileError(err)
	}
	return f, info.Size(), nil
}

// Save writes beside the target and moves it there when it is complete.
func (d Disk) Save(path, name string, overwrite bool, write func(io.Writer) error) (saved string, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, name)
	}
	if _, err := os.Lstat(path); err == nil && !overwrite {
		return "", page.ErrExists
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", page.FileError(err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".clinician-*") // 0600
	if err != nil {
		return "", page.FileError(err)
	}
	defer func() {
		if err != nil {
			f.Close()           // the first error counts
			os.Remove(f.Name()) // as good as it gets
		}
	}()
	if err := write(f); err != nil {
		return "", err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return "", page.FileError(err)
	}
	if overwrite {
		err = os.Rename(f.Name(), path)
	} else if err = os.Link(f.Name(), path); err == nil { // fails if a file came meanwhile
		err = os.Remove(f.Name())
	} else if errors.Is(err, fs.ErrExist) {
		return "", page.ErrExists
	} else { // a file system without links
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return "", page.FileError(err)
	}
	return path, nil
}
