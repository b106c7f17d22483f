package records

import (
	"context"
	"crypto/rand"
	"io"
	"strings"
	"sync"
	"time"

	"clinician/internal/core"
)

// copyPrefix precedes the names of the blobs of copies.
const copyPrefix = "copies/"

// copyLifetime is how long a copy of content that another service keeps is used. Its
// key is in memory only: after a crash what lies there is noise.
const copyLifetime = 10 * time.Minute

// copyOf is for one person: the service was asked whether this one may.
type copyOf struct {
	userID   int64
	recordID string
}

// sealedCopy is where one is, and what opens it.
type sealedCopy struct {
	recordID string
	subject  string
	key      []byte
	until    time.Time
}

// copies are those there are. The zero copies are none.
type copies struct {
	mu     sync.Mutex
	kept   map[copyOf]sealedCopy
	opened map[copyOf]time.Time // when content was last given straight from the service
}

// alive says which of the blobs somebody has the key of.
func (c *copies) alive(_ context.Context, names []string) (map[string]bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	alive := map[string]bool{}
	for _, one := range c.kept {
		alive[strings.TrimPrefix(one.subject, copyPrefix)] = true
	}
	return alive, nil
}

// openCopy opens a copy where there is one. again says that this person had the content
// from the service a moment ago: whoever reads it in parts comes back, and a copy is
// worth its while. It is noted that they have been here.
func (s *Store) openCopy(ctx context.Context, whose copyOf, offset int64) (again bool, content io.ReadCloser, err error) {
	now := s.now()
	s.dropCopies(ctx, func(kept sealedCopy) bool { return !now.Before(kept.until) })
	s.copies.mu.Lock()
	kept, there := s.copies.kept[whose]
	last, before := s.copies.opened[whose]
	if s.copies.opened == nil {
		s.copies.opened = map[copyOf]time.Time{}
	}
	for old, at := range s.copies.opened {
		if now.Sub(at) > copyLifetime {
			delete(s.copies.opened, old)
		}
	}
	s.copies.opened[whose] = now
	s.copies.mu.Unlock()
	if there {
		content, err = s.vault.OpenStaged(ctx, kept.subject, kept.key, offset)
		if !core.IsNotFound(err) {
			return true, content, err
		}
	}
	return before && now.Sub(last) <= copyLifetime, nil, nil
}

// copied fetches content into a copy and opens that. Nothing of it is given out before
// all of it is known to be what came in.
func (s *Store) copied(ctx context.Context, by core.Acting, rec core.Record, whose copyOf, offset int64) (io.ReadCloser, error) {
	content, err := s.fetch(ctx, by, rec)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	kept := sealedCopy{subject: copyPrefix + strings.ToLower(rand.Text())}
	sealed, err := s.vault.Stage(ctx, kept.subject, contextReader{ctx, content})
	if err != nil {
		return nil, err
	}
	kept.key = sealed.Key
	open, err := s.vault.OpenStaged(ctx, kept.subject, kept.key, offset)
	s.keepCopy(ctx, whose, kept)
	return open, err
}

// keepCopy notes a copy for copyLifetime, instead of an earlier one.
func (s *Store) keepCopy(ctx context.Context, whose copyOf, kept sealedCopy) {
	kept.recordID, kept.until = whose.recordID, s.now().Add(copyLifetime)
	s.copies.mu.Lock()
	if s.copies.kept == nil {
		s.copies.kept = map[copyOf]sealedCopy{}
	}
	old, there := s.copies.kept[whose]
	s.copies.kept[whose] = kept
	s.copies.mu.Unlock()
	if there {
		s.removeCopy(ctx, old)
	}
}

// dropCopies removes those that match, their keys first.
func (s *Store) dropCopies(ctx context.Context, match func(sealedCopy) bool) {
	var gone []sealedCopy
	s.copies.mu.Lock()
	for whose, kept := range s.copies.kept {
		if match(kept) {
			gone = append(gone, kept)
			delete(s.copies.kept, whose)
		}
	}
	s.copies.mu.Unlock()
	for _, kept := range gone {
		s.removeCopy(ctx, kept)
	}
}

func (s *Store) removeCopy(ctx context.Context, kept sealedCopy) {
	if err := s.vault.Delete(context.WithoutCancel(ctx), kept.subject); err != nil {
		s.log.WarnContext(ctx, "a sealed copy stays until the next sweep", "err", err)
	}
}
