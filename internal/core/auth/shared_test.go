package auth

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"clinician/internal/core"
)

func sharedAccess(t *testing.T, now *time.Time, foreign bool) *Access {
	t.Helper()
	a, err := NewAccess(AccessOptions{Keys: [][]byte{keyA}, Clock: func() time.Time { return *now }, Shared: true, Foreign: foreign})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestSharedTokens: the library of the other services refuses a token that names an
// audience they do not expect.
func TestSharedTokens(t *testing.T) {
	now := start
	a := sharedAccess(t, &now, false)
	token, _, err := a.Issue(ann, "session1")
	if err != nil {
		t.Fatal(err)
	}
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil || claims["aud"] != nil || claims["user_id"] != 7.0 {
		t.Errorf("claims are %v, %v", claims, err)
	}
	if p, err := a.Verify(token); err != nil || p.SessionID != "session1" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := access(t, &now, keyA).Verify(token); err == nil {
		t.Error("a server of its own takes a token without an audience")
	}
}

// TestForeignTokens: what auth-service signs is taken where that is wished, and
// nothing that was meant for something else.
func TestForeignTokens(t *testing.T) {
	now := start
	sign := func(c jwt.MapClaims) string {
		s, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(keyA)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	theirs := func(more ...any) jwt.MapClaims {
		c := jwt.MapClaims{"user_id": 7, "email": "ann@example.org", "role": "CLINICIAN", "exp": start.Add(time.Minute).Unix(), "iat": start.Unix()}
		for i := 0; i+1 < len(more); i += 2 {
			c[more[i].(string)] = more[i+1]
		}
		return c
	}
	a := sharedAccess(t, &now, true)
	p, err := a.Verify(sign(theirs()))
	if err != nil || p.UserID != 7 || p.SessionID != "" || p.Role != core.RoleClinician {
		t.Errorf("%+v, %v", p, err)
	}
	for name, c := range map[string]jwt.MapClaims{
		"a refresh token":       theirs("token_type", "refresh"),
		"a delegated token":     theirs("token_type", TypeDelegated),
		"another's audience":    theirs("aud", "somebody"),
		"another's issuer":      theirs("iss", "somebody"),
		"a session but no kind": theirs("sid", "session1"),
		"nobody":                theirs("user_id", 0),
		"no end":                {"user_id": 7},
		"expired":               theirs("exp", start.Add(-time.Second).Unix()),
	} {
		if p, err := a.Verify(sign(c)); err == nil {
			t.Errorf("%s proves %+v", name, p)
		}
	}
	if _, err := sharedAccess(t, &now, false).Verify(sign(theirs())); err == nil {
		t.Error("taken where nobody wished it")
	}
	now = start.Add(2 * time.Minute)
	if _, err := a.Verify(sign(theirs())); !errors.Is(err, ErrTokenExpired) {
		t.Errorf("expired: %v", err)
	}
}

func TestDjangoPasswords(t *testing.T) {
	p := NewDjangoPasswords(1)
	one, other := newSalt(), newSalt()
	if !strings.HasPrefix(hashDjango("x"), "pbkdf2_sha256$1000000$") || len(one) != 22 || one == other {
		t.Error("not as Django makes them")
	}
	h, err := p.Hash(t.Context(), "Str0ng-Passw0rd!")
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{"Str0ng-Passw0rd!": true, "nope": false} {
		if ok, err := p.Verify(t.Context(), h, password); err != nil || ok != want {
			t.Errorf("%s: %v %v", password, ok, err)
		}
	}
	// Captured from the real service.
	const theirs = "pbkdf2_sha256$1000000$H1lf6NN8Xye1Yl1sPoziIY$qa3tXwEj8klkDSWPrN3E59+6oW2wYaK+9X9iBYhPuOE="
	if ok, err := p.Verify(t.Context(), theirs, "Str0ng-Passw0rd!"); err != nil || !ok {
		t.Errorf("theirs: %v %v", ok, err)
	}
	if p.NeedsUpgrade(theirs) || !NewPasswords(1).NeedsUpgrade(theirs) {
		t.Error("a hash that the whole portal reads must stay, one of ours alone must not")
	}
}
