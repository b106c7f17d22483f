package page

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Resolve makes a path of what was typed: "~", quotes of a dropped file, and
// relative names are understood.
func Resolve(typed, dir string) string {
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
		p = filepath.Join(dir, p)
	}
	return p
}

// entry is one line of a directory list.
type entry struct {
	Name string
	Dir  bool
	Size int64
	At   time.Time
}

// Listing is a directory as it was read.
type Listing struct {
	Dir     string
	Entries []entry
}

// ReadDir lists a directory, directories first, hidden files left out.
func ReadDir(dir string) (Listing, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return Listing{}, FileError(err)
	}
	out := Listing{Dir: dir}
	for _, d := range list {
		info, err := os.Stat(filepath.Join(dir, d.Name())) // follows links
		if err != nil || strings.HasPrefix(d.Name(), ".") || !info.IsDir() && !info.Mode().IsRegular() {
			continue
		}
		out.Entries = append(out.Entries, entry{d.Name(), info.IsDir(), info.Size(), info.ModTime()})
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

// Completion is what Tab makes of a path.
type Completion struct {
	Typed string   // the path it answers
	Path  string   // as far as it is unambiguous
	Names []string // the candidates
}

// Complete extends a typed path as far as the directory says.
func Complete(_ context.Context, typed, dir string) (Completion, error) {
	out := Completion{Typed: typed, Path: typed}
	full := Resolve(typed, dir)
	if strings.HasSuffix(typed, "/") || strings.TrimSpace(typed) == "" {
		full += "/"
	}
	parent, prefix := filepath.Split(full)
	list, err := ReadDir(parent)
	if err != nil {
		return out, err
	}
	common := ""
	for _, e := range list.Entries {
		if !strings.HasPrefix(e.Name, prefix) {
			continue
		}
		name := e.Name
		if e.Dir {
			name += "/"
		}
		if out.Names = append(out.Names, name); len(out.Names) == 1 {
			common = name
		}
		for !strings.HasPrefix(name, common) {
			common = common[:len(common)-1]
		}
	}
	if len(common) > len(prefix) {
		out.Path = strings.ToValidUTF8(typed+common[len(prefix):], "")
	}
	return out, nil
}

// openRegular opens a file for reading, if it is one and not too large.
func openRegular(path string, most int64) (*os.File, int64, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, 0, FileError(err)
	case info.IsDir():
		return nil, 0, core.Errorf(core.CodeInvalid, "This is a directory. Choose a file in it (Ctrl-O looks inside).")
	case !info.Mode().IsRegular():
		return nil, 0, core.Errorf(core.CodeInvalid, "This is not a regular file.")
	case info.Size() == 0:
		return nil, 0, core.Errorf(core.CodeInvalid, "This file is empty.")
	case most > 0 && info.Size() > most:
		return nil, 0, core.Errorf(core.CodeTooLarge, "This file has %s; at most %s are taken.", ui.Size(info.Size()), ui.Size(most))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, FileError(err)
	}
	return f, info.Size(), nil
}

// FileError says in a sentence what is wrong with a file of the user's.
func FileError(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return core.Errorf(core.CodeInvalid, "There is no such file or directory.").WithCause(err)
	case errors.Is(err, fs.ErrPermission):
		return core.Errorf(core.CodeInvalid, "You may not do this with this file or directory.").WithCause(err)
	}
	return core.Errorf(core.CodeInvalid, "The file or directory cannot be used.").WithCause(err)
}
