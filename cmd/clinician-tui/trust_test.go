package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"clinician/internal/clients/clinicianapi"
)

// secured is the fake service behind TLS; its certificate may be changed.
type secured struct {
	cert atomic.Pointer[tls.Certificate]
}

// encrypted is the stories' command of this name.
func encrypted(ts *testscript.TestScript, _ bool, args []string) {
	cert, err := selfSigned()
	ts.Check(err)
	behind := ts.Value("secured").(*secured)
	behind.cert.Store(&cert)
	if len(args) == 0 {
		s := httptest.NewUnstartedServer(fake(ts).Config.Handler)
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS12,
			GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { // httptest puts a certificate of its own first
				return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{*behind.cert.Load()}}, nil
			}}
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		ts.Defer(s.Close)
		ts.Setenv("CLINICIAN_SERVER", s.URL)
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}), 0o600))
	ts.Setenv("CA", ts.MkAbs("ca.pem"))
	ts.Setenv("FINGERPRINT", clinicianapi.KeyOf(leaf).Hex())
}

// selfSigned makes a certificate of 127.0.0.1 that signs itself.
func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	c := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// What is kept of the keys is kept whole, one for a server, and is readable by the user only.
func TestKnownServers(t *testing.T) {
	t.Parallel()
	k := knownServers{filepath.Join(t.TempDir(), "new", "known_servers")}
	one, two := clinicianapi.Key{1}, clinicianapi.Key{2}
	for _, step := range []struct {
		server string
		key    clinicianapi.Key
	}{{"https://a.example", one}, {"https://a.example:8443", two}, {"https://b.example", one}, {"https://a.example", two}, {"https://b.example", clinicianapi.Key{}}} {
		if err := k.put(step.server, step.key); err != nil {
			t.Fatal(err)
		}
	}
	for server, want := range map[string]clinicianapi.Key{"https://a.example": two, "https://a.example:8443": two, "https://b.example": {}, "https://c.example": {}} {
		if got, err := k.of(server); err != nil || got != want {
			t.Errorf("%s has %s, %v", server, got, err)
		}
	}
	if info, err := os.Stat(k.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	for text, want := range map[string]string{"https://a.example 12\n": "line 1", "# mine\n\nhttps://b.example " + one.Hex() + "\nrubbish\n": "line 4"} {
		if err := os.WriteFile(k.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := k.of("https://c.example"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is read: %v", text, err)
		}
	}
	if err := (knownServers{}).put("https://a.example", one); err == nil {
		t.Error("a key is kept nowhere")
	}
}
