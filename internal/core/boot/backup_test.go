package boot

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"clinician/internal/core"
	"clinician/internal/core/archive"
	"clinician/internal/core/vault"
)

// backedUp gives a backup of the data of c.
func backedUp(t *testing.T, c Config, to ...age.Recipient) ([]byte, Backup) {
	t.Helper()
	a, err := OpenAdmin(t.Context(), c)
	ok(t, err)
	defer a.Close()
	var b bytes.Buffer
	done, err := a.Backup(t.Context(), &b, to)
	ok(t, err)
	if done.Bytes != int64(b.Len()) || done.Encrypted != (len(to) > 0) {
		t.Errorf("%d bytes were written: %+v", b.Len(), done)
	}
	return b.Bytes(), done
}

// restoredAt is the configuration of restored data; the root key is where it was.
func restoredAt(c Config, dir string) Config {
	c.RootKeyFile, c.DataDir = rootKeyPath(c), dir
	return c
}

// A backup becomes data that serves as the old one did, with everything in it, and says in
// its log that it was restored. The root key is in none of it.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	withPiece(t, s.c)
	whole, done := backedUp(t, s.c)
	if done.Records != 1 || done.Pieces != 1 || len(done.Missing) != 0 {
		t.Errorf("%+v", done)
	}
	secret := bytes.TrimSpace(readFile(t, s.path))
	raw, err := base64.StdEncoding.DecodeString(string(secret))
	ok(t, err)
	if bytes.Contains(whole, secret) || bytes.Contains(whole, raw) || bytes.Contains(whole, []byte(sealedText)) {
		t.Error("a key or a document is in the backup in clear")
	}
	left, err := filepath.Glob(filepath.Join(s.c.DataDir, ".backup-*"))
	if ok(t, err); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for name, dir := range map[string]string{"absent": filepath.Join(t.TempDir(), "new"), "empty": t.TempDir()} {
		ok(t, os.Chmod(filepath.Dir(dir), 0o700))
		if name == "empty" {
			ok(t, os.Chmod(dir, 0o700))
		}
		told, err := RestoreBackup(t.Context(), s.c, bytes.NewReader(whole), nil, dir)
		if err != nil || told.To != dir || told.Read != 2 || len(told.Problems)+len(told.NotChecked) > 0 || told.Events != done.AuditSeq {
			t.Fatalf("%s: %+v, %v", name, told, err)
		}
		after := restoredAt(s.c, dir)
		s.readable(t, after)
		ok(t, serves(t, after))
		a, err := OpenAdmin(t.Context(), after)
		ok(t, err)
		report, err := a.CheckVault(t.Context(), true)
		if err != nil || len(report.Problems) > 0 || report.Records != 1 {
			t.Errorf("%+v, %v", report, err)
		}
		events, err := a.Audit.Query(t.Context(), core.AuditQuery{Type: core.EventRestored})
		if err != nil || len(events) != 1 || events[0].Detail["audit_seq"] != done.AuditSeq || events[0].Service != "clinician-admin" {
			t.Errorf("%+v, %v", events, err)
		}
		// That a copy was taken is in the copy, too.
		if events, err = a.Audit.Query(t.Context(), core.AuditQuery{Type: core.EventBackedUp}); err != nil || len(events) != 1 || events[0].Detail["step"] != "begun" {
			t.Errorf("%+v, %v", events, err)
		}
		ok(t, a.Close())
	}
}

// withPiece leaves an upload in the data that is not complete.
func withPiece(t *testing.T, c Config) {
	t.Helper()
	a, err := OpenAdmin(t.Context(), c)
	ok(t, err)
	defer a.Close()
	ann, err := a.People.Credential(t.Context(), "ann@example.org")
	ok(t, err)
	patient, err := a.Finder.PatientByMRN(t.Context(), "4128870031")
	ok(t, err)
	u, _, err := a.data.Records.BeginUpload(t.Context(), core.NewUpload{Size: 20,
		Record: core.NewRecord{PatientID: patient, TypeID: 1, Filename: "b.txt", UploadedBy: ann.User.ID}}, core.AuditEvent{Type: core.EventUploadBegun})
	ok(t, err)
	_, err = a.data.Records.AddPiece(t.Context(), ann.User.ID, u.ID, 0, strings.NewReader("half of it"))
	ok(t, err)
}

