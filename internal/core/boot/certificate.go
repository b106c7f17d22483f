package boot

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"clinician/internal/core"
)

// lookAgain is how often, at most, the TLS files are looked at when somebody connects.
const lookAgain = 10 * time.Second

// certificate is the server's own, read again when its files change. Files that cannot be
// used leave the one before in its place.
type certificate struct {
	clock core.Clock
	log   *slog.Logger

	mu        sync.Mutex
	cert, key string // the files
	current   *tls.Certificate
	seen      [2]time.Time // when the files were written that current is from
	looked    time.Time
}

func openCertificate(cert, key string, clock core.Clock, log *slog.Logger) (*certificate, error) {
	c := &certificate{clock: clock, log: log, cert: cert, key: key}
	return c, c.read(cert, key)
}

// config is for a server that uses it.
func (c *certificate) config() *tls.Config {
	return &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12}
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.clock(); now.Sub(c.looked) >= lookAgain {
		c.looked = now
		if written(c.cert, c.key) != c.seen {
			if err := c.load(c.cert, c.key); err != nil {
				c.log.Error("changed TLS files cannot be used; the certificate before stays", "err", err)
			}
		}
	}
	return c.current, nil
}

// read takes the certificate from these files from now on.
func (c *certificate) read(cert, key string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.load(cert, key)
}

func (c *certificate) load(cert, key string) error {
	seen := written(cert, key)
	c.seen = seen // also of what cannot be used: it is complained about once
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("read the TLS files of CLINICIAN_TLS_CERT and CLINICIAN_TLS_KEY: %w", err)
	}
	c.cert, c.key, c.current = cert, key, &pair
	sum := sha256.Sum256(pair.Leaf.RawSubjectPublicKeyInfo) // people compare it with what their workstations show
	c.log.Info("TLS files were read", "key_sha256", hex.EncodeToString(sum[:]))
	return nil
}

// written says when files were changed last; zero for one that is not there.
func written(files ...string) (at [2]time.Time) {
	for i, name := range files {
		if info, err := os.Stat(name); err == nil {
			at[i] = info.ModTime()
		}
	}
	return at
}
