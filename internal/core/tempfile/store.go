// Package tempfile keeps temporary views of records: files that only their
// owner can open, for an hour at most. On disk there is nothing but ciphertext;
// the key of each file is in a core.TempIndex (memory or Redis) and vanishes with
// its entry.
package tempfile

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"regexp"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

const (
	// TTL is how long a view lives when nobody closes it.
	TTL = time.Hour
	// maxPerUser bounds the views of one user; opening another closes the oldest.
	maxPerUser = 32
	sweepEvery = time.Minute
)

var (
	idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	idForm     = regexp.MustCompile(`^[a-z2-7]{52}\.[a-z]{3,4}$`)
)

var extensions = map[string]string{
	core.MIMEPDF: ".pdf", core.MIMEJPEG: ".jpg", core.MIMEPNG: ".png", core.MIMETIFF: ".tif", core.MIMEBMP: ".bmp", core.MIMEGIF: ".gif", core.MIMEWebP: ".webp",
	core.MIMEText: ".txt", core.MIMERTF: ".rtf", core.MIMEDOC: ".doc", core.MIMEDOCX: ".docx",
}

// Options say where and how long.
type Options struct {
	Dir    string         // made when missing; used for nothing else
	Index  core.TempIndex // needed
	TTL    time.Duration  // 0: TTL
	Clock  core.Clock     // nil: core.SystemClock
	Logger *slog.Logger   // nil: none
	// Ticks gives the moments at which Run sweeps; nil: every minute.
	Ticks <-chan time.Time
}

// Store keeps the files. Safe for many goroutines.
type Store struct {
	dir   string
	root  *os.Root
	index core.TempIndex
	ttl   time.Duration
	now   core.Clock
	log   *slog.Logger
	ticks <-chan time.Time
}

// New opens the directory (0700). The caller closes the Store.
func New(o Options) (*Store, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("create directory of temporary views: %w", err)
	}
	if err := os.Chmod(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("close directory of temporary views to others: %w", err)
	}
	root, err := os.OpenRoot(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("open directory of temporary views: %w", err)
	}
	if o.TTL <= 0 {
		o.TTL = TTL
	}
	if o.Clock == nil {
		o.Clock = core.SystemClock
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Store{dir: o.Dir, root: root, index: o.Index, ttl: o.TTL, now: o.Clock, log: o.Logger, ticks: o.Ticks}, nil
}

// Close releases the directory; files stay for the next sweep.
func (s *Store) Close() error { return s.root.Close() }

// Create stores content of e.Size bytes for e.UserID and gives the entry with
// ID, Path, Key and times filled in. The entry exists before the file does, so a
// file without one is never in use. When anything fails, nothing stays.
func (s *Store) Create(ctx context.Context, e core.TempEntry, content io.Reader) (core.TempEntry, error) {
	if err := s.closeOldest(ctx, e.UserID); err != nil {
		return core.TempEntry{}, err
	}
	e.ID = newID(e.MIME)
	e.Path = s.dir + string(os.PathSeparator) + e.ID
	e.Key = make([]byte, 32)
	rand.Read(e.Key)
	e.CreatedAt = s.now()
	e.ExpiresAt = e.CreatedAt.Add(s.ttl)
	if err := s.index.Put(ctx, e); err != nil {
		return core.TempEntry{}, err
	}
	if err := s.write(ctx, e, content); err != nil {
		s.discard(ctx, e)
		return core.TempEntry{}, err
	}
	return e, nil
}

// discard undoes a Create that failed, also when ctx was why.
func (s *Store) discard(ctx context.Context, e core.TempEntry) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := s.index.Delete(ctx, e.UserID, e.ID); err != nil && !core.IsNotFound(err) {
		s.log.WarnContext(ctx, "index entry of a failed temporary view stays until it expires", "err", err)
	}
	s.unlink(e.ID)
}

func (s *Store) write(ctx context.Context, e core.TempEntry, content io.Reader) error {
	sealed, err := vault.SealReader(e.Key, e.ID, &exactly{ctx: ctx, r: content, left: e.Size})
	if err != nil {
		return err
	}
	f, err := s.root.OpenFile(e.ID, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return diskError(err)
	}
	defer f.Close()
	if _, err := io.Copy(f, sealed); err != nil {
		if own := (*core.Error)(nil); errors.As(err, &own) || ctx.Err() != nil {
			return err
		}
		return diskError(err)
	}
	if err := f.Close(); err != nil {
		return diskError(err)
	}
	return nil
}

// exactly fails content that is longer or shorter than was said.
type exactly struct {
	ctx  context.Context
	r    io.Reader
	left int64
}

