package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"clinician/internal/core"
)

// What every access token of ours says of itself.
const (
	Issuer      = "clinician-service"
	Audience    = "clinician"
	TypeAccess  = "access"
	MinKeyBytes = 32

	maxTokenBytes = 8 << 10
)

// Answers of Verify; both are CodeUnauthenticated.
var (
	ErrTokenExpired = core.Errorf(core.CodeUnauthenticated, "Token has expired")
	ErrTokenInvalid = core.Errorf(core.CodeUnauthenticated, "Invalid token")
)

var errNotAccess = errors.New("not an access token of this service")

// claims are those of the replaced service (user_id, email, role, exp, iat,
// jti) and what keeps kinds of tokens, services and sessions apart.
type claims struct {
	UserID    int64            `json:"user_id"`
	Email     string           `json:"email"`
	Role      core.Role        `json:"role"`
	Expires   *jwt.NumericDate `json:"exp"`
	IssuedAt  *jwt.NumericDate `json:"iat"`
	NotBefore *jwt.NumericDate `json:"nbf,omitempty"`
	ID        string           `json:"jti"`
	TokenType string           `json:"token_type"`
	SessionID string           `json:"sid,omitempty"`
	Issuer    string           `json:"iss,omitempty"`
	Audience  string           `json:"aud,omitempty"`

	foreign bool // AccessOptions.Foreign
}

func (c claims) GetExpirationTime() (*jwt.NumericDate, error) { return c.Expires, nil }
func (c claims) GetIssuedAt() (*jwt.NumericDate, error)       { return c.IssuedAt, nil }
func (c claims) GetNotBefore() (*jwt.NumericDate, error)      { return c.NotBefore, nil }
func (c claims) GetIssuer() (string, error)                   { return c.Issuer, nil }
func (c claims) GetSubject() (string, error)                  { return "", nil }
func (c claims) GetAudience() (jwt.ClaimStrings, error)       { return jwt.ClaimStrings{c.Audience}, nil }

// Validate is called by the parser after signature and times.
func (c claims) Validate() error {
	ours := c.TokenType == TypeAccess && c.SessionID != "" && c.Issuer == Issuer
	// Those of auth-service say nothing of who made them; those of the replaced
	// service's refresh tokens that they are none.
	theirs := c.foreign && c.Issuer == "" && c.Audience == "" && c.SessionID == "" && (c.TokenType == "" || c.TokenType == TypeAccess)
	if c.UserID <= 0 || !ours && !theirs || c.Audience != "" && c.Audience != Audience {
		return errNotAccess
	}
	return nil
}

// AccessOptions configure an Access.
type AccessOptions struct {
	Keys     [][]byte      // at least one, each of MinKeyBytes or more; the first signs, all verify
	Lifetime time.Duration // 0: 15 minutes
	Clock    core.Clock    // nil: core.SystemClock

	// Shared: other services check our tokens with the same key. They know no audience
	// and refuse a token that has one, so ours have none then.
	Shared bool
	// Foreign: theirs are taken; see Verify. It implies Shared.
	Foreign bool
}

// Access issues and verifies access tokens: JWT, HS256. Safe for many goroutines.
type Access struct {
	signing  signingKey
	known    atomic.Pointer[[]signingKey] // that one, then those that are taken too
	lifetime time.Duration
	now      core.Clock
	shared   bool
	foreign  bool
	parser   *jwt.Parser
	proven   proven
}

// NewAccess refuses keys that are missing or short.
func NewAccess(o AccessOptions) (*Access, error) {
	if len(o.Keys) == 0 {
		return nil, errors.New("auth: no key to sign tokens with")
	}
	if len(o.Keys[0]) < MinKeyBytes {
		return nil, errShortKey
	}
	if o.Lifetime <= 0 {
		o.Lifetime = 15 * time.Minute
	}
	if o.Clock == nil {
		o.Clock = core.SystemClock
	}
	rules := []jwt.ParserOption{jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithExpirationRequired(), jwt.WithStrictDecoding(), jwt.WithTimeFunc(o.Clock)}
	o.Shared = o.Shared || o.Foreign
	if !o.Shared {
		rules = append(rules, jwt.WithIssuer(Issuer), jwt.WithAudience(Audience))
	}
	a := &Access{signing: newSigningKey(o.Keys[0]), lifetime: o.Lifetime, now: o.Clock, shared: o.Shared, foreign: o.Foreign, parser: jwt.NewParser(rules...)}
	return a, a.TakeAlso(o.Keys[1:])
}

