package keyring

import (
	"context"
	"sync"

	"clinician/internal/core"
)

// Memory keeps tokens until the program ends. reason is what Place says.
func Memory(reason string) core.TokenVault {
	return &memory{reason: reason, tokens: map[string]string{}, last: map[string]string{}, locks: map[string]chan struct{}{}}
}

type memory struct {
	reason string

	mu     sync.Mutex
	tokens map[string]string // by account
	last   map[string]string // user by server
	locks  map[string]chan struct{}
}

func (m *memory) Place() (place, reason string) { return "memory", m.reason }

func (m *memory) Load(_ context.Context, server, user string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return found(m.tokens[account(server, user)])
}

func (m *memory) LastUser(_ context.Context, server string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return found(m.last[server])
}

func found(s string) (string, error) {
	if s == "" {
		return "", core.Errorf(core.CodeNotFound, "No session is kept for this server.")
	}
	return s, nil
}

func (m *memory) Store(_ context.Context, server, user, token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens[account(server, user)] = token
	m.last[server] = user
	return nil
}

func (m *memory) Delete(_ context.Context, server, user string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.tokens, account(server, user))
	if m.last[server] == user {
		delete(m.last, server)
	}
	return nil
}
