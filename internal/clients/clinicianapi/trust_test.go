package clinicianapi_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"clinician/internal/clients/clinicianapi"
	"clinician/internal/clients/clinicianapi/apitest"
	"clinician/internal/core"
)

// certDay is when the certificates of these tests are looked at.
func certDay() time.Time { return time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC) }

// authority signs certificates; nobody knows it but who is given its pool.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newAuthority(t testing.TB) *authority {
	a := &authority{t: t, key: newKey(t), pool: x509.NewCertPool()}
	a.cert = &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "made up"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: certDay().AddDate(-2, 0, 0), NotAfter: certDay().AddDate(2, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.pool.AddCert(a.cert)
	return a
}

// issue signs a certificate for 127.0.0.1, which change may make another.
func (a *authority) issue(key *ecdsa.PrivateKey, change func(*x509.Certificate)) tls.Certificate {
	a.t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(2), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, NotBefore: certDay().AddDate(0, -1, 0), NotAfter: certDay().AddDate(0, 1, 0)}
	if change != nil {
		change(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// secured gives the fake service behind TLS with this certificate.
func secured(t testing.TB, cert tls.Certificate, change func(*tls.Config)) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(apitest.Start(t).Config.Handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if change != nil {
		change(s.TLS)
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func pin(k *ecdsa.PrivateKey) clinicianapi.Key {
	der, err := x509.MarshalPKIXPublicKey(k.Public())
	if err != nil {
		panic(err)
	}
	return clinicianapi.KeyOf(&x509.Certificate{RawSubjectPublicKeyInfo: der})
}

// Everything that can be wrong with how a server proves who it is has a sentence of its
// own, with what to do; and what is right is taken.
func TestTrust(t *testing.T) {
	t.Parallel()
	ca, key, other := newAuthority(t), newKey(t), newKey(t)
	serve := func(change func(*x509.Certificate)) string { return secured(t, ca.issue(key, change), nil).URL }
	elsewhere := func(c *x509.Certificate) {
		c.IPAddresses, c.DNSNames = nil, []string{"clinic.example", "\x1b[31mred.example"}
	}
	late := func(c *x509.Certificate) { c.NotAfter = certDay().AddDate(0, 0, -2) }
	early := func(c *x509.Certificate) { c.NotBefore = certDay().AddDate(0, 0, 2) }
	plain := apitest.Start(t).URL
	old := secured(t, ca.issue(key, nil), func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS11, tls.VersionTLS11 }).URL
	for name, k := range map[string]struct {
		url       string
		roots     *x509.CertPool
		key       clinicianapi.Key
		say       string // "": it is taken
		untrusted bool
	}{
		"signed by the authority":             {url: serve(nil), roots: ca.pool},
		"signed by nobody known":              {url: serve(nil), say: "nobody this computer trusts has signed its certificate. Do not type your password. Ask your administrator", untrusted: true},
		"signed by another authority":         {url: serve(nil), roots: newAuthority(t).pool, say: "give it with --ca", untrusted: true},
		"for another name":                    {url: serve(elsewhere), roots: ca.pool, say: "is for clinic.example, [31mred.example, not for 127.0.0.1", untrusted: true},
		"for another name, by nobody known":   {url: serve(elsewhere), say: "nobody this computer trusts", untrusted: true},
		"ended":                               {url: serve(late), roots: ca.pool, say: "ended on 01-Mar-2026. Check the date and time of this computer", untrusted: true},
		"not yet begun":                       {url: serve(early), roots: ca.pool, say: "counts from 05-Mar-2026 on only", untrusted: true},
		"for other uses":                      {url: serve(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }), roots: ca.pool, say: "cannot be used", untrusted: true},
		"the trusted key":                     {url: serve(nil), key: pin(key)},
		"the trusted key, for another name":   {url: serve(elsewhere), key: pin(key)},
		"the trusted key, renewed":            {url: serve(func(c *x509.Certificate) { c.SerialNumber = big.NewInt(99) }), key: pin(key)},
		"the trusted key, ended":              {url: serve(late), key: pin(key), say: "ended on 01-Mar-2026", untrusted: true},
		"the trusted key, not yet begun":      {url: serve(early), key: pin(key), say: "counts from 05-Mar-2026", untrusted: true},
		"another key than the trusted":        {url: serve(nil), key: pin(other), say: "another key than the one that was trusted", untrusted: true},
		"another key, signed":                 {url: serve(nil), roots: ca.pool, key: pin(other), say: "another key than the one that was trusted", untrusted: true},
		"no encryption where it is wanted":    {url: strings.Replace(plain, "http://", "https://", 1), say: "speaks plain http, without encryption. Check the address"},
		"encryption where none is wanted":     {url: strings.Replace(serve(nil), "https://", "http://", 1), say: "wants encryption. Use the address https://127.0.0.1:"},
		"encryption nobody should use":        {url: old, roots: ca.pool, say: "it does not offer TLS 1.2 or later. Tell your administrator."},
		"encryption nobody should use, a key": {url: old, key: pin(key), say: "it does not offer TLS 1.2 or later"},
		"something that speaks neither":       {url: "https://" + babbler(t), say: "is not the clinician service"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := client(t, k.url, func(o *clinicianapi.Options) { o.Roots, o.Key, o.Clock = k.roots, k.key, certDay })
			_, err := c.Limits(t.Context())
			if k.say == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			wantCode(t, err, core.CodeUnavailable, k.say)
			if errors.Is(err, core.ErrUntrusted) != k.untrusted {
				t.Errorf("untrusted: %v", !k.untrusted)
			}
			if strings.Contains(core.MessageOf(err), "\x1b") {
				t.Error("the certificate's name reaches the terminal as it is")
			}
		})
	}
}

// babbler answers every connection with the greeting of another service.
func babbler(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(c, "SSH-2.0-made-up\r\n")
			_, _ = c.Read(make([]byte, 1))
			c.Close()
		}
	}()
	return l.Addr().String()
}

