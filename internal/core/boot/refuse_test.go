package boot

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
)

// serves opens a server on the data and closes it again.
func serves(t *testing.T, c Config) error {
	t.Helper()
	c.Addr = "127.0.0.1:0"
	s, err := Open(t.Context(), c, Options{})
	if err == nil {
		ok(t, s.Close())
	}
	return err
}

// damage runs SQL on the database as somebody would who has the file.
func damage(t *testing.T, c Config, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(c.DataDir, "clinician.db"))
	ok(t, err)
	defer db.Close()
	for _, s := range append([]string{"DROP TRIGGER audit_events_no_update", "DROP TRIGGER audit_events_no_delete"}, statements...) {
		_, err := db.Exec(s)
		ok(t, err)
	}
}

// What a server could not work with stops its start, with a sentence that says what to do;
// once that is done it starts.
func TestStartRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(t *testing.T, s sealed, c *Config) (mend func())
		want  []string
	}{
		"another root key in the environment": {func(_ *testing.T, _ sealed, c *Config) func() {
			c.RootKey = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{8}, 32))
			return func() { c.RootKey = "" }
		}, []string{"root key", "from CLINICIAN_ROOT_KEY is not the one of this data", "Give the right one"}},
		"another root key in the file": {func(t *testing.T, s sealed, _ *Config) func() {
			right := readFile(t, s.path)
			ok(t, os.WriteFile(s.path, []byte(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{8}, 32))), 0o600))
			return func() { ok(t, os.WriteFile(s.path, right, 0o600)) }
		}, []string{"root.key is not the one of this data"}},
		"no root key": {func(t *testing.T, s sealed, _ *Config) func() {
			ok(t, os.Rename(s.path, s.path+".away"))
			return func() { ok(t, os.Rename(s.path+".away", s.path)) }
		}, []string{"root key of this data is missing", "Put your copy of it back"}},
		"a cut audit log": {func(t *testing.T, s sealed, c *Config) func() {
			damage(t, *c, "DELETE FROM audit_events WHERE seq > 3")
			return nil
		}, []string{"audit log is broken at event 4", "server audit verify"}},
		"an emptied audit log without its heads": {func(t *testing.T, s sealed, c *Config) func() {
			damage(t, *c, "DELETE FROM audit_events", "DELETE FROM audit_head")
			ok(t, os.Remove(filepath.Join(c.DataDir, "clinician.db.audit-head")))
			return nil
		}, []string{"audit log is broken at event 1", "server audit verify"}},
		"no vault": {func(t *testing.T, _ sealed, c *Config) func() {
			ok(t, os.Rename(vaultDir(*c), vaultDir(*c)+".away"))
			return func() { ok(t, os.Rename(vaultDir(*c)+".away", vaultDir(*c))) }
		}, []string{"is missing, where all documents are", "Mount it"}},
		"an empty vault, as where nothing is mounted": {func(t *testing.T, _ sealed, c *Config) func() {
			ok(t, os.Rename(vaultDir(*c), vaultDir(*c)+".away"))
			ok(t, os.Mkdir(vaultDir(*c), 0o700))
			return func() {
				ok(t, os.RemoveAll(vaultDir(*c)))
				ok(t, os.Rename(vaultDir(*c)+".away", vaultDir(*c)))
			}
		}, []string{"not the one that belongs to this database", "mounted"}},
		"a vault that is no directory": {func(t *testing.T, _ sealed, c *Config) func() {
			ok(t, os.Rename(vaultDir(*c), vaultDir(*c)+".away"))
			ok(t, os.WriteFile(vaultDir(*c), nil, 0o600))
			return func() { ok(t, os.Rename(vaultDir(*c)+".away", vaultDir(*c)+".x")) }
		}, []string{"cannot be opened", "must be a directory"}},
		"keys of patients that do not open": {func(t *testing.T, _ sealed, c *Config) func() {
			damage(t, *c, "UPDATE patient_keys SET wrapped = zeroblob(61)")
			return nil
		}, []string{"Keys of patients", "Restore"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSealed(t)
			c := s.c
			mend := test.spoil(t, s, &c)
			err := serves(t, c)
			for _, want := range test.want {
				if err == nil || !strings.Contains(core.MessageOf(err), want) {
					t.Fatalf("the start gives %v; want %q", err, want)
				}
			}
			if mend != nil && name != "a vault that is no directory" {
				mend()
				ok(t, serves(t, c))
				s.readable(t, c)
			}
		})
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	ok(t, err)
	return b
}

// A server that lost its vault, or whose log was cut, says so to who asks whether it is ready.
func TestReadinessNamesWhatWentAway(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	c := s.c
	c.Addr = "127.0.0.1:0"
	clock := &steadyClock{at: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	srv, err := Open(t.Context(), c, Options{Clock: clock.now})
	ok(t, err)
	t.Cleanup(func() { _ = srv.Close() })
	ready := func(status int, words ...string) {
		t.Helper()
		clock.at = clock.at.Add(time.Minute)
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/health/ready", nil)
		srv.api.Handler().ServeHTTP(w, r)
		if w.Code != status {
			t.Fatalf("%d, want %d: %s", w.Code, status, w.Body)
		}
		for _, want := range words {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("no %s in %s", want, w.Body)
			}
		}
	}
	ready(200, `"vault":"healthy"`, `"audit_head":"healthy"`, `"database_connection":"healthy"`, `"bus_connection":"healthy"`, `"ocr_engine":`)
	away := vaultDir(c) + ".away"
	ok(t, os.Rename(vaultDir(c), away))
	ready(503, `"vault":"unhealthy"`, `"audit_head":"healthy"`)
	ok(t, os.Mkdir(vaultDir(c), 0o700))
	ready(503, `"vault":"unhealthy"`)
	ok(t, os.Remove(vaultDir(c)))
	ok(t, os.Rename(away, vaultDir(c)))
	ready(200, `"vault":"healthy"`)
	ok(t, os.Rename(filepath.Join(vaultDir(c), "records"), away))
	ready(503, `"vault":"unhealthy"`)
	ok(t, os.Rename(away, filepath.Join(vaultDir(c), "records")))
	ready(200)
	damage(t, c, "DELETE FROM audit_events WHERE seq > 3")
	ready(503, `"vault":"healthy"`, `"audit_head":"unhealthy"`)
}

// steadyClock goes on when it is told to.
type steadyClock struct{ at time.Time }

func (c *steadyClock) now() time.Time { return c.at }
