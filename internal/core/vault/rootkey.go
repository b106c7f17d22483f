package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// keySize is the length of every key here: AES-256.
const keySize = 32

// Labels for RootKey.Derive.
const (
	LabelAudit = "clinician audit chain v1"
	labelVault = "clinician vault v1"
	labelID    = "clinician vault key id v1"
)

// ErrNoRootKey means that the key file does not exist and was not to be created.
var ErrNoRootKey = errors.New("there is no root key")

// RootKey is the one secret a server needs. It prints as "RootKey(***)".
type RootKey struct{ secret []byte }

// NewRootKey takes 32 bytes; they are copied.
func NewRootKey(secret []byte) (RootKey, error) {
	if len(secret) != keySize {
		return RootKey{}, fmt.Errorf("a root key has %d bytes, this one %d", keySize, len(secret))
	}
	return RootKey{bytes.Clone(secret)}, nil
}

// GenerateRootKey makes a random one.
func GenerateRootKey() RootKey { return RootKey{randomKey()} }

// ParseRootKey reads 32 bytes written as hex or base64, as they come in an
// environment variable or a key file.
func ParseRootKey(value string) (RootKey, error) {
	value = strings.TrimSpace(value)
	if b, err := hex.DecodeString(value); err == nil && len(b) == keySize {
		return NewRootKey(b)
	}
	value = strings.TrimRight(value, "=")
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := enc.DecodeString(value); err == nil && len(b) == keySize {
			return NewRootKey(b)
		}
	}
	return RootKey{}, errors.New("a root key is 32 bytes written as 64 hex digits or as base64")
}

// LoadRootKey reads a key file, which nobody but its owner may have rights to.
// When it is not there and create is set, a new key is written, once: of several
// processes that start at the same moment all get the same. Without create the
// error is ErrNoRootKey.
func LoadRootKey(path string, create bool) (RootKey, error) {
	k, err := readKeyFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if !create {
		return RootKey{}, fmt.Errorf("%w: no file %s", ErrNoRootKey, path)
	}
	if err := writeKeyFile(path, GenerateRootKey()); err != nil && !errors.Is(err, fs.ErrExist) {
		return RootKey{}, fmt.Errorf("create root key file: %w", err)
	}
	return readKeyFile(path)
}

func readKeyFile(path string) (RootKey, error) {
	f, err := os.Open(path)
	if err != nil {
		return RootKey{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return RootKey{}, err
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" { // modes mean nothing there
		return RootKey{}, fmt.Errorf("the key file %s must be a file that only its owner may read: chmod 600 it, and change the key if others could have read it", path)
	}
	text := make([]byte, 256)
	n, err := f.Read(text)
	if err != nil {
		return RootKey{}, fmt.Errorf("read key file %s: %w", path, err)
	}
	k, err := ParseRootKey(string(text[:n]))
	if err != nil {
		return RootKey{}, fmt.Errorf("key file %s: %w", path, err)
	}
	return k, nil
}

// writeKeyFile never replaces a file and never leaves half of one.
func writeKeyFile(path string, k RootKey) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".key-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(k.secret) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	return syncDirectory(dir)
}

// Derive gives a 32-byte key for one purpose. Keys of different labels say
// nothing about each other or the root.
func (k RootKey) Derive(label string) []byte {
	key, err := hkdf.Key(sha256.New, k.secret, nil, label, keySize)
	if err != nil { // only for a zero RootKey in FIPS mode, or an absurd length
		panic("vault: derive key: " + err.Error())
	}
	return key
}

// ID names the key without giving anything of it away.
func (k RootKey) ID() string { return hex.EncodeToString(k.Derive(labelID)[:8]) }

// String keeps the key out of logs.
func (RootKey) String() string { return "RootKey(***)" }

// GoString keeps the key out of logs.
func (RootKey) GoString() string { return "RootKey(***)" }

func randomKey() []byte {
	k := make([]byte, keySize)
	rand.Read(k)
	return k
}
