// Package storetest opens databases for tests. A new one is copied from one
// that was made once for the whole test program: making it takes longer than
// most tests do.
package storetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"clinician/internal/core/store"
)

// Open opens the database at o.Path, a new one when there is none. The caller
// closes it.
func Open(t testing.TB, o store.Options) (*store.DB, error) {
	t.Helper()
	if _, err := os.Stat(o.Path); os.IsNotExist(err) {
		empty, err := template()
		if err != nil {
			t.Fatalf("make an empty database: %v", err)
		}
		if err := os.WriteFile(o.Path, empty, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return store.Open(t.Context(), o)
}

// template is a database with all tables and nobody in it.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "clinician-store-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	return newEmpty(filepath.Join(dir, "empty.db"))
})

func newEmpty(path string) ([]byte, error) {
	db, err := store.Open(context.Background(), store.Options{Path: path, AuditKey: make([]byte, 32)})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