// What was damaged or cut anywhere is not taken, and leaves nothing.
func TestDamagedBackupsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	whole, _ := backedUp(t, s.c)
	told, err := VerifyBackup(t.Context(), s.c, bytes.NewReader(whole), nil)
	if err != nil || told.Read != 1 || len(told.Problems) > 0 {
		t.Fatalf("%+v, %v", told, err)
	}
	blob := bytes.Index(whole, []byte("vault/records/"))
	places := []int{0, 100, 300, 512, 1000, 1100, 1536, 1600, 2048, 2100, blob, blob + 512, blob + 600, blob + 1000, len(whole) - 1, len(whole) - 1024, len(whole) - 1100, len(whole) - 2000}
	for at := 4096; at < len(whole); at += len(whole) / 9 {
		places = append(places, at)
	}
	dir := filepath.Join(t.TempDir(), "new")
	for _, at := range places {
		b := bytes.Clone(whole)
		b[at] ^= 0x20
		if _, err := VerifyBackup(t.Context(), s.c, bytes.NewReader(b), nil); err == nil {
			t.Errorf("byte %d of %d was changed", at, len(whole))
		}
		if _, err := RestoreBackup(t.Context(), s.c, bytes.NewReader(whole[:at]), nil, dir); err == nil {
			t.Errorf("cut to %d of %d bytes", at, len(whole))
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("cut to %d bytes it left %s: %v", at, dir, err)
		}
	}
}

// Somebody without the root key can put sums right, but not the signature, the log or a
// document.
func TestForgedBackupsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	whole, _ := backedUp(t, s.c)
	forge := func(change func(name string, content []byte) []byte) []byte {
		a, _, err := archive.Open(bytes.NewReader(whole), nil)
		ok(t, err)
		var b bytes.Buffer
		w, err := archive.NewWriter(&b, a.About)
		ok(t, err)
		for {
			p, err := a.Next()
			if err == io.EOF {
				break
			}
			ok(t, err)
			content, err := io.ReadAll(p.Content)
			ok(t, err)
			if content = change(p.Name, content); content != nil {
				ok(t, w.Add(p.Name, int64(len(content)), bytes.NewReader(content)))
			}
		}
		ok(t, w.Close(func([]byte) []byte { _, signature := a.Sums(); return signature }))
		return b.Bytes()
	}
	for name, change := range map[string]func(string, []byte) []byte{
		"a document left out": func(name string, b []byte) []byte {
			if strings.HasPrefix(name, "vault/records/") {
				return nil
			}
			return b
		},
		"a name changed": func(name string, b []byte) []byte {
			return bytes.ReplaceAll(b, []byte("Cant\u00fa"), []byte("Canto!"))
		},
		"a document changed": func(name string, b []byte) []byte {
			if strings.HasPrefix(name, "vault/records/") {
				b[len(b)-1] ^= 1
			}
			return b
		},
	} {
		forged := forge(change)
		if bytes.Equal(forged, whole) {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := VerifyBackup(t.Context(), s.c, bytes.NewReader(forged), nil); err == nil || !strings.Contains(err.Error(), "signature") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Without the root key, or with another one, it is said what was not looked at, and nothing
// can be restored.
func TestVerifyWithoutTheRootKey(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	whole, _ := backedUp(t, s.c)
	none := s.c
	none.DataDir = filepath.Join(t.TempDir(), "nowhere")
	other := s.c
	other.RootKey = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{8}, 32))
	for name, c := range map[string]Config{"none": none, "another": other} {
		told, err := VerifyBackup(t.Context(), c, bytes.NewReader(whole), nil)
		if err != nil || len(told.NotChecked) != 1 || told.Read != 0 || !strings.Contains(told.NotChecked[0], "documents") {
			t.Errorf("%s: %+v, %v", name, told, err)
		}
		dir := filepath.Join(t.TempDir(), "new")
		if _, err := RestoreBackup(t.Context(), c, bytes.NewReader(whole), nil, dir); core.CodeOf(err) != core.CodeInvalid {
			t.Errorf("%s: restored with %v", name, err)
		}
		for _, path := range []string{dir, none.DataDir} {
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: %s is there: %v", name, path, err)
			}
		}
	}
}

