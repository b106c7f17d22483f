package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"syscall"

	"clinician/internal/core"
)

const (
	chunkSize  = 64 << 10
	tempPrefix = ".tmp-"
	maxName    = 200
)

// chunks lends buffers to the streams of many uploads at once.
var chunks = sync.Pool{New: func() any { b := make([]byte, chunkSize); return &b }}

// Disk keeps blobs as files below one directory (0700, files 0600). It
// implements core.Blobs: a blob is there whole or not at all, and once Put has
// returned it survives a crash of the machine.
type Disk struct {
	dir  string
	root *os.Root
}

var _ core.Blobs = (*Disk)(nil)

// OpenDisk opens or creates the directory and takes rights of others away from
// it. The caller closes the Disk.
func OpenDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create vault directory: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("close vault directory to others: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open vault directory: %w", err)
	}
	return &Disk{dir: dir, root: root}, nil
}

// Close releases the directory. Readers that are open stay usable.
func (d *Disk) Close() error { return d.root.Close() }

// Put writes a temporary file beside the final name, syncs it, gives it its
// name without ever replacing another, and syncs the directory. An error of
// content is returned as it is.
func (d *Disk) Put(ctx context.Context, name string, content io.Reader) (int64, error) {
	if err := checkName(name); err != nil {
		return 0, err
	}
	if _, err := d.root.Lstat(name); err == nil {
		return 0, errExists()
	}
	dir := path.Dir(name)
	if err := d.makeDir(dir); err != nil {
		return 0, diskError("create directory", err)
	}
	temp := path.Join(dir, tempPrefix+strings.ToLower(rand.Text()))
	size, err := d.writeTemp(ctx, temp, content)
	if err != nil {
		d.root.Remove(temp)
		return 0, err
	}
	if err := d.publish(temp, name); err != nil {
		d.root.Remove(temp)
		return 0, err
	}
	if err := d.syncDir(dir); err != nil {
		d.root.Remove(name)
		return 0, diskError("sync directory", err)
	}
	return size, nil
}

func (d *Disk) writeTemp(ctx context.Context, temp string, content io.Reader) (int64, error) {
	f, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, diskError("create file", err)
	}
	defer f.Close()
	buf := chunks.Get().(*[]byte)
	defer chunks.Put(buf)
	var size int64
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, readErr := content.Read(*buf)
		if n > 0 {
			if _, err := f.Write((*buf)[:n]); err != nil {
				return 0, diskError("write", err)
			}
			size += int64(n)
		}
		if readErr == io.EOF {
			break
		}
		if readErr != nil {
			return 0, readErr
		}
	}
	if err := f.Sync(); err != nil {
		return 0, diskError("sync", err)
	}
	if err := f.Close(); err != nil {
		return 0, diskError("close", err)
	}
	return size, nil
}

// publish gives the finished file its name. A hard link fails when the name
// exists, which rename does not.
func (d *Disk) publish(temp, name string) error {
	err := d.root.Link(temp, name)
	switch {
	case err == nil:
		d.root.Remove(temp) // a second name of the same file; Sweep removes what stays
		return nil
	case errors.Is(err, fs.ErrExist):
		return errExists()
	case errors.Is(err, syscall.EPERM), errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOSYS):
		// No hard links here. Names are random, so nobody is between check and rename.
		if _, err := d.root.Lstat(name); err == nil {
			return errExists()
		}
		err = d.root.Rename(temp, name)
	}
	if err != nil {
		return diskError("name the file", err)
	}
	return nil
}

