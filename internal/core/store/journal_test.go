package store

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
)

// journaling opens a database that takes its journal over when it is asked to, and
// not because time passes.
func journaling(t *testing.T, path string) *DB {
	t.Helper()
	if !canLock {
		t.Skip("files cannot be locked on this system, so there is no journal")
	}
	db, err := Open(t.Context(), Options{Path: path, AuditKey: make([]byte, 32), Journal: true, journalEvery: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func appendReads(t *testing.T, db *DB, from, n int64) {
	t.Helper()
	for i := range n {
		if err := db.Append(t.Context(), core.AuditEvent{Type: "read", UserID: from + i, Detail: map[string]any{"n": from + i}}); err != nil {
			t.Fatal(err)
		}
	}
}

// users gives who did what, oldest first, and fails when the log does not verify.
func users(t *testing.T, db *DB) string {
	t.Helper()
	if n, err := db.Verify(t.Context()); err != nil {
		t.Fatalf("verified %d, %v", n, err)
	}
	events, err := db.Query(t.Context(), core.AuditQuery{Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := len(events) - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "%d ", events[i].UserID)
	}
	return strings.TrimSpace(b.String())
}

// killed copies the files of a database that is in use: what a kill leaves.
func killed(t *testing.T, path string) (copied string) {
	t.Helper()
	copied = filepath.Join(t.TempDir(), "c.db")
	for _, end := range []string{"", "-wal", ".audit-journal"} {
		b, err := os.ReadFile(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied+end, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return copied
}

// Every read that was answered is in the log after a kill, and nothing that was
// changed in the file, or written only in part.
func TestJournalAfterAKill(t *testing.T) {
	change := func(at int, file []byte) []byte { file[at] ^= 1; return file }
	second := func(file []byte) int { return journalHead + int(binary.BigEndian.Uint32(file)) }
	for name, test := range map[string]struct {
		damage func(file []byte) []byte
		want   string
	}{
		"whole":           {func(f []byte) []byte { return f }, "1 2 3 4 5"},
		"event changed":   {func(f []byte) []byte { return change(second(f)+journalHead+20, f) }, "1 2 3"},
		"tag changed":     {func(f []byte) []byte { return change(second(f)+10, f) }, "1 2 3"},
		"length changed":  {func(f []byte) []byte { return change(second(f)+3, f) }, "1 2 3"},
		"first removed":   {func(f []byte) []byte { return f[second(f):] }, "1 2"},
		"cut in the last": {func(f []byte) []byte { return bytes.TrimRight(f, "\x00")[:bytes.LastIndexByte(f, '}')-5] }, "1 2 3 4"},
		"written in part": {func(f []byte) []byte { f[bytes.LastIndexByte(f, '}')] = 0; return f }, "1 2 3 4"},
		"emptied":         {func(f []byte) []byte { return nil }, "1 2"},
		"something appended": {func(f []byte) []byte {
			return append(bytes.TrimRight(f, "\x00"), "\x00\x00\x00\x10 and more, of no consequence at all"...)
		}, "1 2 3 4 5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "c.db")
			db := journaling(t, path)
			appendReads(t, db, 1, 2)
			if err := db.settled(t.Context()); err != nil {
				t.Fatal(err)
			}
			// A run of its own, so that the first record is not taken over yet.
			execute(t, db, "UPDATE audit_journal SET run = 7, pos = 0")
			db.journal.known = false // the writer waits for us
			appendReads(t, db, 3, 3)
			after := killed(t, path)
			file, err := os.ReadFile(after + ".audit-journal")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(after+".audit-journal", test.damage(file), 0o600); err != nil {
				t.Fatal(err)
			}
			again := journaling(t, after)
			if got := users(t, again); got != test.want {
				t.Errorf("by %q, want %q", got, test.want)
			}
			appendReads(t, again, 9, 1) // the log goes on
			if got := users(t, again); got != test.want+" 9" {
				t.Errorf("then by %q", got)
			}
			if got := users(t, db); got != "1 2 3 4 5" {
				t.Errorf("where nothing happened: by %q", got)
			}
		})
	}
}

// The shell writes the same log while the server journals.
func TestJournalOfAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	server := journaling(t, path)
	shell, err := Open(t.Context(), Options{Path: path, AuditKey: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	defer shell.Close()
	appendReads(t, server, 1, 2)
	appendReads(t, shell, 3, 1)
	appendReads(t, server, 4, 2)
	if got := users(t, shell); got != "1 2 3 4 5" {
		t.Errorf("the shell sees %q", got)
	}
	appendReads(t, server, 6, 1)
	if got := users(t, server); got != "1 2 3 4 5 6" {
		t.Errorf("the server sees %q", got)
	}
}

// Runs follow each other, and events that no journal has room for are stored too.
func TestJournalGoesRound(t *testing.T) {
	db := journaling(t, filepath.Join(t.TempDir(), "c.db"))
	want := make([]string, 0, 1000)
	for i := range int64(1000) {
		ev := core.AuditEvent{Type: "read", UserID: i, Detail: map[string]any{"more": strings.Repeat("x", 1500)}}
		if i == 500 {
			ev.Detail["more"] = strings.Repeat("x", journalSize)
		}
		if err := db.Append(t.Context(), ev); err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprint(i))
	}
	if got := users(t, db); got != strings.Join(want, " ") {
		t.Errorf("by %q", got)
	}
	var run int
	if err := ask(t.Context(), db.read, "SELECT run FROM audit_journal").into(&run); err != nil || run < 3 {
		t.Errorf("run %d, %v", run, err)
	}
}

// A log that was changed from outside is not continued: what waits cannot be taken
// over, and from then on nothing is given out.
func TestJournalOfAForgedLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	db := journaling(t, path)
	appendReads(t, db, 1, 2)
	if got := users(t, db); got != "1 2" {
		t.Fatal(got)
	}
	appendReads(t, db, 3, 1)
	attacker, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer attacker.Close()
	if _, err := attacker.Exec("UPDATE audit_head SET seq = 1"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Query(t.Context(), core.AuditQuery{}); core.CodeOf(err) != core.CodeUnavailable {
		t.Errorf("asked for the log: %v", err)
	}
	if err := db.Append(t.Context(), core.AuditEvent{Type: "read"}); core.CodeOf(err) != core.CodeUnavailable {
		t.Errorf("append gives %v", err)
	}
	if _, err := db.Verify(t.Context()); err == nil {
		t.Error("it verifies")
	}
}

func FuzzJournal(f *testing.F) {
	j := &journal{key: make([]byte, 32)}
	event := []byte(`{"event_type":"read"}`)
	good := append(binary.BigEndian.AppendUint32(nil, uint32(len(event))), j.sum(1, 0, nil, event)...)
	good = append(good, event...)
	f.Add(good)
	f.Add(good[:20])
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, content []byte) {
		list, pos, _ := j.records(content, 1)
		if pos > int64(len(content)) {
			t.Fatalf("ends at %d of %d", pos, len(content))
		}
		// Nobody without the key makes a record.
		if len(list) > 0 && !bytes.HasPrefix(content, good) {
			t.Fatalf("took %q", content)
		}
	})
}
