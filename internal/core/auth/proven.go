package auth

import (
	"crypto/sha256"
	"sync"
	"time"

	"clinician/internal/core"
)

// mostProven bounds how many tokens are remembered; at 400 bytes each.
const mostProven = 4096

// proven remembers whom tokens prove that were verified in full: a workstation
// sends the same token for a quarter of an hour, and taking it apart was 15 % of a
// small request. What it keeps is a digest, never the token; any other byte is
// another digest. What can change is not remembered: whether the session lives is asked
// each time, and with other keys all is forgotten.
// The zero proven is empty and ready.
type proven struct {
	mu     sync.RWMutex
	tokens map[[sha256.Size]byte]core.Principal
}

// find gives the person of a token that has not expired by now.
func (m *proven) find(digest [sha256.Size]byte, now time.Time) (core.Principal, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	p, ok := m.tokens[digest]
	return p, ok && now.Before(p.ExpiresAt)
}

func (m *proven) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens = nil
}

func (m *proven) keep(digest [sha256.Size]byte, p core.Principal) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tokens == nil || len(m.tokens) >= mostProven { // all anew: they are cheap to verify again
		m.tokens = map[[sha256.Size]byte]core.Principal{}
	}
	m.tokens[digest] = p
}
