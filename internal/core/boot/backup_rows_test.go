package boot

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/demo"
)

// Row by row and blob by blob, what was restored is what was backed up; but for the audit
// log, which goes on, and sessions, which are over.
func TestRestoredRowsAreTheSame(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	withPiece(t, s.c)
	a, err := OpenAdmin(t.Context(), s.c)
	ok(t, err)
	_, err = a.CreateUser(t.Context(), core.NewUser{Email: demo.Clinician, Role: core.RoleClinician}, "correct horse battery", "")
	ok(t, err)
	ok(t, a.crowd(t.Context(), DemoOptions{Patients: 30}))
	ok(t, a.Close())
	whole, _ := backedUp(t, s.c)
	dir := filepath.Join(t.TempDir(), "new")
	_, err = RestoreBackup(t.Context(), s.c, bytes.NewReader(whole), nil, dir)
	ok(t, err)

	before, after := rows(t, s.c.DataDir), rows(t, dir)
	if len(before) < 20 || before["patients"] == "0 rows" {
		t.Fatalf("there are only %v", before)
	}
	for table, want := range before {
		if after[table] != want && !strings.HasPrefix(table, "audit_") && table != "sessions" {
			t.Errorf("%s: %s became %s", table, want, after[table])
		}
	}
	if was, is := blobSums(t, s.c.DataDir), blobSums(t, dir); was != is || was == "" {
		t.Errorf("blobs\n%s became\n%s", was, is)
	}
}

// rows gives each table's number of rows and the sum of what is in them.
func rows(t *testing.T, dir string) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "clinician.db"))
	ok(t, err)
	defer db.Close()
	tables := texts(t, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
	sums := map[string]string{}
	for _, table := range tables {
		columns := texts(t, db, "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('"+table+"')")
		list := texts(t, db, "SELECT "+strings.Join(columns, " || ',' || ")+" FROM \""+table+"\" ORDER BY 1")
		sums[table] = fmt.Sprintf("%d rows", len(list))
		if len(list) > 0 {
			sums[table] += fmt.Sprintf(" %x", sha256.Sum256([]byte(strings.Join(list, "\n"))))
		}
	}
	return sums
}

func texts(t *testing.T, db *sql.DB, text string) (list []string) {
	t.Helper()
	r, err := db.Query(text)
	ok(t, err)
	defer r.Close()
	for r.Next() {
		var s string
		ok(t, r.Scan(&s))
		list = append(list, s)
	}
	ok(t, r.Err())
	return list
}

func blobSums(t *testing.T, dir string) string {
	t.Helper()
	var sums []string
	ok(t, filepath.WalkDir(filepath.Join(dir, "vault"), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && d.Name() != ".hold" {
			rel, _ := filepath.Rel(dir, path)
			sums = append(sums, fmt.Sprintf("%s %x", rel, sha256.Sum256(readFile(t, path))))
		}
		return err
	}))
	slices.Sort(sums)
	return strings.Join(sums, "\n")
}
