package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/store"
)

// written gives a closed database whose audit log has n events.
func written(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clinician.db")
	appendTo(t, path, n)
	return path
}

func appendTo(t *testing.T, path string, n int) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: path, AuditKey: auditKey})
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		if err := db.Append(t.Context(), core.AuditEvent{Type: "test", UserID: 7}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// attack runs SQL on the database as somebody would who has the file.
func attack(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range append([]string{"DROP TRIGGER IF EXISTS audit_events_no_update", "DROP TRIGGER IF EXISTS audit_events_no_delete"}, statements...) {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestVerifyFindsTampering(t *testing.T) {
	for name, test := range map[string]struct {
		sql  []string
		good int64  // events before the bad one
		want string // part of the error
	}{
		"content changed":   {[]string{`UPDATE audit_events SET body = REPLACE(body, '"user_id":7', '"user_id":8') WHERE seq = 4`}, 3, "event 4"},
		"index changed":     {[]string{"UPDATE audit_events SET user_id = 8 WHERE seq = 4"}, 3, "event 4"},
		"deleted inside":    {[]string{"DELETE FROM audit_events WHERE seq = 4"}, 3, "event 4"},
		"deleted first":     {[]string{"DELETE FROM audit_events WHERE seq = 1"}, 0, "event 1"},
		"deleted last":      {[]string{"DELETE FROM audit_events WHERE seq = 10"}, 9, "event 10"},
		"deleted all":       {[]string{"DELETE FROM audit_events"}, 0, "event 1"},
		"emptied":           {[]string{"DELETE FROM audit_events", "DELETE FROM audit_head"}, 0, "event 1"},
		"renumbered":        {[]string{"DELETE FROM audit_events WHERE seq = 4", "UPDATE audit_events SET seq = seq - 1 WHERE seq > 4"}, 3, "event 4"},
		"two swapped":       {[]string{"UPDATE audit_events SET seq = -3 WHERE seq = 3", "UPDATE audit_events SET seq = 3 WHERE seq = 4", "UPDATE audit_events SET seq = 4 WHERE seq = -3"}, 2, "event 3"},
		"row added":         {[]string{"INSERT INTO audit_events SELECT seq + 10, at, type, user_id, patient_id, record_id, body, hash FROM audit_events WHERE seq = 1"}, 10, "event 11"},
		"head thrown away":  {[]string{"DELETE FROM audit_head"}, 10, "signature"},
		"cut, head forged":  {[]string{"DELETE FROM audit_events WHERE seq > 5", "UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit_events WHERE seq = 5)"}, 5, "signature"},
		"cut, head dropped": {[]string{"DELETE FROM audit_events WHERE seq > 5", "DELETE FROM audit_head"}, 5, "signature"},
	} {
		t.Run(name, func(t *testing.T) {
			path := written(t, 10)
			attack(t, path, test.sql...)
			db := openTampered(t, path)
			n, err := db.Verify(t.Context())
			if n != test.good || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("verified %d, %v; want %d and %q", n, err, test.good, test.want)
			}
		})
	}
}

// openTampered opens like the shell does, and lets Close complain.
func openTampered(t *testing.T, path string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: path, AuditKey: auditKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// An attacker with an old copy of the database has heads that are signed. The
// head beside the database tells, also after the log has grown past it.
func TestVerifyFindsOldDatabase(t *testing.T) {
	path := written(t, 5)
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	appendTo(t, path, 5)
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	db := openTampered(t, path)
	if n, err := db.Verify(t.Context()); n != 5 || err == nil || !strings.Contains(err.Error(), "event 6") {
		t.Errorf("verified %d, %v", n, err)
	}
	for range 10 {
		if err := db.Append(t.Context(), core.AuditEvent{Type: "later"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openTampered(t, path)
	if n, err := db.Verify(t.Context()); n != 9 || err == nil || !strings.Contains(err.Error(), "event 10") {
		t.Errorf("after it has grown: verified %d, %v", n, err)
	}
}

func TestAuditRefusesToContinueAForgedLog(t *testing.T) {
	path := written(t, 5)
	attack(t, path, "DELETE FROM audit_events WHERE seq = 5", "UPDATE audit_head SET seq = 4")
	db := openTampered(t, path)
	if err := db.Append(t.Context(), core.AuditEvent{Type: "test"}); core.CodeOf(err) != core.CodeUnavailable {
		t.Errorf("append gives %v", err)
	}
}

func TestAuditIsAppendOnly(t *testing.T) {
	path := written(t, 2)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range []string{"DELETE FROM audit_events", "UPDATE audit_events SET user_id = 1"} {
		if _, err := db.Exec(s); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s gives %v", s, err)
		}
	}
}

func TestHeadBesideTheDatabase(t *testing.T) {
	path := written(t, 3)
	head := path + ".audit-head"
	info, err := os.Stat(head)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v", info.Mode())
	}
	// Another process that appended less keeps its hands off.
	before, err := os.ReadFile(head)
	if err != nil {
		t.Fatal(err)
	}
	appendTo(t, path, 0)
	after, err := os.ReadFile(head)
	if err != nil || string(before) != string(after) {
		t.Errorf("head went from %s to %s, %v", before, after, err)
	}
	if err := os.WriteFile(head, []byte(strings.Replace(string(before), `"seq":3`, `"seq":2`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	db := openTampered(t, path)
	if _, err := db.Verify(t.Context()); err == nil || !strings.Contains(err.Error(), "signature") {
		t.Errorf("a forged head gives %v", err)
	}
}

// While the program runs the head follows the log by about a second at most.
func TestHeadFollowsSoon(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clinician.db")
	db := open(t, path)
	if err := db.Append(t.Context(), core.AuditEvent{Type: "test"}); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(path + ".audit-head"); err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("no head was written")
		}
	}
}

// Two programs on one database (the server, and administration from the
// shell) append to the same chain.
func TestTwoProcessesOneChain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clinician.db")
	dbs := []*store.DB{open(t, path), openTampered(t, path)} // the second does not journal
	const each = 40
	var wg sync.WaitGroup
	for i, db := range dbs {
		for range 2 {
			wg.Go(func() {
				for range each / 2 {
					if err := db.Append(t.Context(), core.AuditEvent{Type: "test", UserID: int64(i + 1)}); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	for _, db := range dbs {
		if n, err := db.Verify(t.Context()); n != 2*each || err != nil {
			t.Errorf("verified %d, %v", n, err)
		}
	}
}

// Events of changes carry the ids that only came into being with the change.
func TestEventsOfChanges(t *testing.T) {
	db := open(t, "")
	ctx := t.Context()
	c := register(t, db, "mary@example.com")
	p, err := db.CreatePatient(ctx, core.NewPatient{LastName: "Smith"}, core.AuditEvent{Type: core.EventPatientCreated, UserID: c.User.ID})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Assign(ctx, p.ID, c.ID, nil, "", core.AuditEvent{Type: core.EventPatientAssigned, UserID: c.User.ID}); err != nil {
		t.Fatal(err)
	}
	// A refused change leaves no event.
	if _, err := db.Assign(ctx, p.ID, 99999, nil, "", core.AuditEvent{Type: core.EventPatientAssigned}); err == nil {
		t.Error("assigned to nobody")
	}
	events, err := db.Query(ctx, core.AuditQuery{})
	if err != nil || len(events) != 3 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	if ev := events[2]; ev.UserID != c.User.ID || ev.Detail["clinician_id"] != c.ID {
		t.Errorf("registration is %+v", ev)
	}
	if ev := events[1]; ev.PatientID != p.ID || ev.UserID != c.User.ID {
		t.Errorf("creation is %+v", ev)
	}
	if ev := events[0]; ev.PatientID != p.ID || ev.Detail["clinician_id"] != c.ID {
		t.Errorf("assignment is %+v", ev)
	}
}
