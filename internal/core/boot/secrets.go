package boot

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/vault"
)

// prepareDataDir makes the data directory, for its owner only, and refuses one
// that others can look into.
func prepareDataDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	if err := refuseUnfinished(dir); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" { // modes mean nothing there
		return fmt.Errorf("the data directory %s can be read by others (mode %04o); run: chmod 700 %s", dir, info.Mode().Perm(), dir)
	}
	return nil
}

// rootKey loads the key that everything at rest hangs on. In development it is
// created once; in production it must be there, because a key made silently
// beside the data would be lost or stolen with it.
func rootKey(c Config) (vault.RootKey, error) {
	if c.RootKey != "" {
		return vault.ParseRootKey(c.RootKey)
	}
	// Beside data that is there a new key would open nothing.
	_, err := os.Stat(databasePath(c))
	root, keyErr := vault.LoadRootKey(rootKeyPath(c), c.Debug && errors.Is(err, fs.ErrNotExist))
	if errors.Is(keyErr, vault.ErrNoRootKey) && err == nil {
		keyErr = core.Errorf(core.CodeInvalid,
			"The root key of this data is missing. Put your copy of it back as %s (mode 0600), or give it as CLINICIAN_ROOT_KEY or CLINICIAN_ROOT_KEY_FILE.", rootKeyPath(c)).WithCause(keyErr)
	}
	return root, keyErr
}

func databasePath(c Config) string { return filepath.Join(c.DataDir, "clinician.db") }

func rootKeyPath(c Config) string {
	if c.RootKeyFile != "" {
		return c.RootKeyFile
	}
	return filepath.Join(c.DataDir, "root.key")
}

// rootKeys loads the root key, and the one before it while a change of it has not
// finished.
func rootKeys(c Config) ([]vault.RootKey, error) {
	root, err := rootKey(c)
	if err != nil {
		return nil, err
	}
	var previous vault.RootKey
	if c.RootKeyPrevious != "" {
		previous, err = vault.ParseRootKey(c.RootKeyPrevious)
	} else if c.RootKey == "" {
		previous, err = vault.LoadPreviousKey(rootKeyPath(c))
		if errors.Is(err, vault.ErrNoRootKey) {
			return []vault.RootKey{root}, nil
		}
	} else {
		return []vault.RootKey{root}, nil
	}
	return []vault.RootKey{root, previous}, err
}

// jwtKeys gives the keys of access tokens: the first signs, those before it are still
// taken.
func jwtKeys(c Config, log *slog.Logger) ([][]byte, error) {
	key, err := jwtKey(c, log)
	if err != nil {
		return nil, err
	}
	keys := [][]byte{key}
	for _, previous := range c.JWTPreviousKeys {
		if previous = strings.TrimSpace(previous); previous != "" {
			keys = append(keys, padded([]byte(previous)))
		}
	}
	return keys, nil
}

// padded lengthens a short key to the least length, which changes no signature.
func padded(key []byte) []byte {
	return append(key, make([]byte, max(0, minSecret-len(key)))...)
}

// jwtKey gives the key of access tokens. In development a missing one is
// created once, and a short one is taken with a warning: HMAC pads keys with
// zero bytes itself (RFC 2104), so padding keeps the signatures the same.
func jwtKey(c Config, log *slog.Logger) ([]byte, error) {
	key := []byte(c.JWTSecretKey)
	switch {
	case len(key) >= minSecret:
		return key, nil
	case len(key) > 0:
		log.Warn("JWT_SECRET_KEY is short; this is for development only", "bytes", len(key), "needed", minSecret)
		return padded(key), nil
	}
	path := filepath.Join(c.DataDir, "jwt.key")
	stored, err := os.ReadFile(path)
	if err == nil && len(stored) >= minSecret {
		return stored, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	fresh := []byte(base64.StdEncoding.EncodeToString(randomBytes(48)))
	return fresh, os.WriteFile(path, fresh, 0o600)
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails, by its documentation
	return b
}
