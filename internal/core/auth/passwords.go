package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"runtime"
)

// Passwords hashes and checks passwords, at most as many at once as the
// machine has cores, so that a storm of logins can neither fill the memory
// (19 MiB each) nor starve everything else. Safe for many goroutines.
type Passwords struct {
	slots  chan struct{}
	django bool
	dummy  storedHash // that no password matches
}

// NewPasswords makes a Passwords that hashes at most parallel at once; 0: the
// number of cores.
func NewPasswords(parallel int) *Passwords {
	if parallel <= 0 {
		parallel = runtime.NumCPU()
	}
	dummy := argonHash{argonMemory, argonTime, argonThreads, make([]byte, argonSaltLen), make([]byte, argonKeyLen)}
	rand.Read(dummy.salt)
	rand.Read(dummy.key)
	return &Passwords{slots: make(chan struct{}, parallel), dummy: dummy}
}

// NewDjangoPasswords makes one whose hashes are Django's pbkdf2_sha256, for a portal
// whose other services check the same accounts and read nothing else.
func NewDjangoPasswords(parallel int) *Passwords {
	p := NewPasswords(parallel)
	p.django = true
	dummy := djangoHash{rounds: djangoRounds, salt: newSalt(), key: make([]byte, sha256.Size)}
	rand.Read(dummy.key)
	p.dummy = dummy
	return p
}

// Hash makes the hash of a new password, an argon2id PHC string unless it is Django's.
// It waits for
// a free slot and fails only when ctx ends first.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	if err := p.enter(ctx); err != nil {
		return "", err
	}
	defer p.leave()
	if p.django {
		return hashDjango(password), nil
	}
	return hashPassword(password), nil
}

// Verify reports whether password is the one that stored was made of. An
// empty or unreadable stored hash never matches, but costs as much time as one
// that does: give "" for a user who does not exist. The error is that of ctx.
func (p *Passwords) Verify(ctx context.Context, stored, password string) (bool, error) {
	if err := p.enter(ctx); err != nil {
		return false, err
	}
	defer p.leave()
	h, err := parseHash(stored)
	if err != nil || len(password) > MaxPasswordBytes {
		p.dummy.matches(password[:min(len(password), MaxPasswordBytes)])
		return false, nil
	}
	return h.matches(password), nil
}

// NeedsUpgrade reports whether a hash that just matched should be replaced by
// a fresh one: it is of the replaced service's kind, or of another cost. Where the
// whole portal reads the hashes, none is.
func (p *Passwords) NeedsUpgrade(stored string) bool {
	if p.django {
		return false
	}
	h, err := parseHash(stored)
	return err == nil && !h.current()
}

func (p *Passwords) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Passwords) leave() { <-p.slots }