func (x *exactly) Read(p []byte) (int, error) {
	if err := x.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := x.r.Read(p)
	x.left -= int64(n)
	if x.left < 0 || err == io.EOF && x.left != 0 {
		return 0, core.Errorf(core.CodeInternal, "The content of this record is not as long as it should be. Tell your administrator.")
	}
	return n, err
}

func (s *Store) closeOldest(ctx context.Context, userID int64) error {
	list, err := s.index.ByUser(ctx, userID)
	if err != nil {
		return err
	}
	for i := 0; i <= len(list)-maxPerUser; i++ {
		if err := s.Remove(ctx, userID, list[i].ID); err != nil && !core.IsNotFound(err) {
			return err
		}
	}
	return nil
}

// Open gives entry and content of a view to its owner. CodeNotFound for unknown
// and expired ids and for those of others. The caller closes the content.
func (s *Store) Open(ctx context.Context, userID int64, id string) (core.TempEntry, *Content, error) {
	if !idForm.MatchString(id) {
		return core.TempEntry{}, nil, notFound()
	}
	e, err := s.index.Get(ctx, userID, id)
	if err != nil {
		return core.TempEntry{}, nil, err
	}
	f, err := s.root.Open(id)
	if errors.Is(err, fs.ErrNotExist) {
		return core.TempEntry{}, nil, notFound()
	}
	if err != nil {
		return core.TempEntry{}, nil, diskError(err)
	}
	return e, &Content{file: f, entry: e}, nil
}

// Remove closes a view of the user: first its key goes, then its file.
// CodeNotFound as for Open.
func (s *Store) Remove(ctx context.Context, userID int64, id string) error {
	if !idForm.MatchString(id) {
		return notFound()
	}
	if _, err := s.index.Delete(ctx, userID, id); err != nil {
		return err
	}
	return s.unlink(id)
}

// RemoveUser closes all views of a user, or with a sessionID those of that
// session, and says how many.
func (s *Store) RemoveUser(ctx context.Context, userID int64, sessionID string) (int, error) {
	return s.removeWhere(ctx, userID, func(e core.TempEntry) bool { return sessionID == "" || e.SessionID == sessionID })
}

// RemoveRecord closes a user's views of one record, and says how many.
func (s *Store) RemoveRecord(ctx context.Context, userID int64, recordID string) (int, error) {
	return s.removeWhere(ctx, userID, func(e core.TempEntry) bool { return e.RecordID == recordID })
}

func (s *Store) removeWhere(ctx context.Context, userID int64, want func(core.TempEntry) bool) (int, error) {
	list, err := s.index.ByUser(ctx, userID)
	if err != nil {
		return 0, err
	}
	removed := 0
	var errs []error
	for _, e := range list {
		if !want(e) {
			continue
		}
		switch err := s.Remove(ctx, userID, e.ID); {
		case err == nil:
			removed++
		case !core.IsNotFound(err):
			errs = append(errs, err)
		}
	}
	return removed, errors.Join(errs...)
}

// Sweep goes through the directory and removes every file that has no living
// entry or is older than a view can be, whatever the index says. When the index
// does not answer, age alone decides. It says how many files it removed.
func (s *Store) Sweep(ctx context.Context) (int, error) {
	files, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return 0, diskError(err)
	}
	removed := 0
	var errs []error
	for _, f := range files {
		if ctx.Err() != nil {
			return removed, ctx.Err()
		}
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if s.now().Sub(info.ModTime()) <= s.ttl {
			alive, err := s.index.Alive(ctx, f.Name())
			if err != nil {
				errs = append(errs, err)
			}
			if alive || err != nil {
				continue
			}
		}
		if err := s.unlink(f.Name()); err != nil {
			errs = append(errs, err)
			continue
		}
		removed++
	}
	return removed, errors.Join(errs...)
}

// Run sweeps at once and then regularly until ctx ends.
func (s *Store) Run(ctx context.Context) {
	ticks := s.ticks
	if ticks == nil {
		t := time.NewTicker(sweepEvery)
		defer t.Stop()
		ticks = t.C
	}
	for {
		if n, err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "sweep of temporary views", "removed", n, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

func (s *Store) unlink(id string) error {
	if err := s.root.Remove(id); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return diskError(err)
	}
	return nil
}

// newID is 256 random bits and the extension of the content.
func newID(mime string) string {
	var b [32]byte
	rand.Read(b[:])
	ext, ok := extensions[mime]
	if !ok {
		ext = ".bin"
	}
	return idEncoding.EncodeToString(b[:]) + ext
}

func diskError(err error) error {
	return core.Errorf(core.CodeUnavailable, "Temporary views do not work at the moment. Try again, or tell your administrator.").WithCause(err)
}