func TestEncryptedBackup(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	key, err := age.GenerateX25519Identity()
	ok(t, err)
	whole, _ := backedUp(t, s.c, key.Recipient())
	if bytes.Contains(whole, []byte("Cant")) || !bytes.HasPrefix(whole, []byte("age-encryption.org/v1\n")) {
		t.Error("it is not encrypted")
	}
	if _, err := VerifyBackup(t.Context(), s.c, bytes.NewReader(whole), nil); err == nil || !strings.Contains(err.Error(), "--passphrase-file") {
		t.Errorf("without the key: %v", err)
	}
	if told, err := VerifyBackup(t.Context(), s.c, bytes.NewReader(whole), []age.Identity{key}); err != nil || !told.Encrypted || told.Read != 1 {
		t.Errorf("%+v, %v", told, err)
	}
}

// After a change of the root key backups need the new one, and hold the sealed old secrets.
func TestBackupAfterRekey(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	_, err := Rekey(t.Context(), s.c, vault.RootKey{})
	ok(t, err)
	whole, _ := backedUp(t, s.c)
	dir := filepath.Join(t.TempDir(), "new")
	_, err = RestoreBackup(t.Context(), s.c, bytes.NewReader(whole), nil, dir)
	ok(t, err)
	s.readable(t, restoredAt(s.c, dir))
}

// A document that is lost already is named, and the rest is saved.
func TestBackupOfADamagedVault(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	ok(t, os.Remove(filepath.Join(vaultDir(s.c), "records", s.record)))
	whole, done := backedUp(t, s.c)
	if fmt.Sprint(done.Missing) != "[records/"+s.record+"]" {
		t.Errorf("missing %v", done.Missing)
	}
	told, err := RestoreBackup(t.Context(), s.c, bytes.NewReader(whole), nil, filepath.Join(t.TempDir(), "new"))
	if err != nil || len(told.Problems) != 1 || !strings.Contains(told.Problems[0], s.record) {
		t.Errorf("%+v, %v", told, err)
	}
}

// Nothing is replaced, and a file has its name only when it is whole.
func TestBackupFiles(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	a, err := OpenAdmin(t.Context(), s.c)
	ok(t, err)
	defer a.Close()
	dir := t.TempDir()
	done, err := a.BackupTo(t.Context(), dir, nil)
	if err != nil || filepath.Dir(done.File) != dir || !strings.HasSuffix(done.File, "Z.tar") {
		t.Fatalf("%+v, %v", done, err)
	}
	if info, err := os.Stat(done.File); err != nil || info.Mode().Perm() != 0o600 || info.Size() != done.Bytes {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := a.BackupTo(t.Context(), done.File, nil); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("a second one of the name: %v", err)
	}
	ok(t, os.RemoveAll(vaultDir(s.c)))
	if _, err := a.BackupTo(t.Context(), filepath.Join(dir, "second.tar"), nil); err == nil {
		t.Error("without a vault a backup was made")
	}
	list, err := os.ReadDir(dir)
	if ok(t, err); len(list) != 1 {
		t.Errorf("there are %v", list)
	}
}

