//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// lines collects what a server logs.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// await waits for a line with all of these words, and gives it.
func (l *lines) await(t *testing.T, words ...string) string {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
	next:
		for line := range strings.Lines(l.String()) {
			for _, w := range words {
				if !strings.Contains(line, w) {
					continue next
				}
			}
			return line
		}
	}
	t.Fatalf("no line with %q in:\n%s", words, l)
	return ""
}

// selfSigned writes a certificate of this name and its key.
func selfSigned(t *testing.T, dir, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: cert}, "key.pem": {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestHangupReadsTheConfigurationAgain changes file, level and certificate of a server
// that runs; what is wrong changes nothing and ends nothing.
func TestHangupReadsTheConfigurationAgain(t *testing.T) {
	dir := t.TempDir()
	vars := filepath.Join(dir, "env")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(vars, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	selfSigned(t, dir, "first")
	write("CLINICIAN_LOG_LEVEL=info\n")
	log := &lines{}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, nil, stdio{strings.NewReader(""), log, log}, []string{"CLINICIAN_DATA_DIR=" + filepath.Join(dir, "data"), "CLINICIAN_ENV_FILE=" + vars,
			"CLINICIAN_ADDR=127.0.0.1:0", "CLINICIAN_TLS_CERT=" + filepath.Join(dir, "cert.pem"), "CLINICIAN_TLS_KEY=" + filepath.Join(dir, "key.pem"), "PATH=" + os.Getenv("PATH")})
	}()
	var serving struct{ URL string }
	if err := json.Unmarshal([]byte(log.await(t, `"serving"`)), &serving); err != nil {
		t.Fatal(err)
	}
	var fingerprint string // of the key that was shown last
	name := func() string {
		t.Helper()
		c, err := tls.Dial("tcp", strings.TrimPrefix(serving.URL, "https://"), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		leaf := c.ConnectionState().PeerCertificates[0]
		fingerprint = fmt.Sprintf("%x", sha256.Sum256(leaf.RawSubjectPublicKeyInfo))
		return leaf.Subject.CommonName
	}
	hangup := func() {
		t.Helper()
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	if got := name(); got != "first" {
		t.Errorf("the certificate is of %q", got)
	}
	log.await(t, "TLS files were read", fingerprint)
	selfSigned(t, dir, "second")
	write("CLINICIAN_LOG_LEVEL=debug\nJWT_PREVIOUS_KEYS=" + strings.Repeat("k", 40) + "\n")
	hangup()
	log.await(t, "read again", `"DEBUG"`)
	if got := name(); got != "second" {
		t.Errorf("the certificate is of %q", got)
	}
	log.await(t, "TLS files were read", fingerprint)
	write("CLINICIAN_LOG_LEVEL=loud\n")
	hangup()
	log.await(t, "not read again", "loud")
	select {
	case status := <-ended:
		t.Fatalf("the server ended with %d", status)
	default:
	}
	stop()
	if status := <-ended; status != 0 {
		t.Errorf("status %d:\n%s", status, log)
	}
}

func TestConfigCommand(t *testing.T) {
	var out, complaint bytes.Buffer
	secret := strings.Repeat("verysecret", 4)
	status := run(t.Context(), []string{"config"}, stdio{strings.NewReader(""), &out, &complaint},
		[]string{"HOME=/h", "SECRET_KEY=" + secret, "DEBUG=maybe"})
	for _, want := range []string{"SECRET_KEY=(set)", "# environment", "CLINICIAN_ADDR=127.0.0.1:8003", "# default", "DEBUG=maybe", "CLINICIAN_DATA_DIR=/h/.local/share/clinician"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
	if status != 1 || strings.Contains(out.String()+complaint.String(), secret) || !strings.Contains(complaint.String(), `DEBUG: "maybe" is neither`) {
		t.Errorf("status %d, %s", status, &complaint)
	}
}
