package boot

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clinician/internal/core"
)

// found gives what the doctor says of one thing.
func found(t *testing.T, list []Finding, name string) Finding {
	t.Helper()
	for _, f := range list {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("nothing is said of %s in %+v", name, list)
	return Finding{}
}

// The doctor finds nothing wrong with what is right, also beside a server, and changes
// nothing but with --all, which is recorded.
func TestDoctorOfSoundData(t *testing.T) {
	t.Parallel()
	s := newSealed(t)
	backedUp(t, s.c)
	c := s.c
	c.Addr = "127.0.0.1:0"
	server, err := Open(t.Context(), c, Options{})
	ok(t, err)
	t.Cleanup(func() { ok(t, server.Close()) })
	env := []string{"CLINICIAN_DATA_DIR=" + c.DataDir}
	for _, all := range []bool{false, true} {
		before, _, err := server.Store.Head(t.Context())
		ok(t, err)
		list := Diagnose(t.Context(), env, all)
		for _, name := range []string{"data directory", "root key", "database", "audit log", "vault", "clock", "backup"} {
			if f := found(t, list, name); f.Status != FoundOK || f.Next != "" {
				t.Errorf("%+v", f)
			}
		}
		for _, f := range list {
			if f.Status == FoundProblem {
				t.Errorf("%+v", f)
			}
		}
		after, _, err := server.Store.Head(t.Context())
		if ok(t, err); after-before != map[bool]int64{true: 1}[all] {
			t.Errorf("all %v: events went from %d to %d", all, before, after)
		}
	}
	if f := found(t, Diagnose(t.Context(), env, true), "vault"); !strings.Contains(f.Found, "read and compared") {
		t.Errorf("%+v", f)
	}
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil  func(t *testing.T, s sealed) (env []string)
		of     string
		status string
		want   string
	}{
		"configuration": {func(*testing.T, sealed) []string { return []string{"CLINICIAN_OCR_JOBS=0"} }, "configuration", FoundProblem, "CLINICIAN_OCR_JOBS"},
		"open to others": {func(t *testing.T, s sealed) []string {
			ok(t, os.Chmod(s.c.DataDir, 0o755))
			return nil
		}, "data directory", FoundProblem, "can be read by others"},
		"no data": {func(t *testing.T, s sealed) []string { return []string{"CLINICIAN_DATA_DIR=" + t.TempDir() + "/new"} }, "data directory", FoundWarning, "is not there"},
		"unfinished": {func(t *testing.T, s sealed) []string {
			ok(t, os.WriteFile(filepath.Join(s.c.DataDir, marker), nil, 0o600))
			return nil
		}, "data directory", FoundProblem, "did not come to its end"},
		"no root key": {func(t *testing.T, s sealed) []string { ok(t, os.Remove(s.path)); return nil }, "root key", FoundProblem, "is missing"},
		"another root key": {func(*testing.T, sealed) []string {
			return []string{"CLINICIAN_ROOT_KEY=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{8}, 32))}
		}, "root key and audit log", FoundProblem, "not the one of this data"},
		"cut log": {func(t *testing.T, s sealed) []string {
			damage(t, s.c, "DELETE FROM audit_events WHERE seq > 3")
			return nil
		}, "audit log", FoundProblem, "event 4"},
		"changed log": {func(t *testing.T, s sealed) []string {
			damage(t, s.c, "UPDATE audit_events SET user_id = 99 WHERE seq = 2")
			return nil
		}, "audit log", FoundProblem, "event 2"},
		"loose rows": {func(t *testing.T, s sealed) []string { damage(t, s.c, "DELETE FROM users"); return nil }, "database", FoundProblem, "points to one that is not there"},
		"a lost document": {func(t *testing.T, s sealed) []string {
			ok(t, os.Remove(filepath.Join(vaultDir(s.c), "records", s.record)))
			return nil
		}, "vault", FoundProblem, "vault"},
		"no backup":         {func(*testing.T, sealed) []string { return nil }, "backup", FoundWarning, "None was made"},
		"no number reader":  {func(*testing.T, sealed) []string { return []string{"CLINICIAN_NUMBER_READER=/nowhere"} }, "number reader", FoundWarning, "one engine"},
		"no LibreOffice":    {func(*testing.T, sealed) []string { return []string{"CLINICIAN_SOFFICE=/nowhere/soffice"} }, "Word 97", FoundNothing, "libreoffice-writer-nogui"},
		"no engine":         {func(*testing.T, sealed) []string { return []string{"CLINICIAN_TESSERACT=/nowhere/tesseract"} }, "engine", FoundWarning, "kept and not read"},
		"no Redis":          {func(*testing.T, sealed) []string { return []string{"REDIS_URL=redis://127.0.0.1:1/0"} }, "Redis", FoundProblem, ""},
		"clock behind":      {func(t *testing.T, s sealed) []string { future(t, s.c); return nil }, "clock", FoundProblem, "in the future"},
		"certificate over":  {func(t *testing.T, _ sealed) []string { return certificateFor(t, -time.Hour) }, "TLS", FoundProblem, "not valid now"},
		"certificate soon":  {func(t *testing.T, _ sealed) []string { return certificateFor(t, 48*time.Hour) }, "TLS", FoundWarning, "clinic.example.org"},
		"certificate later": {func(t *testing.T, _ sealed) []string { return certificateFor(t, 100*24*time.Hour) }, "TLS", FoundOK, "clinic.example.org"},
		"no service": {func(*testing.T, sealed) []string {
			return []string{"FILE_SERVICE_URL=http://127.0.0.1:1", "JWT_SECRET_KEY=" + strings.Repeat("k", 40)}
		}, "file-service", FoundProblem, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSealed(t)
			env := append([]string{"CLINICIAN_DATA_DIR=" + s.c.DataDir}, test.spoil(t, s)...)
			f := found(t, Diagnose(t.Context(), env, false), test.of)
			if f.Status != test.status || !strings.Contains(f.Found, test.want) {
				t.Errorf("%+v, want %s and %q", f, test.status, test.want)
			}
			if f.Status == FoundWarning && f.Next == "" && test.of != "engine" {
				t.Errorf("%+v says not what to do", f)
			}
		})
	}
}

// future records something as if the clock had been ahead.
func future(t *testing.T, c Config) {
	t.Helper()
	a, err := OpenAdmin(t.Context(), c)
	ok(t, err)
	ok(t, a.Audit.Append(t.Context(), core.AuditEvent{Type: "test", At: time.Now().Add(24 * time.Hour)}))
	ok(t, a.Close())
}

func certificateFor(t *testing.T, left time.Duration) []string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"clinic.example.org"}, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(left)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	ok(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	ok(t, err)
	dir := t.TempDir()
	var env []string
	for name, block := range map[string]*pem.Block{"CERT": {Type: "CERTIFICATE", Bytes: der}, "KEY": {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		path := filepath.Join(dir, name)
		ok(t, os.WriteFile(path, pem.EncodeToMemory(block), 0o600))
		env = append(env, fmt.Sprintf("CLINICIAN_TLS_%s=%s", name, path))
	}
	return env
}
