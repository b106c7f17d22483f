package store_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"clinician/internal/core/store"
)

func TestOpenExisting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clinician.db")
	db := open(t, path)
	c := register(t, db, "mary@example.com")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path)
	got, err := db.ClinicianByEmail(t.Context(), "MARY@example.com")
	if err != nil || got.ID != c.ID {
		t.Errorf("found %+v, %v", got, err)
	}
}

// A database of an earlier program gets what is new, and keeps what it has.
func TestOpenOlder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clinician.db")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	attack(t, path, "DELETE FROM languages WHERE code = 'es'", "UPDATE languages SET name = 'Anglais' WHERE code = 'en'")
	db := open(t, path)
	list, err := db.Languages(t.Context())
	if err != nil || len(list) != 6 || list[0].Name != "Anglais" || list[5].Code != "es" {
		t.Errorf("languages are %+v, %v", list, err)
	}
}

func TestOpenNewerIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clinician.db")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	attack(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)")
	db, err := store.Open(t.Context(), store.Options{Path: path, AuditKey: auditKey})
	if err == nil {
		db.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "use a newer program") {
		t.Errorf("open gives %v", err)
	}
}

func TestOpenNeedsAKey(t *testing.T) {
	if _, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "a.db"), AuditKey: []byte("short")}); err == nil {
		t.Error("opened with a short key")
	}
}

func TestOpenTwiceAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clinician.db")
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			db, err := store.Open(t.Context(), store.Options{Path: path, AuditKey: auditKey})
			if err != nil {
				t.Error(err)
				return
			}
			if list, err := db.RecordTypes(t.Context()); err != nil || len(list) != 20 {
				t.Errorf("%d record types, %v", len(list), err)
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
