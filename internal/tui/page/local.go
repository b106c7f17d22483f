package page

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/tui/ui"
)

// Local is the workstation's reach to the machine it runs on: the user's files, and
// their other programs. It is handed in, and nothing else of the workstation touches
// either: a workstation that is served to a terminal elsewhere must not reach the
// disk of the machine that serves it. Package disk is the one for this machine. Calls
// may block; they are made by ui.Load. Errors have a sentence for people.
type Local interface {
	// Resolve makes a path of what was typed: "~", quotes of a dropped file, and names
	// relative to where the workstation was started are understood. "" is that place.
	Resolve(typed string) string
	// List gives a directory, directories first, hidden files left out.
	List(dir string) (Listing, error)
	// Open opens a file for reading, if it is one, is not empty and has at most most
	// bytes; 0 is no limit. The caller closes it.
	Open(path string, most int64) (f io.ReadSeekCloser, size int64, err error)
	// Save makes a file that only the user can read, of what write writes, whole or not
	// at all. In a directory it is called name. It never writes through a link;
	// ErrExists when a file is there and overwrite is false. It gives where it is.
	Save(path, name string, overwrite bool, write func(io.Writer) error) (saved string, err error)
	// ShowOff says why nothing can be shown in another program, "" when it can.
	ShowOff() string
	// Show has another program show what write writes, from a copy that only the user
	// can read. The caller ends it with remove, which may be called more than once;
	// copies that were left behind go with Sweep, at start and end of the workstation.
	Show(name string, write func(io.Writer) error) (remove func(), err error)
	Sweep()
}

// ErrExists is what Save gives when there is such a file.
var ErrExists = core.Errorf(core.CodeConflict, "A file of this name exists.")

// Entry is one line of a directory list.
type Entry struct {
	Name string
	Dir  bool
	Size int64
	At   time.Time
}

// Listing is a directory as it was read.
type Listing struct {
	Dir     string
	Entries []Entry
}

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

// SaveRecord saves a record's bytes; see Local.Save.
func SaveRecord(ctx context.Context, l Local, d core.Documents, id, path, name string, overwrite bool, progress func(int64)) (string, error) {
	return l.Save(path, name, overwrite, func(w io.Writer) error { return d.Download(ctx, id, false, w, progress) })
}

// Completion is what Tab makes of a path.
type Completion struct {
	Typed string   // the path it answers
	Path  string   // as far as it is unambiguous
	Names []string // the candidates
}

// Complete extends a typed path as far as the directory says.
func Complete(l Local, typed string) (Completion, error) {
	out := Completion{Typed: typed, Path: typed}
	full := l.Resolve(typed)
	if strings.HasSuffix(typed, "/") || strings.TrimSpace(typed) == "" {
		full += "/"
	}
	parent, prefix := filepath.Split(full)
	list, err := l.List(parent)
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