// signingKey is a key with the name that tokens call it by (kid): the beginning of its
// hash, which says nothing of a random key.
type signingKey struct {
	id  string
	key []byte
}

func newSigningKey(key []byte) signingKey {
	sum := sha256.Sum256(append([]byte("kid "), key...))
	return signingKey{hex.EncodeToString(sum[:6]), key}
}

var errShortKey = errors.New("auth: a token key must have at least 32 bytes")

// TakeAlso has tokens verified by these keys too, beside the one that signs, and by no
// others that were named before.
func (a *Access) TakeAlso(keys [][]byte) error {
	known := []signingKey{a.signing}
	for _, k := range keys {
		if len(k) < MinKeyBytes {
			return errShortKey
		}
		known = append(known, newSigningKey(k))
	}
	a.known.Store(&known)
	a.proven.forget()
	return nil
}

// keyOf gives the key a token names, or all of them for one that names none of ours.
func (a *Access) keyOf(t *jwt.Token) (any, error) {
	all := jwt.VerificationKeySet{}
	for _, k := range *a.known.Load() {
		if t.Header["kid"] == k.id {
			return k.key, nil
		}
		all.Keys = append(all.Keys, k.key)
	}
	return all, nil
}

// Issue makes a token that proves u within a session and says when it expires.
func (a *Access) Issue(u core.User, sessionID string) (token string, expires time.Time, err error) {
	return a.sign(claims{UserID: u.ID, Email: u.Email, Role: u.RoleName,
		TokenType: TypeAccess, SessionID: sessionID, Issuer: Issuer, Audience: Audience}, a.lifetime)
}

// sign makes a token of c that is good from now on for lifetime.
func (a *Access) sign(c claims, lifetime time.Duration) (token string, expires time.Time, err error) {
	now := a.now()
	c.Expires, c.IssuedAt, c.ID = jwt.NewNumericDate(now.Add(lifetime)), jwt.NewNumericDate(now), newTokenID()
	if a.shared {
		c.Audience = ""
	}
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, c)
	t.Header["kid"] = a.signing.id
	token, err = t.SignedString(a.signing.key)
	if err != nil {
		return "", time.Time{}, core.Errorf(core.CodeInternal, "The token could not be made.").WithCause(err)
	}
	return token, c.Expires.UTC(), nil
}

// Verify gives the person a token proves, with no SessionID for a token of another
// service (AccessOptions.Foreign); the caller fills in Client and asks
// core.Sessions whether the session still lives. ErrTokenExpired is only
// answered to a token that is right in every other way.
func (a *Access) Verify(token string) (core.Principal, error) {
	if len(token) > maxTokenBytes || strings.Count(token, ".") != 2 ||
		strings.ContainsAny(token, "\r\n") { // which the base64 decoder overlooks
		return core.Principal{}, ErrTokenInvalid
	}
	digest := sha256.Sum256([]byte(token))
	if p, ok := a.proven.find(digest, a.now()); ok {
		return p, nil
	}
	c := claims{foreign: a.foreign}
	_, err := a.parser.ParseWithClaims(token, &c, a.keyOf)
	if err == nil {
		p := core.Principal{UserID: c.UserID, Email: c.Email, Role: c.Role, SessionID: c.SessionID, ExpiresAt: c.Expires.UTC()}
		if c.NotBefore == nil { // ours have none; the clock could go back behind it
			a.proven.keep(digest, p)
		}
		return p, nil
	}
	if onlyExpired(err) {
		return core.Principal{}, ErrTokenExpired
	}
	return core.Principal{}, ErrTokenInvalid.WithCause(err)
}

// onlyExpired keeps "expired" from covering up a second defect, which the
// library joins into the same error.
func onlyExpired(err error) bool {
	for _, other := range []error{
		errNotAccess, jwt.ErrTokenSignatureInvalid, jwt.ErrTokenUnverifiable, jwt.ErrTokenMalformed,
		jwt.ErrTokenInvalidIssuer, jwt.ErrTokenInvalidAudience, jwt.ErrTokenNotValidYet, jwt.ErrTokenRequiredClaimMissing,
	} {
		if errors.Is(err, other) {
			return false
		}
	}
	return errors.Is(err, jwt.ErrTokenExpired)
}
