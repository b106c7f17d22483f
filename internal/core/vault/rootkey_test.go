package vault

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestParseRootKey(t *testing.T) {
	secret := bytes.Repeat([]byte{0xfb, 0xff}, 16)
	for _, text := range []string{
		hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)),
		base64.StdEncoding.EncodeToString(secret), base64.RawURLEncoding.EncodeToString(secret),
		"  " + base64.URLEncoding.EncodeToString(secret) + "\n",
	} {
		k, err := ParseRootKey(text)
		if err != nil || !bytes.Equal(k.secret, secret) {
			t.Errorf("ParseRootKey(%q) = %v", text, err)
		}
	}
	for _, text := range []string{"", "secret", hex.EncodeToString(secret[:31]), strings.Repeat("=", 44), base64.StdEncoding.EncodeToString(secret[:16])} {
		if _, err := ParseRootKey(text); err == nil {
			t.Errorf("ParseRootKey(%q) was accepted", text)
		} else if text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("the error repeats the secret: %v", err)
		}
	}
}

func TestLoadRootKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "root.key")
	if _, err := LoadRootKey(path, false); !errors.Is(err, ErrNoRootKey) {
		t.Fatalf("without a file: %v", err)
	}
	var group sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids { // all who start at once get the same key
		group.Go(func() {
			k, err := LoadRootKey(path, true)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = k.ID()
		})
	}
	group.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("different keys: %v", ids)
		}
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("files left: %v, %v", files, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadRootKey(path, true); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key file that others can read: %v", err)
	}
}

func TestRootKeyStaysOutOfLogs(t *testing.T) {
	k := GenerateRootKey()
	for _, verb := range []string{"%v", "%s", "%+v", "%#v"} {
		if got := fmt.Sprintf(verb, k); got != "RootKey(***)" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
	if bytes.Equal(k.Derive(LabelAudit), k.Derive(labelVault)) || strings.Contains(hex.EncodeToString(k.Derive(labelVault)), k.ID()) {
		t.Error("keys of different purposes are related")
	}
}
