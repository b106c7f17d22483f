package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/store"
)

// serving opens like a server does.
func serving(t *testing.T, path string, key []byte) (*store.DB, error) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: path, AuditKey: key, Journal: true})
	if err == nil {
		t.Cleanup(func() { _ = db.Close() })
	}
	return db, err
}

// A server does not go on with a log whose end was cut off or changed, and says at which
// event it breaks; whoever looks into it (the shell) opens it all the same.
func TestServingRefusesAnotherEnd(t *testing.T) {
	cut := "DELETE FROM audit_events WHERE seq > 5"
	for name, test := range map[string]struct {
		sql      []string
		headless bool // the head beside the database goes, too
		want     string
	}{
		"untouched":               {nil, false, ""},
		"only the file is gone":   {nil, true, ""}, // it is written anew: a crash in the first second leaves none
		"cut":                     {[]string{cut}, false, "event 6"},
		"cut, no file":            {[]string{cut}, true, "event 6"},
		"cut, head forged":        {[]string{cut, "UPDATE audit_head SET seq = 5"}, true, "not the right one"},
		"cut, head dropped":       {[]string{cut, "DELETE FROM audit_head"}, true, "not the right one"},
		"emptied":                 {[]string{"DELETE FROM audit_events"}, false, "event 1"},
		"emptied, head dropped":   {[]string{"DELETE FROM audit_events", "DELETE FROM audit_head"}, false, "event 1"},
		"emptied, no heads":       {[]string{"DELETE FROM audit_events", "DELETE FROM audit_head"}, true, "event 1"},
		"row added":               {[]string{"INSERT INTO audit_events SELECT seq + 10, at, type, user_id, patient_id, record_id, body, hash FROM audit_events WHERE seq = 1"}, false, "event 11"},
		"one of the last changed": {[]string{"UPDATE audit_events SET user_id = 8 WHERE seq = 9"}, false, "event 9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "clinician.db")
			db := open(t, path)
			register(t, db, "mary@example.com")
			for range 9 {
				if err := db.Append(t.Context(), core.AuditEvent{Type: "test", UserID: 7}); err != nil {
					t.Fatal(err)
				}
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			attack(t, path, test.sql...)
			if test.headless {
				if err := os.Remove(path + ".audit-head"); err != nil {
					t.Fatal(err)
				}
			}
			before := fileBytes(t, path)
			_, err := serving(t, path, auditKey)
			if test.want == "" {
				if err != nil {
					t.Errorf("it does not open: %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || errors.Is(err, store.ErrAuditKey) {
				t.Errorf("it opens with %v, want %q", err, test.want)
			}
			if !bytes.Equal(before, fileBytes(t, path)) {
				t.Error("the database was written")
			}
			shell := openTampered(t, path)
			if err := shell.CheckEnd(t.Context()); err == nil {
				t.Error("CheckEnd finds nothing")
			}
			if err := shell.Append(t.Context(), core.AuditEvent{Type: "test"}); core.CodeOf(err) != core.CodeUnavailable && !strings.HasPrefix(name, "one of") && name != "emptied, no heads" {
				t.Errorf("the log was gone on with: %v", err)
			}
		})
	}
}

func fileBytes(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// CheckEnd costs the same however long the log is: what was changed far back is none of
// its business.
func TestCheckEndLooksAtTheEndOnly(t *testing.T) {
	t.Parallel()
	path := written(t, 200)
	attack(t, path, "UPDATE audit_events SET user_id = 8 WHERE seq = 5")
	db := openTampered(t, path)
	if err := db.CheckEnd(t.Context()); err != nil {
		t.Errorf("CheckEnd = %v", err)
	}
	if n, err := db.Verify(t.Context()); n != 4 || err == nil {
		t.Errorf("Verify = %d, %v", n, err)
	}
}

// With another key nothing is opened, and what waits in the journal stays there for who
// has the right one.
func TestServingWithAnotherKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clinician.db")
	server, err := serving(t, path, auditKey)
	if err != nil {
		t.Fatal(err)
	}
	register(t, server, "mary@example.com")
	copied := filepath.Join(t.TempDir(), "clinician.db")
	if err := server.Append(t.Context(), core.AuditEvent{Type: "read", UserID: 7}); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal", ".audit-journal"} { // as after a kill
		if err := os.WriteFile(copied+end, fileBytes(t, path+end), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := serving(t, copied, bytes.Repeat([]byte{9}, 32)); !errors.Is(err, store.ErrAuditKey) {
		t.Errorf("opened with %v", err)
	}
	again, err := serving(t, copied, auditKey)
	if err != nil {
		t.Fatal(err)
	}
	if events, err := again.Query(t.Context(), core.AuditQuery{Type: "read"}); err != nil || len(events) != 1 {
		t.Errorf("%d events of what was read, %v", len(events), err)
	}
}