// makeDir makes sure that a directory is there and will be there after a crash.
func (d *Disk) makeDir(dir string) error {
	if _, err := d.root.Lstat(dir); err == nil {
		return nil
	}
	if err := d.root.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for dir != "." {
		dir = path.Dir(dir)
		if err := d.syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

func (d *Disk) syncDir(dir string) error {
	f, err := d.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open gives the bytes from offset on; none when offset is past the end.
func (d *Disk) Open(ctx context.Context, name string, offset int64) (io.ReadCloser, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	if offset < 0 {
		return nil, core.Errorf(core.CodeInvalid, "The position to read from must not be negative.")
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := d.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, core.Errorf(core.CodeNotFound, "The stored content is missing.").WithCause(err)
	}
	if err != nil {
		return nil, diskError("open", err)
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		f.Close()
		return nil, diskError("seek", err)
	}
	return f, nil
}

// Delete removes a blob, which does not come back then, unless blobs are held.
func (d *Disk) Delete(ctx context.Context, name string) error {
	_, err := d.remove(ctx, name)
	return err
}

// remove is Delete, and says whether a blob was removed.
func (d *Disk) remove(ctx context.Context, name string) (bool, error) {
	if err := checkName(name); err != nil {
		return false, err
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	done, free, err := d.unlessHeld()
	if err != nil || !free {
		return false, err
	}
	defer done()
	err = d.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = d.syncDir(path.Dir(name))
	}
	if err != nil {
		return false, diskError("delete", err)
	}
	return true, nil
}

// Stat describes a finished blob.
func (d *Disk) Stat(name string) (core.BlobInfo, error) {
	if err := checkName(name); err != nil {
		return core.BlobInfo{}, err
	}
	info, err := d.root.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return core.BlobInfo{}, core.Errorf(core.CodeNotFound, "The stored content is missing.").WithCause(err)
	}
	if err != nil {
		return core.BlobInfo{}, diskError("look at", err)
	}
	return core.BlobInfo{Name: name, Size: info.Size(), ModTime: info.ModTime()}, nil
}

// List calls f for each finished blob whose name starts with prefix; f may
// delete it. An error of f ends the walk.
func (d *Disk) List(ctx context.Context, prefix string, f func(core.BlobInfo) error) error {
	// Only where such names can be: other folders hold a hundred thousand files.
	return d.walk(ctx, path.Dir(prefix+"x"), func(name string, info fs.FileInfo) error {
		if strings.HasPrefix(path.Base(name), tempPrefix) || !strings.HasPrefix(name, prefix) {
			return nil
		}
		return f(core.BlobInfo{Name: name, Size: info.Size(), ModTime: info.ModTime()})
	})
}

// Sweep removes temporary files that a crash left, and finished blobs that
// nobody points to.
func (d *Disk) Sweep(ctx context.Context, s core.BlobSweep) (removed int, err error) {
	var names []string
	flush := func() error {
		n, err := d.removeUnknown(ctx, s, names)
		removed += n
		names = names[:0]
		return err
	}
	err = d.walk(ctx, ".", func(name string, info fs.FileInfo) error {
		switch {
		case strings.HasPrefix(path.Base(name), tempPrefix):
			if !info.ModTime().Before(s.StalledBefore) {
				return nil
			}
			if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return diskError("remove what a crash left", err)
			}
			removed++
			return nil
		case s.Keep == nil || !strings.HasPrefix(name, s.Prefix) || !info.ModTime().Before(s.Before):
			return nil
		}
		if names = append(names, name); len(names) < core.SweepBatch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	return removed, err
}

// removeUnknown removes those of the blobs that nobody claims.
func (d *Disk) removeUnknown(ctx context.Context, s core.BlobSweep, names []string) (removed int, err error) {
	if len(names) == 0 {
		return 0, nil
	}
	known, err := s.Keep(ctx, names)
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		if known[name] {
			continue
		}
		gone, err := d.remove(ctx, name)
		if err != nil {
			return removed, err
		}
		if gone {
			removed++
		}
	}
	return removed, nil
}

// walk calls f for each file in or below a folder, which may be missing.
func (d *Disk) walk(ctx context.Context, folder string, f func(string, fs.FileInfo) error) error {
	return fs.WalkDir(d.root.FS(), folder, func(name string, e fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // went away meanwhile
		}
		if err != nil {
			return diskError("list", err)
		}
		if !e.Type().IsRegular() || name == holdName {
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return diskError("list", err)
		}
		return f(name, info)
	})
}

// checkName accepts the names core.Blobs speaks of and nothing that could leave
// the directory or pass for a temporary file.
func checkName(name string) error {
	ok := name != "" && len(name) <= maxName
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' {
			ok = false
		}
	}
	for _, c := range []byte(name) {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("/._-", c) >= 0) {
			ok = false
		}
	}
	if !ok {
		return core.Errorf(core.CodeInvalid, "This is not a name of stored content.")
	}
	return nil
}

func errExists() error {
	return core.Errorf(core.CodeConflict, "Content of this name is already stored.")
}

func diskError(what string, err error) error {
	msg := "The file storage does not work at the moment. Nothing was changed; try again, or tell your administrator."
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		msg = "The file storage is full. Nothing was changed; tell your administrator."
	}
	return core.Errorf(core.CodeUnavailable, "%s", msg).WithCause(fmt.Errorf("vault: %s: %w", what, err))
}
