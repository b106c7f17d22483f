package boot

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

// sealed is a data directory with a document, closed.
type sealed struct {
	c      Config
	record string
	path   string // of the key file
}

const sealedText = "haemoglobin 7.1 g/dL"

func newSealed(t *testing.T) sealed {
	t.Helper()
	a, patient := clinic(t)
	staged, err := a.Records.Stage(t.Context(), core.Acting{}, "note.txt", strings.NewReader(sealedText))
	if err != nil {
		t.Fatal(err)
	}
	ann, err := a.People.Credential(t.Context(), "ann@example.org")
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Records.Commit(t.Context(), core.Acting{}, staged, core.NewRecord{PatientID: patient, TypeID: 1, Filename: "note.txt", UploadedBy: ann.User.ID},
		core.AuditEvent{Type: core.EventRecordUploaded, Action: core.ActionCreate, Outcome: core.OutcomeSuccess, PatientID: patient})
	if err != nil {
		t.Fatal(err)
	}
	c := a.from
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return sealed{c, r.ID, filepath.Join(c.DataDir, "root.key")}
}

// readable wants the document to open and the audit log to verify.
func (s sealed) readable(t *testing.T, c Config) {
	t.Helper()
	a, err := OpenAdmin(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	content, err := a.Records.Open(t.Context(), core.Acting{}, s.record, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if got, err := io.ReadAll(content); err != nil || string(got) != sealedText {
		t.Errorf("the document: %q, %v", got, err)
	}
	if _, err := a.Audit.Verify(t.Context()); err != nil {
		t.Errorf("the audit log: %v", err)
	}
}

func (s sealed) files(t *testing.T) (names []string) {
	t.Helper()
	list, err := filepath.Glob(s.path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		names = append(names, filepath.Base(f))
	}
	return names
}

func changes(t *testing.T, c Config) int {
	t.Helper()
	a, err := OpenAdmin(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	list, err := a.Audit.Query(t.Context(), core.AuditQuery{Type: core.EventRootKeyChanged, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// Documents stay readable and the audit log verifies over several changes, to
// generated keys and to one from a file, whose second use changes nothing.
func TestRekeyWithKeyFiles(t *testing.T) {
	s := newSealed(t)
	vaultDir := filepath.Join(s.c.DataDir, "vault", "records")
	before := blobBytes(t, vaultDir)
	first, err := Rekey(t.Context(), s.c, vault.RootKey{})
	if err != nil || !first.Changed || first.Patients != 1 || first.From == first.To {
		t.Fatalf("Rekey = %+v, %v", first, err)
	}
	s.readable(t, s.c)
	fresh := vault.GenerateRootKey()
	for i, want := range []Rekeyed{{From: first.To, To: fresh.ID(), Patients: 1, Changed: true}, {From: fresh.ID(), To: fresh.ID()}} {
		if got, err := Rekey(t.Context(), s.c, fresh); err != nil || got != want {
			t.Errorf("time %d: %+v, %v; want %+v", i, got, err, want)
		}
		s.readable(t, s.c)
	}
	if got := s.files(t); len(got) != 1 {
		t.Errorf("key files: %v", got)
	}
	if !bytes.Equal(before, blobBytes(t, vaultDir)) {
		t.Error("a document was written anew")
	}
	if n := changes(t, s.c); n != 4 {
		t.Errorf("%d events of two changes", n)
	}
}

func blobBytes(t *testing.T, dir string) (all []byte) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// A crash after any step leaves data that opens, and the next run goes on to the
// same key.
func TestRekeyGoesOnAfterACrash(t *testing.T) {
	steps := map[string]func(t *testing.T, s sealed, change vault.KeyChange){
		"after the new key was written": func(*testing.T, sealed, vault.KeyChange) {},
		"after the service keys were sealed": func(t *testing.T, s sealed, change vault.KeyChange) {
			check(t, sealForBoth(t.Context(), s.c, change))
		},
		"between the names of the old key": func(t *testing.T, s sealed, change vault.KeyChange) {
			check(t, sealForBoth(t.Context(), s.c, change))
			check(t, os.Link(s.path, s.path+".previous"))
		},
		"before any key was wrapped": func(t *testing.T, s sealed, change vault.KeyChange) {
			check(t, sealForBoth(t.Context(), s.c, change))
			check(t, change.Switch())
		},
		"before the old key was removed": func(t *testing.T, s sealed, change vault.KeyChange) {
			check(t, sealForBoth(t.Context(), s.c, change))
			check(t, change.Switch())
			_, err := rewrap(t.Context(), s.c, change)
			check(t, err)
		},
	}
	for name, crash := range steps {
		t.Run(name, func(t *testing.T) {
			s := newSealed(t)
			change, err := vault.BeginKeyChange(s.path, vault.RootKey{})
			check(t, err)
			crash(t, s, change)
			s.readable(t, s.c)
			done, err := Rekey(t.Context(), s.c, vault.RootKey{})
			if err != nil || !done.Changed || done.To != change.New.ID() || done.From != change.Old.ID() {
				t.Fatalf("Rekey = %+v, %v", done, err)
			}
			s.readable(t, s.c)
			if got := s.files(t); len(got) != 1 {
				t.Errorf("key files: %v", got)
			}
			if _, err := Rekey(t.Context(), s.c, change.New); err != nil {
				t.Errorf("once more: %v", err)
			}
		})
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// With keys in the environment the old one is given beside the new one; a wrong
// one changes nothing, and a second run neither.
func TestRekeyFromTheEnvironment(t *testing.T) {
	s := newSealed(t)
	raw, err := os.ReadFile(s.path)
	check(t, err)
	old, fresh := strings.TrimSpace(string(raw)), base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	under := func(root, previous string) Config {
		c := s.c
		c.RootKey, c.RootKeyPrevious = root, previous
		return c
	}
	if _, err := Rekey(t.Context(), under(fresh, ""), vault.RootKey{}); core.CodeOf(err) != core.CodeInvalid {
		t.Errorf("without the old key: %v", err)
	}
	wrong := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{8}, 32))
	if _, err := Rekey(t.Context(), under(fresh, wrong), vault.RootKey{}); err == nil {
		t.Error("a wrong old key was taken")
	}
	s.readable(t, under(old, ""))
	s.readable(t, under(fresh, old)) // a server may start before
	if done, err := Rekey(t.Context(), under(fresh, old), vault.RootKey{}); err != nil || !done.Changed || done.Patients != 1 {
		t.Fatalf("Rekey = %+v, %v", done, err)
	}
	s.readable(t, under(fresh, ""))
	if a, err := OpenAdmin(t.Context(), under(old, "")); err == nil {
		a.Close()
		t.Error("the old key still opens the data")
	}
	if done, err := Rekey(t.Context(), under(fresh, old), vault.RootKey{}); err != nil || done.Changed {
		t.Errorf("a second time: %+v, %v", done, err)
	}
	if n := changes(t, under(fresh, "")); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestRekeyNeedsTheServerStopped(t *testing.T) {
	s := newSealed(t)
	lock, err := lockDataDir(s.c.DataDir)
	check(t, err)
	defer lock.Close()
	if _, err := Rekey(context.Background(), s.c, vault.RootKey{}); err == nil || !strings.Contains(fmt.Sprint(err), "server is running") {
		t.Errorf("Rekey = %v", err)
	}
	if got := s.files(t); len(got) != 1 {
		t.Errorf("key files: %v", got)
	}
}