// What nginx says to who comes without encryption is understood, too.
func TestOtherServersWantEncryption(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(400)
		_, _ = io.WriteString(w, "<center>The plain HTTP request was sent to HTTPS port</center>")
	}))
	defer s.Close()
	c := client(t, s.URL, nil)
	_, err := c.Limits(t.Context())
	wantCode(t, err, core.CodeUnavailable, "wants encryption")
}

// The progress of a reading comes over the same trust.
func TestProgressOverATrustedKey(t *testing.T) {
	t.Parallel()
	ca, key := newAuthority(t), newKey(t)
	s := secured(t, ca.issue(key, nil), nil)
	trusting := func(k clinicianapi.Key) *clinicianapi.Client {
		return client(t, s.URL, func(o *clinicianapi.Options) { o.Key, o.Clock = k, certDay })
	}
	c := trusting(pin(key))
	if _, err := c.Login(t.Context(), apitest.Email, apitest.Password); err != nil {
		t.Fatal(err)
	}
	w, err := c.WatchFrames(t.Context(), "j-run")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.Next(t.Context()); err != nil {
		t.Error(err)
	}
	_, err = trusting(pin(newKey(t))).Login(t.Context(), apitest.Email, apitest.Password)
	wantCode(t, err, core.CodeUnavailable, "another key")
}

// The certificate is shown without anything being sent.
func TestCertificateIsShown(t *testing.T) {
	t.Parallel()
	ca, key := newAuthority(t), newKey(t)
	s := secured(t, ca.issue(key, nil), nil)
	asked := false
	s.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true })
	for name, k := range map[string]struct {
		roots             *x509.CertPool
		key               clinicianapi.Key
		unsigned, changed bool
	}{
		"unknown": {unsigned: true}, "signed": {roots: ca.pool}, "trusted": {key: pin(key)}, "changed": {key: pin(newKey(t)), changed: true},
	} {
		c := client(t, s.URL, func(o *clinicianapi.Options) { o.Roots, o.Key, o.Clock = k.roots, k.key, certDay })
		got, err := c.Certificate(t.Context())
		if err != nil || got.Key != pin(key) || got.Names != "127.0.0.1" || got.Unsigned != k.unsigned || got.Changed != k.changed ||
			(got.Err != nil) != (k.unsigned || k.changed) {
			t.Errorf("%s: shows %+v, %v", name, got, err)
		}
	}
	if asked {
		t.Error("the server was asked something")
	}
	_, err := client(t, "http://127.0.0.1:1", nil).Certificate(t.Context())
	wantCode(t, err, core.CodeInvalid, "no certificate")
}

func TestFingerprints(t *testing.T) {
	t.Parallel()
	k := pin(newKey(t))
	for _, s := range []string{k.String(), k.Hex(), strings.ToUpper(k.Hex()), "SHA256:" + k.Hex()} {
		if got, err := clinicianapi.ParseKey(s); err != nil || got != k {
			t.Errorf("%q is read as %s, %v", s, got, err)
		}
	}
	for _, s := range []string{"", k.Hex()[1:], k.Hex() + "00", strings.Repeat("g", 64)} {
		if _, err := clinicianapi.ParseKey(s); core.CodeOf(err) != core.CodeInvalid {
			t.Errorf("%q: %v", s, err)
		}
	}
}
