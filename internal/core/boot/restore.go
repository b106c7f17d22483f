package boot

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"clinician/internal/core"
	"clinician/internal/core/archive"
	"clinician/internal/core/records"
	"clinician/internal/core/store"
	"clinician/internal/core/vault"
)

// Restored tells what a backup holds, what of it was looked at, and what is wrong.
type Restored struct {
	Backup     archive.About `json:"backup"`
	Encrypted  bool          `json:"encrypted"`
	To         string        `json:"restored_to,omitempty"`
	Events     int64         `json:"audit_events"` // that follow one another as they were signed
	Read       int           `json:"read"`         // documents and pieces that were decrypted and compared
	Problems   []string      `json:"problems"`     // of what was backed up; the file itself is whole
	NotChecked []string      `json:"not_checked"`
}

// marker is the file that is in a data directory while a backup is restored into it.
const marker = "RESTORE-UNFINISHED"

// refuseUnfinished keeps everybody out of what a restore that broke off has left.
func refuseUnfinished(dir string) error {
	if _, err := os.Lstat(filepath.Join(dir, marker)); err != nil {
		return nil
	}
	return core.Errorf(core.CodeConflict, "A restore into %s did not come to its end, so what is there is not whole. Remove that directory and restore again.", dir)
}

// VerifyBackup reads a backup from its first byte to its last and changes nothing: sums,
// database and, with the root key of c, who made it, the audit log, and each document.
func VerifyBackup(ctx context.Context, c Config, from io.Reader, with []age.Identity) (Restored, error) {
	roots, err := knownRootKeys(c)
	if err != nil {
		return Restored{}, err
	}
	dir, err := os.MkdirTemp("", "clinician-verify-")
	if err != nil {
		return Restored{}, err
	}
	defer os.RemoveAll(dir)
	r := &restoring{dir: dir, roots: roots, blobs: &passing{kept: map[string][]byte{}}}
	err = r.run(ctx, from, with)
	return r.told, errors.Join(err, r.close())
}

// RestoreBackup makes a data directory of a backup, in dir, which is absent or empty. All
// is verified as VerifyBackup does. That it is a restored one is recorded in it, and every
// session is over: some may have been ended after the backup was made. The root key, which
// is in no backup, must be the one of c.
func RestoreBackup(ctx context.Context, c Config, from io.Reader, with []age.Identity, dir string) (told Restored, err error) {
	roots, err := knownRootKeys(c)
	if err != nil {
		return told, err
	}
	if len(roots) == 0 {
		return told, core.Errorf(core.CodeInvalid, "Restoring needs the root key, which is in no backup: give your copy of it as CLINICIAN_ROOT_KEY or CLINICIAN_ROOT_KEY_FILE.")
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return told, err
	}
	made, err := beginRestore(dir)
	if err != nil {
		return told, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, undoRestore(dir, made))
		}
	}()
	lock, err := lockDataDir(dir)
	if err != nil {
		return told, err
	}
	defer lock.Close()
	disk, err := vault.OpenDisk(filepath.Join(dir, "vault"))
	if err != nil {
		return told, err
	}
	defer disk.Close()
	r := &restoring{dir: dir, roots: roots, blobs: disk, disk: disk}
	err = r.run(ctx, from, with)
	if err == nil {
		err = r.record(ctx)
	}
	if err = errors.Join(err, r.close()); err != nil {
		return r.told, err
	}
	r.told.To = dir
	if err := syncDir(dir); err != nil {
		return r.told, err
	}
	if err := os.Remove(filepath.Join(dir, marker)); err != nil {
		return r.told, err
	}
	return r.told, syncDir(dir)
}

// knownRootKeys loads the root keys that are there; none is made.
func knownRootKeys(c Config) ([]vault.RootKey, error) {
	c.Debug = false
	if _, err := os.Stat(rootKeyPath(c)); c.RootKey == "" && errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return rootKeys(c)
}

