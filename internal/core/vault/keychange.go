package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// KeyChange is the change of the root key in a key file, in steps of which each
// is whole after a crash:
//
//	PATH                        the old key
//	PATH, PATH.new              the new one was written, nothing uses it
//	PATH, PATH.previous, .new   the old one has a second name
//	PATH, PATH.previous         PATH is the new one; keys are being wrapped anew
//	PATH                        the new key
//
// Who opens data takes PATH and, when it is there, PATH.previous.
type KeyChange struct {
	Old, New RootKey
	// Switched says that PATH is the new key already: Switch was done before.
	Switched bool
	path     string
}

// BeginKeyChange takes up a change that was begun, or begins one to fresh, which
// is a generated key when it is the zero one. When the file holds fresh already and
// no change is under way, Old and New are the same.
func BeginKeyChange(path string, fresh RootKey) (KeyChange, error) {
	c := KeyChange{path: path}
	current, err := readKeyFile(path)
	if err != nil {
		return c, err
	}
	next, nextErr := readKeyFile(path + ".new")
	previous, err := readKeyFile(path + ".previous")
	switch {
	case err == nil && current.ID() != previous.ID():
		c.Old, c.New, c.Switched = previous, current, true
		return c, c.isFor(fresh)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return c, err
	case nextErr == nil:
		c.Old, c.New = current, next
		return c, c.isFor(fresh)
	case !errors.Is(nextErr, fs.ErrNotExist):
		return c, nextErr
	}
	if fresh.secret == nil {
		fresh = GenerateRootKey()
	}
	c.Old, c.New = current, fresh
	if current.ID() == fresh.ID() {
		return c, nil
	}
	return c, writeKeyFile(path+".new", fresh)
}

// isFor refuses to go on with another key than the one that is asked for now.
func (c KeyChange) isFor(fresh RootKey) error {
	if fresh.secret != nil && fresh.ID() != c.New.ID() {
		return fmt.Errorf("a change to root key %s was begun and not finished; finish it first, without another key", c.New.ID())
	}
	return nil
}

// Switch puts the new key in place and keeps the old one as PATH.previous; keys
// that are in no file are in place.
func (c KeyChange) Switch() error {
	if c.Switched || c.path == "" {
		return nil
	}
	if err := os.Link(c.path, c.path+".previous"); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := syncDirectory(filepath.Dir(c.path)); err != nil {
		return err
	}
	if err := os.Rename(c.path+".new", c.path); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(c.path))
}

// Finish removes the old key. Nothing may need it any more.
func (c KeyChange) Finish() error {
	if err := os.Remove(c.path + ".previous"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncDirectory(filepath.Dir(c.path))
}

// LoadPreviousKey reads the key that a change under way still needs; ErrNoRootKey
// when there is none.
func LoadPreviousKey(path string) (RootKey, error) {
	return LoadRootKey(path+".previous", false)
}

func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
