package clinicianapi

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"clinician/internal/core"
)

// Key is the SHA-256 of a server's public key (SubjectPublicKeyInfo). It stays when a
// certificate is renewed for the same key. The zero Key is none.
type Key [sha256.Size]byte

// KeyOf gives the key of a certificate.
func KeyOf(c *x509.Certificate) Key { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

// ParseKey reads a key in hexadecimal digits, however they are grouped.
func ParseKey(s string) (Key, error) {
	var k Key
	s = strings.TrimPrefix(strings.ToLower(strings.NewReplacer(" ", "", ":", "", "-", "", "\n", "").Replace(s)), "sha256")
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(k) {
		return k, core.Errorf(core.CodeInvalid, "A fingerprint is 64 hexadecimal digits, with or without spaces.").WithCause(err)
	}
	copy(k[:], b)
	return k, nil
}

// Hex gives the digits in one piece, as programs print them.
func (k Key) Hex() string { return hex.EncodeToString(k[:]) }

// String gives the digits in groups of four, to be compared by people.
func (k Key) String() string {
	digits := k.Hex()
	groups := make([]string, 0, len(digits)/4)
	for i := 0; i < len(digits); i += 4 {
		groups = append(groups, digits[i:i+4])
	}
	return strings.Join(groups, " ")
}

func (k Key) same(o Key) bool { return subtle.ConstantTimeCompare(k[:], o[:]) == 1 }

// distrust is why a server's certificate is not taken.
type distrust int

const (
	distrustOther distrust = iota // wrong in a way that has no sentence of its own
	distrustUnsigned
	distrustName
	distrustEarly
	distrustLate
	distrustChanged
)

// untrusted is the error for a certificate that is not taken.
type untrusted struct {
	why  distrust
	leaf *x509.Certificate
	err  error
}

func (u *untrusted) Error() string {
	if u.err != nil {
		return "certificate refused: " + u.err.Error()
	}
	return "certificate refused"
}

func (u *untrusted) Unwrap() error { return core.ErrUntrusted }

// judge says what is wrong with the certificates that the server at host showed, nil
// for nothing. With a key nobody has to have signed them, and they may be for any name;
// their dates count all the same.
func judge(certs []*x509.Certificate, host string, roots *x509.CertPool, key Key, now time.Time) *untrusted {
	if len(certs) == 0 {
		return &untrusted{leaf: &x509.Certificate{}}
	}
	u := &untrusted{leaf: certs[0]}
	switch {
	case key != Key{} && !KeyOf(u.leaf).same(key):
		u.why = distrustChanged
		return u
	case now.Before(u.leaf.NotBefore):
		u.why = distrustEarly
		return u
	case now.After(u.leaf.NotAfter):
		u.why = distrustLate
		return u
	case key != Key{}:
		return nil
	}
	between := x509.NewCertPool()
	for _, c := range certs[1:] {
		between.AddCert(c)
	}
	var unsigned x509.UnknownAuthorityError
	if _, u.err = u.leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: now}); u.err != nil {
		if errors.As(u.err, &unsigned) {
			u.why = distrustUnsigned
		}
		return u
	}
	if u.err = u.leaf.VerifyHostname(host); u.err != nil {
		u.why = distrustName
		return u
	}
	return nil
}

// tlsConfig is how the server proves who it is.
func tlsConfig(host string, opt Options) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: opt.Roots, Time: opt.Clock}
	if opt.Key == (Key{}) {
		return c
	}
	c.InsecureSkipVerify = true // the key is looked at instead
	c.VerifyConnection = func(s tls.ConnectionState) error {
		if u := judge(s.PeerCertificates, host, opt.Roots, opt.Key, opt.Clock()); u != nil {
			return u
		}
		return nil
	}
	return c
}

// mistrust words an error of the proof who the server is; nil when err is another one.
func (c *Client) mistrust(err error) error {
	var u *untrusted
	var refused *tls.CertificateVerificationError
	if !errors.As(err, &u) {
		if !errors.As(err, &refused) {
			return nil
		}
		if u = judge(refused.UnverifiedCertificates, c.base.Hostname(), c.opt.Roots, Key{}, c.opt.Clock()); u == nil {
			u = &untrusted{leaf: &x509.Certificate{}, err: err} // a proxy's
		}
	}
	return c.distrusted(u)
}