// beginRestore takes a directory that is absent or empty, and marks it. It says whether it
// made it.
func beginRestore(dir string) (made bool, err error) {
	if err := refuseUnfinished(dir); err != nil {
		return false, err
	}
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		made = true
	case err != nil:
		return false, err
	case len(list) > 0:
		return false, core.Errorf(core.CodeConflict, "%s is not empty. A backup is restored into a directory that is empty or not there; nothing was changed.", dir)
	}
	if err := prepareDataDir(dir); err != nil {
		return made, err
	}
	f, err := os.OpenFile(filepath.Join(dir, marker), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return made, err
	}
	return made, errors.Join(f.Sync(), f.Close(), syncDir(dir))
}

// undoRestore empties the directory again, the marker last.
func undoRestore(dir string, made bool) error {
	list, err := os.ReadDir(dir)
	for _, e := range list {
		if e.Name() != marker {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	if err == nil {
		err = os.Remove(filepath.Join(dir, marker))
	}
	if err == nil && made {
		err = os.Remove(dir)
	}
	return err
}

// restoring is a backup on its way through: everything is verified as it passes.
type restoring struct {
	dir   string // where the database goes
	roots []vault.RootKey
	blobs core.Blobs  // what passes, or disk
	disk  *vault.Disk // nil: nothing is kept
	told  Restored

	in       *archive.Reader
	service  map[string][]byte // nil: without the root key
	db       *store.DB
	contents *records.Store
}

func (r *restoring) close() error {
	if r.db == nil {
		return nil
	}
	if err := r.db.Close(); r.service != nil {
		return err
	}
	return nil // without the key it cannot sign the log's head, and need not
}

// run reads the backup to its end. An error means that it is not whole, not ours, or that
// nothing can be made of it; what else is wrong goes to Problems.
func (r *restoring) run(ctx context.Context, from io.Reader, with []age.Identity) (err error) {
	r.told.Problems, r.told.NotChecked = []string{}, []string{}
	if r.in, r.told.Encrypted, err = archive.Open(from, with); err != nil {
		return err
	}
	r.told.Backup = r.in.About
	first, err := r.takeKeys(ctx)
	if err != nil {
		return err
	}
	if err := r.openKeys(ctx); err != nil {
		return err
	}
	if err := r.takeDatabase(ctx, first); err != nil {
		return err
	}
	if err := r.takeContents(ctx); err != nil {
		return err
	}
	sums, signature := r.in.Sums()
	if r.service != nil && !hmac.Equal(signature, signedSums(r.service[labelAuditLog], sums)) {
		return core.Errorf(core.CodeInvalid, "The signature of this backup is not ours: it was put together by somebody who does not have the root key. Take another copy.")
	}
	return r.checkDatabase(ctx)
}

// next gives the next part; nil at the end.
func (r *restoring) next(ctx context.Context) (*archive.Part, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := r.in.Next()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	return &p, err
}

// takeKeys takes the sealed keys of the server, which come first, and gives the part behind.
func (r *restoring) takeKeys(ctx context.Context) (*archive.Part, error) {
	for {
		p, err := r.next(ctx)
		if err != nil || p == nil || !strings.HasPrefix(p.Name, archive.VaultPrefix+"keys/") {
			return p, err
		}
		if _, err := r.blobs.Put(ctx, strings.TrimPrefix(p.Name, archive.VaultPrefix), p.Content); err != nil {
			return nil, err
		}
	}
}

// openKeys finds out what can be checked: with the root key of the backup, everything.
func (r *restoring) openKeys(ctx context.Context) error {
	fits := false
	for _, k := range r.roots {
		fits = fits || k.ID() == r.in.About.RootKey
	}
	switch {
	case !fits && r.disk != nil:
		return core.Errorf(core.CodeInvalid, "This backup belongs to root key %s, and the one that is configured is %s. Give the right one.", r.in.About.RootKey, r.roots[0].ID())
	case !fits:
		why := "there is no root key here"
		if len(r.roots) > 0 {
			why = fmt.Sprintf("it belongs to root key %s, and the one here is %s", r.in.About.RootKey, r.roots[0].ID())
		}
		r.told.NotChecked = append(r.told.NotChecked, "who made the backup, the audit log and what is in the documents: "+why)
		return nil
	}
	var err error
	r.service, err = vault.OpenServiceKeys(ctx, r.blobs, []string{labelAuditLog, labelCorrections}, r.roots[0], r.roots[1:]...)
	return err
}

// takeDatabase writes the database where it can be opened, and opens it.
func (r *restoring) takeDatabase(ctx context.Context, p *archive.Part) error {
	if p == nil || p.Name != archive.Database {
		return core.Errorf(core.CodeInvalid, "This backup holds no database. Take another copy of it.")
	}
	path := filepath.Join(r.dir, archive.Database)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, p.Content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	key := r.service[labelAuditLog]
	if key == nil {
		key = make([]byte, 32) // of a log that is not looked at
	}
	if r.db, err = store.Open(ctx, store.Options{Path: path, AuditKey: key}); err != nil {
		return core.Errorf(core.CodeInvalid, "The database in this backup cannot be opened. Take another copy of it.").WithCause(err)
	}
	o := records.Options{Index: r.db, Logger: slog.New(slog.DiscardHandler)}
	if r.service != nil {
		if o.Vault, err = vault.New(r.blobs, r.db, r.roots[0], r.roots[1:]...); err != nil {
			return err
		}
	}
	r.contents = records.New(o)
	return nil
}

// takeContents takes each blob in turn with the row that points to it: both come by name.
func (r *restoring) takeContents(ctx context.Context) error {
	var failed error
	next, stop := iter.Pull(func(yield func(records.Content) bool) {
		enough := errors.New("enough")
		if err := r.contents.Contents(ctx, func(c records.Content) error {
			if !yield(c) {
				return enough
			}
			return nil
		}); !errors.Is(err, enough) {
			failed = err
		}
	})
	defer stop()
	p, err := r.next(ctx)
	if err != nil {
		return err
	}
	for c, more := next(); more; c, more = next() {
		name := archive.VaultPrefix + c.Name
		if p == nil || p.Name > name {
			r.told.Problems = append(r.told.Problems, c.Name+": the content was missing when the backup was made")
			continue
		}
		if p.Name < name {
			break
		}
		if err := r.take(ctx, c, p.Content); err != nil {
			return err
		}
		if p, err = r.next(ctx); err != nil {
			return err
		}
	}
	if failed == nil && p != nil {
		return core.Errorf(core.CodeInvalid, "This backup holds content that no row of its database points to. Take another copy of it.")
	}
	return failed
}

// take keeps a blob, where it is kept, and reads it.
func (r *restoring) take(ctx context.Context, c records.Content, content io.Reader) error {
	if r.disk != nil {
		if _, err := r.disk.Put(ctx, c.Name, content); err != nil {
			return err
		}
	} else if r.service != nil {
		r.blobs.(*passing).pass(c.Name, content)
	}
	if r.service == nil {
		return nil
	}
	problem, err := r.contents.Examine(ctx, c)
	if err != nil {
		return err
	}
	if problem != "" {
		r.told.Problems = append(r.told.Problems, c.Name+": "+problem)
		return nil
	}
	r.told.Read++
	return nil
}

// checkDatabase reads all of the database, and of its audit log.
func (r *restoring) checkDatabase(ctx context.Context) error {
	damaged, err := r.db.CheckIntegrity(ctx)
	if err != nil {
		return err
	}
	for _, d := range damaged {
		r.told.Problems = append(r.told.Problems, "database: "+d)
	}
	if r.service == nil {
		return nil
	}
	if r.told.Events, err = r.db.Verify(ctx); err != nil {
		r.told.Problems = append(r.told.Problems, "audit log: "+core.MessageOf(err))
	}
	return nil
}

// record says in the restored log that it is one, up to where it came, and ends sessions.
func (r *restoring) record(ctx context.Context) error {
	ev := shellEvent(core.EventRestored, core.ActionExecute)
	about := r.in.About
	ev.Detail["backup_made"], ev.Detail["audit_seq"], ev.Detail["records"] = about.Made.Format("2006-01-02T15:04:05Z"), about.AuditSeq, about.Records
	ev.Detail["problems"] = len(r.told.Problems)
	return r.db.EndAllSessions(ctx, ev)
}
