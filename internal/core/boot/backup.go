package boot

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"filippo.io/age"

	"clinician/internal/core"
	"clinician/internal/core/archive"
	"clinician/internal/core/records"
	"clinician/internal/core/store"
	"clinician/internal/version"
)

// Backup tells what went into a backup.
type Backup struct {
	archive.About
	File      string   `json:"file,omitempty"`
	Bytes     int64    `json:"bytes"`
	Encrypted bool     `json:"encrypted"`
	Missing   []string `json:"missing"` // content that rows point to and the vault does not have
}

// snapshotPrefix begins the name of a folder in the data directory that is there while a
// backup is made, and is no part of the data.
const snapshotPrefix = ".backup-"

// Backup writes everything that is kept here, as it is at one moment, to out: database and
// sealed content, but neither the root key nor temporary views. Servers go on meanwhile;
// what they delete is removed by their next sweep. With recipients out is encrypted.
// That somebody took a copy is recorded before any of it is written, and once more at the
// end.
func (a *Admin) Backup(ctx context.Context, out io.Writer, to []age.Recipient) (done Backup, err error) {
	roots, err := rootKeys(a.from)
	if err != nil {
		return done, err
	}
	if len(roots) > 1 {
		return done, core.Errorf(core.CodeConflict, "A change of the root key was begun and not finished. Finish it first: server rekey.")
	}
	release, err := a.data.disk.Hold(ctx)
	if err != nil {
		return done, err
	}
	defer release()
	done.Encrypted, done.Missing = len(to) > 0, []string{}
	if err := a.recordBackup(ctx, "begun", done, nil); err != nil {
		return done, err
	}
	count := &countingWriter{w: out}
	err = a.writeBackup(ctx, count, to, &done)
	done.Bytes = count.n
	return done, errors.Join(err, a.recordBackup(context.WithoutCancel(ctx), "finished", done, err))
}

func (a *Admin) recordBackup(ctx context.Context, step string, b Backup, failed error) error {
	ev := shellEvent(core.EventBackedUp, core.ActionExecute)
	ev.Detail["step"], ev.Detail["encrypted"] = step, b.Encrypted
	if step == "finished" {
		ev.Detail["records"], ev.Detail["missing"], ev.Detail["bytes"] = b.Records, len(b.Missing), b.Bytes
	}
	if failed != nil {
		ev.Outcome = core.OutcomeFailure
	}
	return a.Audit.Append(ctx, ev)
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func (a *Admin) writeBackup(ctx context.Context, out io.Writer, to []age.Recipient, done *Backup) error {
	if len(to) == 0 {
		return a.writeArchive(ctx, out, done)
	}
	sealed, err := archive.Encrypt(out, to)
	if err != nil {
		return err
	}
	if err := a.writeArchive(ctx, sealed, done); err != nil {
		return err // without its end it does not decrypt
	}
	return sealed.Close()
}

func (a *Admin) writeArchive(ctx context.Context, out io.Writer, done *Backup) error {
	if err := removeSnapshots(a.from.DataDir); err != nil { // we hold, so they are nobody's
		return err
	}
	dir, err := os.MkdirTemp(a.from.DataDir, snapshotPrefix)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, archive.Database)
	if err := a.data.Store.Snapshot(ctx, path); err != nil {
		return err
	}
	names, err := a.lookInto(ctx, path, &done.About)
	if err != nil {
		return err
	}
	done.Made, done.Program, done.RootKey = a.data.clock(), version.String(), a.data.vault.RootID()
	w, err := archive.NewWriter(out, done.About)
	if err != nil {
		return err
	}
	if err := a.data.disk.List(ctx, "keys/", func(b core.BlobInfo) error { return a.addBlob(ctx, w, b.Name) }); err != nil {
		return err
	}
	if err := addFile(w, path); err != nil {
		return err
	}
	for _, name := range names {
		err := a.addBlob(ctx, w, name)
		if core.IsNotFound(err) {
			done.Missing = append(done.Missing, name)
			continue
		}
		if err != nil {
			return err
		}
	}
	return w.Close(a.data.signBackup)
}

// removeSnapshots removes what backups left that were killed: copies of the database.
func removeSnapshots(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, snapshotPrefix+"*"))
	for _, path := range left {
		err = errors.Join(err, os.RemoveAll(path))
	}
	return err
}

// lookInto completes about from a copy of the database, and gives the names of the blobs
// that its rows point to. The copy stays sound to be read as a file.
func (a *Admin) lookInto(ctx context.Context, path string, about *archive.About) (names []string, err error) {
	db, err := store.Open(ctx, store.Options{Path: path, AuditKey: a.data.service[labelAuditLog], Clock: a.data.clock})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if about.AuditSeq, about.AuditHash, err = db.Head(ctx); err != nil {
		return nil, err
	}
	rows := records.New(records.Options{Index: db, Logger: slog.New(slog.DiscardHandler)})
	if err := rows.Contents(ctx, func(c records.Content) error {
		names = append(names, c.Name)
		return nil
	}); err != nil {
		return nil, err
	}
	var live int
	if err := db.AllRecords(ctx, func(r records.Stored) error {
		live++
		if len(r.Wrapped) == 0 {
			about.Elsewhere++
		}
		return nil
	}); err != nil {
		return nil, err
	}
	about.Records = live - about.Elsewhere
	about.Pieces = len(names) - about.Records
	return names, nil
}

func addFile(w *archive.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return w.Add(archive.Database, info.Size(), f)
}

func (a *Admin) addBlob(ctx context.Context, w *archive.Writer, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	info, err := a.data.disk.Stat(name)
	if err != nil {
		return err
	}
	content, err := a.data.disk.Open(ctx, name, 0)
	if err != nil {
		return err
	}
	defer content.Close()
	return w.Add(archive.VaultPrefix+name, info.Size, content)
}

// signBackup says that who has the root key made these sums. No event, head or journal of
// the audit log, whose key it is, begins like that.
func (d *data) signBackup(sums []byte) []byte { return signedSums(d.service[labelAuditLog], sums) }

func signedSums(key, sums []byte) []byte {
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "backup\n%s", sums)
	return m.Sum(nil)
}

// BackupTo is Backup into a new file, which only its owner may read and which has its name
// once it is whole and on disk. In a directory the file is called by the time.
func (a *Admin) BackupTo(ctx context.Context, path string, to []age.Recipient) (done Backup, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		name := "clinician-" + a.data.clock().UTC().Format("20060102T150405Z") + ".tar"
		if len(to) > 0 {
			name += ".age"
		}
		path = filepath.Join(path, name)
	}
	if _, err := os.Lstat(path); err == nil {
		return done, core.Errorf(core.CodeConflict, "%s is there already; a backup replaces nothing. Give another name, or a directory.", path)
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".unfinished-*") // 0600
	if err != nil {
		return done, fmt.Errorf("write the backup: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	done, err = a.Backup(ctx, f, to)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return done, err
	}
	if err := nameFile(f.Name(), path); err != nil {
		return done, fmt.Errorf("name the backup: %w", err)
	}
	done.File = path
	return done, syncDir(dir)
}

// nameFile gives a finished file its name, and replaces none.
func nameFile(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, os.ErrExist) {
		return err
	}
	if _, there := os.Lstat(to); there == nil { // no hard links here
		return os.ErrExist
	}
	return os.Rename(from, to)
}

// syncDir makes names in a directory durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" { // it has nothing like that
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
