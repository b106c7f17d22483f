package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strings"
)

// Ping writes a file, reads it and removes it, in the directory that has the vault's name
// now: one that was put in its place, or an empty one where nothing is mounted any more,
// is not the vault.
func (d *Disk) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	named, err := os.Stat(d.dir)
	if err != nil {
		return diskError("look for the directory", err)
	}
	if ours, err := d.root.Stat("."); err != nil || !os.SameFile(named, ours) {
		return diskError("look for the directory", errors.Join(errors.New("another one has its name now"), err))
	}
	temp := tempPrefix + strings.ToLower(rand.Text())
	f, err := d.root.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return diskError("create file", err)
	}
	defer d.root.Remove(temp)
	defer f.Close()
	if _, err := f.WriteString(temp); err != nil {
		return diskError("write", err)
	}
	back := make([]byte, len(temp))
	if _, err := f.ReadAt(back, 0); err != nil || string(back) != temp {
		return diskError("read what was written", err)
	}
	return nil
}