// What a restore left that was killed is not served, nor restored into.
func TestUnfinishedRestoreIsRefused(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	whole, _ := backedUp(t, s.c)
	dir := filepath.Join(t.TempDir(), "new")
	_, err := RestoreBackup(t.Context(), s.c, bytes.NewReader(whole), nil, dir)
	ok(t, err)
	ok(t, os.WriteFile(filepath.Join(dir, marker), nil, 0o600))
	after := restoredAt(s.c, dir)
	_, again := RestoreBackup(t.Context(), s.c, bytes.NewReader(whole), nil, dir)
	_, shell := OpenAdmin(t.Context(), after)
	for what, err := range map[string]error{"served": serves(t, after), "restored": again, "opened": shell} {
		if err == nil || !strings.Contains(err.Error(), "Remove that directory") {
			t.Errorf("it is %s: %v", what, err)
		}
	}
	if _, err := RestoreBackup(t.Context(), s.c, bytes.NewReader(whole), nil, s.c.DataDir); core.CodeOf(err) != core.CodeConflict {
		t.Errorf("restored over data: %v", err)
	}
}

// Whatever happens while a backup is made, it holds the content of each of its rows and
// opens with its keys.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	c := s.c
	c.Addr = "127.0.0.1:0"
	server, err := Open(t.Context(), c, Options{})
	ok(t, err)
	t.Cleanup(func() { ok(t, server.Close()) })
	stop := make(chan struct{})
	var load sync.WaitGroup
	first := make(chan struct{}, 1)
	for i := range 3 {
		load.Go(func() { churn(t, server, s, i, stop, first) })
	}
	<-first
	shell, err := OpenAdmin(t.Context(), c)
	ok(t, err)
	defer shell.Close()
	var backups [][]byte
	for range 4 {
		var b bytes.Buffer
		done, err := shell.Backup(t.Context(), &b, nil)
		if err != nil || len(done.Missing) > 0 {
			t.Errorf("%+v, %v", done, err)
		}
		backups = append(backups, b.Bytes())
	}
	close(stop)
	load.Wait()
	for i, b := range backups {
		told, err := VerifyBackup(t.Context(), c, bytes.NewReader(b), nil)
		if err != nil || len(told.Problems)+len(told.NotChecked) > 0 || told.Read != told.Backup.Records+told.Backup.Pieces {
			t.Errorf("backup %d: %+v, %v", i, told, err)
		}
	}
}

// churn adds, moves and removes documents until it is told to stop.
func churn(t *testing.T, server *Server, s sealed, worker int, stop chan struct{}, first chan struct{}) {
	ctx := t.Context()
	rec, err := server.Records.Record(ctx, s.record)
	if err != nil {
		t.Error(err)
		return
	}
	ev := func(kind string) core.AuditEvent {
		return core.AuditEvent{Type: kind, Action: core.ActionUpdate, Outcome: core.OutcomeSuccess, UserID: rec.UploadedBy}
	}
	var mine []string
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		staged, err := server.Records.Stage(ctx, core.Acting{}, "n.txt", strings.NewReader(strings.Repeat(fmt.Sprintf("text %d of %d\n", n, worker), 3000)))
		if err == nil {
			var made core.Record
			made, err = server.Records.Commit(ctx, core.Acting{}, staged, core.NewRecord{PatientID: rec.PatientID, TypeID: 1, Filename: "n.txt", UploadedBy: rec.UploadedBy}, ev(core.EventRecordUploaded))
			mine = append(mine, made.ID)
		}
		if err == nil && len(mine) > 3 {
			err = server.Records.Delete(ctx, core.Acting{}, mine[0], ev(core.EventRecordDeleted))
			mine = mine[1:]
			select {
			case first <- struct{}{}:
			default:
			}
		}
		if err != nil {
			t.Error(err)
			return
		}
		_ = server.Audit.Append(ctx, core.AuditEvent{At: time.Now(), Type: core.EventPatientViewed, UserID: rec.UploadedBy, PatientID: rec.PatientID})
	}
}
