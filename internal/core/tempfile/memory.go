package tempfile

import (
	"context"
	"slices"
	"sync"

	"clinician/internal/core"
)

// Memory is a core.TempIndex within this process. Keys exist nowhere else, so
// files of an earlier process cannot be opened and the first sweep removes them.
type Memory struct {
	now     core.Clock
	mu      sync.Mutex
	entries map[string]core.TempEntry
}

var _ core.TempIndex = (*Memory)(nil)

// NewMemory makes an empty index; a nil clock is core.SystemClock.
func NewMemory(now core.Clock) *Memory {
	if now == nil {
		now = core.SystemClock
	}
	return &Memory{now: now, entries: make(map[string]core.TempEntry)}
}

// Put stores an entry until it expires, and forgets those that have.
func (m *Memory) Put(_ context.Context, e core.TempEntry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	for id, old := range m.entries {
		if !now.Before(old.ExpiresAt) {
			delete(m.entries, id)
		}
	}
	if now.Before(e.ExpiresAt) {
		e.Key = slices.Clone(e.Key)
		m.entries[e.ID] = e
	}
	return nil
}

// Get gives a live entry of the user.
func (m *Memory) Get(_ context.Context, userID int64, id string) (core.TempEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.get(userID, id)
}

func (m *Memory) get(userID int64, id string) (core.TempEntry, error) {
	e, ok := m.entries[id]
	if !ok || e.UserID != userID || !m.now().Before(e.ExpiresAt) {
		return core.TempEntry{}, notFound()
	}
	e.Key = slices.Clone(e.Key)
	return e, nil
}

// Delete removes a live entry of the user and gives it back.
func (m *Memory) Delete(_ context.Context, userID int64, id string) (core.TempEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, err := m.get(userID, id)
	if err == nil {
		delete(m.entries, id)
	}
	return e, err
}

// ByUser lists the user's live entries, oldest first.
func (m *Memory) ByUser(_ context.Context, userID int64) ([]core.TempEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []core.TempEntry
	for id := range m.entries {
		if e, err := m.get(userID, id); err == nil {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b core.TempEntry) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return list, nil
}

// Alive reports whether any user has a live entry of this id.
func (m *Memory) Alive(_ context.Context, id string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[id]
	return ok && m.now().Before(e.ExpiresAt), nil
}

func notFound() error { return core.Errorf(core.CodeNotFound, "File not found or expired") }