func (c *Client) distrusted(u *untrusted) error {
	host, day := c.base.Host, func(t time.Time) string { return core.DateOf(t.UTC()).Display() }
	trust := "\"clinician-tui trust --server " + c.base.String() + "\""
	e := core.Errorf(core.CodeUnavailable,
		"The certificate of the server at %s cannot be used, so it cannot prove who it is. Do not type your password; tell your administrator.", host)
	switch u.why {
	case distrustUnsigned:
		e = core.Errorf(core.CodeUnavailable, "The server at %s cannot prove who it is: nobody this computer trusts has signed its certificate. Do not type your password. "+
			"Ask your administrator for the fingerprint of its key and run %s, or for the authority's file and give it with --ca.", host, trust)
	case distrustName:
		e = core.Errorf(core.CodeUnavailable, "The certificate of the server at %s is for %s, not for %s. Do not type your password. "+
			"Use the address that your administrator gave you.", host, namesOf(u.leaf), c.base.Hostname())
	case distrustEarly:
		e = core.Errorf(core.CodeUnavailable, "The certificate of the server at %s counts from %s on only. Check the date and time of this computer; if they are right, tell your administrator.",
			host, day(u.leaf.NotBefore))
	case distrustLate:
		e = core.Errorf(core.CodeUnavailable, "The certificate of the server at %s ended on %s. Check the date and time of this computer; if they are right, tell your administrator to renew it.",
			host, day(u.leaf.NotAfter))
	case distrustChanged:
		e = core.Errorf(core.CodeUnavailable, "The server at %s shows another key than the one that was trusted: somebody may be between you and it. Do not type your password. "+
			"Ask your administrator; if the key was changed, compare the new fingerprint by %s.", host, trust)
	}
	return e.WithCause(u)
}

// namesOf lists whom a certificate is for, three at most.
func namesOf(c *x509.Certificate) string {
	var names []string
	names = append(names, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 && c.Subject.CommonName != "" {
		names = []string{c.Subject.CommonName}
	}
	if len(names) == 0 {
		return "no name"
	}
	more := ""
	if len(names) > 3 {
		names, more = names[:3], " and others"
	}
	return tidy(strings.Join(names, ", ")) + more
}

// Shown is what a server shows of itself before anything is sent to it.
type Shown struct {
	Key         Key
	Names       string // whom its certificate is for
	From, Until time.Time
	Err         error // why it is not trusted; nil: it is
	// Unsigned reports that all that is wrong is that nobody known has signed the
	// certificate: trusting its key mends that.
	Unsigned bool
	// Changed reports that another key than this one was trusted.
	Changed bool
}

// Certificate asks the server for its certificate and sends nothing else.
func (c *Client) Certificate(ctx context.Context) (Shown, error) {
	if c.base.Scheme != "https" {
		return Shown{}, core.Errorf(core.CodeInvalid, "The address %s begins with http://, so there is no certificate to look at.", c.base.String())
	}
	var certs []*x509.Certificate
	t := c.http.Transport.(*http.Transport).Clone()
	t.DisableKeepAlives = true
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, VerifyConnection: func(s tls.ConnectionState) error {
		certs = s.PeerCertificates
		return errLooked
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, c.base.String(), nil)
	if err != nil {
		return Shown{}, core.Errorf(core.CodeInternal, "The request could not be written.").WithCause(err)
	}
	resp, err := (&http.Client{Transport: t}).Do(req)
	if err == nil {
		resp.Body.Close()
	}
	if len(certs) == 0 {
		return Shown{}, c.failed(ctx, err)
	}
	s := Shown{Key: KeyOf(certs[0]), Names: namesOf(certs[0]), From: certs[0].NotBefore, Until: certs[0].NotAfter}
	if u := judge(certs, c.base.Hostname(), c.opt.Roots, c.opt.Key, c.opt.Clock()); u != nil {
		s.Err, s.Unsigned, s.Changed = c.distrusted(u), u.why == distrustUnsigned, u.why == distrustChanged
	}
	return s, nil
}

var errLooked = errors.New("only the certificate was wanted")

// Address gives an address as New takes it, in the form in which it is shown and kept.
func Address(s string, allowPlain bool) (string, error) {
	u, err := parseAddress(s, allowPlain)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// wantsTLS reports whether a server says, in an answer without encryption, that it
// takes none.
func wantsTLS(base *url.URL, status int, body []byte) bool {
	text := strings.ToLower(string(body[:min(len(body), 4096)]))
	return base.Scheme == "http" && status == http.StatusBadRequest &&
		(strings.Contains(text, "http request to an https server") || strings.Contains(text, "http request was sent to https port"))
}
