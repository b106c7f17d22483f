package portal_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/coretest"
	"clinician/internal/core/portal"
	"clinician/internal/core/store"
)

// tokenSource is a storeSource that keeps refresh tokens as well.
type tokenSource struct {
	storeSource
	mu     *sync.Mutex
	tokens map[string]sourceToken
}

type sourceToken struct {
	user    int64
	expires time.Time
}

// ChangeSourceUser notes a login, the only way that a store has.
func (s tokenSource) ChangeSourceUser(ctx context.Context, id int64, change core.SourceUserChange) (core.User, error) {
	_, err := s.db.Open(ctx, core.NewSession{ID: change.LastLogin.String(), UserID: id, At: *change.LastLogin, ExpiresAt: *change.LastLogin}, core.AuditEvent{})
	if err != nil {
		return core.User{}, err
	}
	return s.db.User(ctx, id)
}

func (s tokenSource) CreateSourceToken(_ context.Context, userID int64, token string, expires time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = sourceToken{userID, expires}
	return nil
}

func (s tokenSource) SourceToken(_ context.Context, token string) (int64, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tokens[token]
	if !ok {
		return 0, time.Time{}, core.Errorf(core.CodeNotFound, "Invalid refresh token")
	}
	return t.user, t.expires, nil
}

func (s tokenSource) InvalidateSourceToken(_ context.Context, token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, token)
	return nil
}

func (s tokenSource) InvalidateSourceTokens(_ context.Context, userID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, t := range s.tokens {
		if t.user == userID {
			delete(s.tokens, token)
		}
	}
	return nil
}

// named gives the suite's tokens, of which it has the hashes only, names, and does what
// a login does before it opens a session: it looks the user up.
type named struct {
	*portal.Sessions
	source storeSource
	own    *store.DB
}

func (n named) Open(ctx context.Context, s core.NewSession, ev core.AuditEvent) (core.Session, error) {
	s.Refresh = hex.EncodeToString(s.Token[:])
	if u, err := n.source.SourceUser(ctx, s.UserID); err == nil {
		if err := n.own.MirrorUser(ctx, u); err != nil {
			return core.Session{}, err
		}
	}
	return n.Sessions.Open(ctx, s, ev)
}

func (n named) Rotate(ctx context.Context, r core.Rotation, ev core.AuditEvent) (core.Rotated, error) {
	r.PresentedToken, r.SuccessorToken = hex.EncodeToString(r.Presented[:]), hex.EncodeToString(r.Successor[:])
	return n.Sessions.Rotate(ctx, r, ev)
}

func TestSessionsOfAMirror(t *testing.T) {
	coretest.Sessions(t, func(t *testing.T) coretest.SessionsFixture {
		seed, own := openStore(t), openStore(t)
		if err := own.BecomeMirror(t.Context()); err != nil {
			t.Fatal(err)
		}
		source := tokenSource{storeSource{db: seed}, new(sync.Mutex), map[string]sourceToken{}}
		people := portal.New(portal.Options{Store: own, Source: source, Clock: hurried()})
		sessions, err := portal.NewSessions(people, bytes.Repeat([]byte("s"), 32))
		if err != nil {
			t.Fatal(err)
		}
		return coretest.SessionsFixture{Sessions: named{sessions, source.storeSource, own}, Directory: seed, Audit: own}
	})
}
