package tui

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

// resolve makes a path of what was typed: "~", quotes of a dropped file, and
// relative names are understood.
func resolve(typed, dir string) string {
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
	name string
	dir  bool
	size int64
	at   time.Time
}

// listing is a directory as it was read.
type listing struct {
	dir     string
	entries []entry
}

// readDir lists a directory, directories first, hidden files left out.
func readDir(dir string) (listing, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return listing{}, fileError(err)
	}
	out := listing{dir: dir}
	for _, d := range list {
		info, err := os.Stat(filepath.Join(dir, d.Name())) // follows links
		if err != nil || strings.HasPrefix(d.Name(), ".") || !info.IsDir() && !info.Mode().IsRegular() {
			continue
		}
		out.entries = append(out.entries, entry{d.Name(), info.IsDir(), info.Size(), info.ModTime()})
	}
	sort.SliceStable(out.entries, func(i, j int) bool {
		a, b := out.entries[i], out.entries[j]
		if a.dir != b.dir {
			return a.dir
		}
		return strings.ToLower(a.name) < strings.ToLower(b.name)
	})
	return out, nil
}

// completion is what Tab makes of a path.
type completion struct {
	typed string   // the path it answers
	path  string   // as far as it is unambiguous
	names []string // the candidates
}

// complete extends a typed path as far as the directory says.
func complete(_ context.Context, typed, dir string) (completion, error) {
	out := completion{typed: typed, path: typed}
	full := resolve(typed, dir)
	if strings.HasSuffix(typed, "/") || strings.TrimSpace(typed) == "" {
		full += "/"
	}
	parent, prefix := filepath.Split(full)
	list, err := readDir(parent)
	if err != nil {
		return out, err
	}
	common := ""
	for _, e := range list.entries {
		if !strings.HasPrefix(e.name, prefix) {
			continue
		}
		name := e.name
		if e.dir {
			name += "/"
		}
		if out.names = append(out.names, name); len(out.names) == 1 {
			common = name
		}
		for !strings.HasPrefix(name, common) {
			common = common[:len(common)-1]
		}
	}
	if len(common) > len(prefix) {
		out.path = strings.ToValidUTF8(typed+common[len(prefix):], "")
	}
	return out, nil
}

// openRegular opens a file for reading, if it is one and not too large.
func openRegular(path string, most int64) (*os.File, int64, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, 0, fileError(err)
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
		return nil, 0, fileError(err)
	}
	return f, info.Size(), nil
}

// fileError says in a sentence what is wrong with a file of the user's.
func fileError(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return core.Errorf(core.CodeInvalid, "There is no such file or directory.").WithCause(err)
	case errors.Is(err, fs.ErrPermission):
		return core.Errorf(core.CodeInvalid, "You may not do this with this file or directory.").WithCause(err)
	}
	return core.Errorf(core.CodeInvalid, "The file or directory cannot be used.").WithCause(err)
}
