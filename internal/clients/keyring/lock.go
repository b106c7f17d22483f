package keyring

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"

	"clinician/internal/core"
)

// Lock locks an empty file in the user's cache directory, named by a hash: who
// logs in where is nobody's business.
func (system) Lock(ctx context.Context, server, user string) (func(), error) {
	cache, err := os.UserCacheDir()
	if err == nil {
		cache = filepath.Join(cache, "clinician")
		err = os.MkdirAll(cache, 0o700)
	}
	if err != nil {
		return nil, noLock(err)
	}
	sum := sha256.Sum256([]byte(account(server, user)))
	mutex := lockedfile.MutexAt(filepath.Join(cache, "session-"+hex.EncodeToString(sum[:8])+".lock"))
	type outcome struct {
		unlock func()
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		unlock, err := mutex.Lock() // knows no context
		done <- outcome{unlock, err}
	}()
	select {
	case o := <-done:
		if o.err != nil {
			return nil, noLock(o.err)
		}
		return o.unlock, nil
	case <-ctx.Done():
		go func() {
			if o := <-done; o.err == nil {
				o.unlock()
			}
		}()
		return nil, ctx.Err()
	}
}

func noLock(cause error) error {
	return core.Errorf(core.CodeUnavailable, "The session cannot be locked on this machine.").WithCause(cause)
}

// Lock works within this process, which is as far as the tokens go.
func (m *memory) Lock(ctx context.Context, server, user string) (func(), error) {
	m.mu.Lock()
	l := m.locks[account(server, user)]
	if l == nil {
		l = make(chan struct{}, 1)
		m.locks[account(server, user)] = l
	}
	m.mu.Unlock()
	select {
	case l <- struct{}{}:
		return func() { <-l }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
